import type { Deps } from './services/deps.ts';
import { createKindService } from './services/kinds.ts';
import { createLedgerReportService } from './services/ledger-reports.ts';
import { createOutputService } from './services/outputs.ts';
import { createReachService } from './services/reach.ts';
import type { ResultService } from './services/results.ts';

/** The publicity side of the composition root. */
export function composePublicity(deps: Deps & { readonly results: ResultService }) {
  const kinds = createKindService(deps);
  const outputs = createOutputService({ ...deps, kinds });
  return {
    kinds,
    outputs,
    reports: createLedgerReportService({ ...deps, kinds, outputs }),
    reach: createReachService({ ...deps, kinds }),
  };
}
