import type { DeskService } from '../../../src/services/desk.ts';

/** What the desk's endpoints take and give: the service's own types. */
export type { CallResult, DeskCase, DeskView, Held, Standing } from '../../../src/services/desk.ts';

export type DeskClosed = Awaited<ReturnType<DeskService['closeCase']>>;
export type NewAppointment = NonNullable<Parameters<DeskService['closeCase']>[2]['appointment']>;
