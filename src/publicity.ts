import type { Deps } from './services/deps.ts';
import { createKindService } from './services/kinds.ts';
import { createOutputService } from './services/outputs.ts';

/** The publicity side of the composition root. */
export function composePublicity(deps: Deps) {
  const kinds = createKindService(deps);
  return { kinds, outputs: createOutputService({ ...deps, kinds }) };
}
