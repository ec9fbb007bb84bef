import type { DeskService } from '../../../src/services/desk.ts';

/** What the desk's endpoints take and give: the service's own types. */
export type { CallResult } from '../../../src/services/desk-calls.ts';
export type { DeskCase, DeskView } from '../../../src/services/desk-views.ts';
export type { Held } from '../../../src/services/held-cases.ts';
export type { Standing } from '../../../src/services/standings.ts';

export type DeskClosed = Awaited<ReturnType<DeskService['closeCase']>>;
export type NewAppointment = NonNullable<Parameters<DeskService['closeCase']>[2]['appointment']>;
