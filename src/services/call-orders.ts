import { mayCallAt } from '../core/sample/calling-rules.ts';
import { CLOSED_STATES } from '../core/sample/case-state.ts';
import type { AttemptRow } from '../store/attempts.ts';
import type { CaseRow } from '../store/cases.ts';
import type { Reader } from '../store/connection.ts';
import { CarrierError, type CarrierErrorKind, type PhoneCarrier, type PlaceCall } from '../telephony/carrier.ts';
import type { CallEvent } from './attempts.ts';
import type { CaseMoves } from './case-moves.ts';
import type { Deps } from './deps.ts';
import type { Vault } from './vault.ts';

/** What is asked of a carrier, or the event of the call that says why nothing is. */
type Order = { readonly carrier: PhoneCarrier; readonly call: PlaceCall } | { readonly refused: CallEvent };

export type CallOrders = ReturnType<typeof createCallOrders>;

/** What a carrier is asked when a call is made: whom to call, and that they may be called at this moment. */
export function createCallOrders(
  deps: Deps & {
    readonly moves: CaseMoves;
    readonly vault: Vault;
    readonly carrierNamed: (name: string) => PhoneCarrier | null;
    /** The number we show when the campaign names none. */
    readonly callerId: string | null;
  },
) {
  const { connection, stores, clock, moves, vault, carrierNamed, callerId } = deps;

  /** The number that a call goes to; null when it is no longer kept. */
  async function numberOf(db: Reader, { caseId, numberRank }: Pick<AttemptRow, 'caseId' | 'numberRank'>) {
    const rows = await stores.numbers.listOfCase(db, caseId);
    const row = rows.find(({ rank }) => rank === numberRank) ?? null;
    return {
      row,
      e164: row && vault.read(row),
      others: rows.filter((one) => one !== row),
    };
  }

  /**
   * What has come between a call that was noted and this moment: while the interviewer's telephone rang, or we paused, the
   * hours ended, the respondent asked never to be called, or the interview was finished on the web.
   */
  async function whyNotNow(one: CaseRow, e164: string): Promise<string | null> {
    const { reader } = connection;
    const { rules, unitPath } = await moves.placeOf(reader, one);
    if (!mayCallAt(rules, unitPath, clock())) return 'hours';
    if (CLOSED_STATES.some((state) => state === one.state)) return 'ended';
    return (await stores.suppressions.has(reader, vault.suppressionHashOf(e164))) ? 'suppressed' : null;
  }

  async function orderOf(attempt: AttemptRow): Promise<Order> {
    const no = (kind: CarrierErrorKind, code: string): Order => ({ refused: refusalOf(kind, code, clock()) });
    const carrier = carrierNamed(attempt.carrier);
    const one = await stores.cases.find(connection.reader, attempt.caseId);
    const campaign = one && (await stores.campaigns.find(connection.reader, one.waveId));
    const { e164 } = await numberOf(connection.reader, attempt);
    if (!carrier || !campaign || e164 === null) return no('bad-number', 'no number');
    if (!carrier.caps.serves(e164)) return no('region', 'region');
    const why = await whyNotNow(one, e164);
    if (why !== null) return { refused: { ...refusalOf('rate', why, clock()), status: 'canceled', fault: null } };
    return {
      carrier,
      call: {
        attemptId: attempt.id,
        to: e164,
        from: campaign.callerId ?? callerId ?? '',
        ringMs: campaign.rules.ringSeconds * 1000,
        maxMs: campaign.rules.maxCallSeconds[attempt.mode] * 1000,
        amd: attempt.mode === 'keypad' && carrier.caps.amd,
      },
    };
  }

  return { numberOf, orderOf };
}

/** The carrier said no: the call is over before it began. */
export function refusalOf(fault: CarrierErrorKind, errorCode: string, at: number) {
  return {
    ...{ attemptId: null, providerCallId: null, leg: 'respondent', seq: null, at, dedupe: 'refused' },
    ...{ t: 'ended', status: 'failed', sip: null, durationMs: null, errorCode, fault },
  } as const satisfies CallEvent;
}

/** What a carrier's failure to take an order says; `ambiguous` when it may have taken it all the same. */
export function readFailure(error: unknown): { readonly kind: CarrierErrorKind; readonly code: string } {
  if (!(error instanceof CarrierError)) return { kind: 'ambiguous', code: 'unknown' };
  return { kind: error.kind, code: error.providerCode ?? error.kind };
}
