import type { Answer } from '../../../src/core/questionnaire/plan.ts';
import type { Lang } from '../../../src/core/text.ts';
import { request } from '../../shared/api.ts';
import { query } from '../calls.ts';
import type { CallResult, DeskCase, DeskClosed, DeskView, Held, NewAppointment } from './wire.ts';

/** Every call of the desk. Each may be sent again after a break of the line: the server does it once. */
export const readDesk = (wave: string): Promise<DeskView> => request('GET', `/api/desk${query({ wave })}`);
export const nextCase = (wave: string): Promise<DeskView> => request('POST', '/api/desk/next', { wave });
export const takeBreak = (wave: string, on: boolean): Promise<DeskView> =>
  request('POST', '/api/desk/break', { wave, on });
type Beat = Pick<DeskCase, 'leaseUntil' | 'state' | 'attempt' | 'listening' | 'messages'>;
export const heartbeat = (held: Held): Promise<Beat> => request('POST', '/api/desk/heartbeat', held);
export const revealNumber = (held: Held, rank: number): Promise<{ rank: number; number: string }> =>
  request('POST', '/api/desk/reveal', { ...held, rank });
export const dial = (held: Held, agentNumber: string | null): Promise<DeskCase> =>
  request('POST', '/api/desk/dial', { ...held, ...(agentNumber === null ? {} : { agentNumber }) });
export const reportCall = (held: Held, result: CallResult): Promise<DeskCase> =>
  request('POST', '/api/desk/call-result', { ...held, result });
export const hangUp = (held: Held): Promise<DeskCase> => request('POST', '/api/desk/hang-up', held);
export const noteConsent = (held: Held, kind: 'interview' | 'recording', given: boolean): Promise<DeskCase> =>
  request('POST', '/api/desk/consent', { ...held, kind, given });
export const sendLink = (held: Held, lang: Lang): Promise<DeskCase> =>
  request('POST', '/api/desk/link', { ...held, lang });
export const giveAnswer = (held: Held, question: string, keys: string): Promise<DeskCase> =>
  request('PUT', '/api/desk/answers', { ...held, question, keys });
export const giveValue = (held: Held, question: string, value: Answer): Promise<DeskCase> =>
  request('PUT', '/api/desk/answers', { ...held, question, value });
export const goBack = (held: Held, question: string | null): Promise<DeskCase> =>
  request('POST', '/api/desk/back', { ...held, question });
export const releaseCase = (held: Held): Promise<unknown> => request('POST', '/api/desk/release', held);

export interface Closing {
  readonly disposition: string;
  readonly note: string;
  readonly neverAgain: boolean;
  readonly appointment: NewAppointment | null;
}

export const closeCase = (held: Held, closing: Closing): Promise<DeskClosed> =>
  request('POST', '/api/desk/close', { ...held, ...closing });

const HANG_UP_POLLS = 20;
const HANG_UP_MS = 500;

/** Ends a call that a carrier connects, then records its result: a result is taken only once the carrier says it is over. */
export async function endAndClose(held: Held, closing: Closing): Promise<DeskClosed> {
  let { attempt }: Pick<DeskCase, 'attempt'> = await hangUp(held);
  for (let i = 0; i < HANG_UP_POLLS && attempt?.endedAt === null; i += 1) {
    await new Promise((resolve) => window.setTimeout(resolve, HANG_UP_MS));
    ({ attempt } = await heartbeat(held));
  }
  return closeCase(held, closing);
}
