import type { Actor } from '../services/actor.ts';

/** What the middleware leaves for the handlers of staff routes. */
export interface StaffEnv {
  readonly Variables: { actor: Actor };
}
