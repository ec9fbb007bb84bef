import type { Clock, NewId } from '../core/ids.ts';
import type { Connection } from '../store/connection.ts';
import type { Stores } from '../store/stores.ts';

/** What every service is made of; `main.ts` builds it once. */
export interface Deps {
  readonly connection: Connection;
  readonly stores: Stores;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Today's date `YYYY-MM-DD` where the fieldwork is done. */
  readonly today: () => string;
}
