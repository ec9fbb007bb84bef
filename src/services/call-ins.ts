import { nextAllowed } from '../core/sample/calling-rules.ts';
import { admit } from '../core/sample/quota.ts';
import { askAccessCode, readAccessCode } from '../interview/access-code.ts';
import { sayGoodbye } from '../interview/keypad-script.ts';
import type { Step } from '../interview/step.ts';
import type { AttemptRow } from '../store/attempts.ts';
import type { CampaignRow } from '../store/campaigns.ts';
import type { CaseRow } from '../store/cases.ts';
import type { Writer } from '../store/connection.ts';
import type { CarrierEvent } from '../telephony/carrier.ts';
import type { AttemptService } from './attempts.ts';
import type { CaseMoves } from './case-moves.ts';
import type { Deps } from './deps.ts';
import { isCallable } from './suppressions.ts';
import type { Vault } from './vault.ts';
import { isTaking } from './waves.ts';
import type { Admit } from './webhooks.ts';

/** So soon after a call was rejected nobody lets the phone ring; within so long no second call back is promised. */
const CALL_BACK_MS = 60_000;
const CALL_BACK_GAP_MS = 30 * 60_000;

/** Not answered: it costs the caller nothing. */
export const REJECT: Step = { prompts: [], next: { t: 'reject' } };

/** A call that came in and was rejected, among the calls of a case. */
export const wasRejected = ({ direction, state }: Pick<AttemptRow, 'direction' | 'state'>): boolean =>
  direction === 'in' && state === 'canceled';

/** What a call that came in leads to: a call of a case, or just something to hear. */
type Taken = { readonly attemptId: string } | { readonly step: Step };

export type CallInService = ReturnType<typeof createCallInService>;

/**
 * Who calls us. Where the wave calls back, a call from the number of a waiting case is rejected unanswered, and the case
 * is called in a minute, or when its hours begin. Else the caller's number leads to its open case that nobody holds; else the six digits of the letter or the
 * message do. Whoever is in neither is thanked: a volunteer's answers would be kept apart from the sample in any case.
 */
export function createCallInService(
  deps: Deps & {
    readonly attempts: AttemptService;
    readonly moves: CaseMoves;
    readonly vault: Vault;
  },
) {
  const { connection, stores, clock, newId, today, attempts, moves, vault } = deps;

  /**
   * Takes a case for the call that came in, whatever the rules of our own calls say, but not beyond the quotas: as long as
   * calls under way may fill them, the caller is asked to wait for ours. Null when the case cannot be taken.
   */
  async function takeCase(
    tx: Writer,
    caseId: string,
    event: CarrierEvent,
    providerCallId: string,
  ): Promise<Taken | null> {
    const one = await stores.cases.hold(tx, caseId);
    const campaign = one && (await stores.campaigns.find(tx, one.waveId));
    const wave = one && (await stores.waves.find(tx, one.waveId));
    if (!one || !wave || campaign?.state !== 'running' || !isTaking(wave, today())) return null;
    // Whoever entered the code has been answered already.
    if (campaign.callIns === 'call-back' && event.t === 'inbound') {
      const step = await promiseCall(tx, one, campaign, event, providerCallId);
      if (step !== null) return { step };
    }
    if ((await stores.attempts.findLive(tx, caseId)) !== null) return null;
    const underWay = await stores.cases.listBusy(tx, one.waveId);
    const cells = await stores.quotas.hold(tx, one.waveId);
    const lines = Math.max(campaign.lines, underWay.length + 1);
    if (admit(cells, { underWay, waiting: [one], lines }).length === 0) return { step: sayGoodbye('later', 'zh') };
    const token = newId();
    const { version } = one;
    const moved = await moves.move(tx, one, [
      { t: 'claim', by: 'call-in', token, version, obstacle: null },
      { t: 'dial', token, mayCall: true, isLive: false },
    ]);
    if (moved.refused !== undefined) return null;
    const numberRank = await rankOf(tx, caseId, event);
    const attempt = await attempts.open(tx, moved.row, await moves.placeOf(tx, moved.row), {
      ...{ mode: 'keypad', direction: 'in', carrier: campaign.carrier, numberRank },
      ...{ interviewerId: null, providerCallId },
    });
    return { attemptId: attempt.id };
  }

  /** The number that rings us, for what its owner wants counts for it; of who gives a code elsewhere, the first to call. */
  async function rankOf(tx: Writer, caseId: string, event: CarrierEvent): Promise<number> {
    const rows = await stores.numbers.listOfCase(tx, caseId);
    const from = event.t === 'inbound' ? vault.hashOf(event.from) : null;
    const number = rows.find(({ numberHash }) => numberHash === from) ?? rows.find(isCallable) ?? rows[0];
    return number?.rank ?? 0;
  }

  /**
   * Rejects a call and notes when the case is called instead; null when it is to be answered after all: it has an agreed
   * time, or is in somebody's hands. A number that can be forged makes us ring its owner once in half an hour at most.
   */
  async function promiseCall(
    tx: Writer,
    one: CaseRow,
    { carrier }: CampaignRow,
    event: CarrierEvent,
    providerCallId: string,
  ): Promise<Step | null> {
    const now = clock();
    const earlier = await stores.attempts.listOfCase(tx, one.id);
    if (earlier.some((call) => wasRejected(call) && now - call.askedAt < CALL_BACK_GAP_MS)) return REJECT;
    const place = await moves.placeOf(tx, one);
    const at = nextAllowed(place.rules, place.unitPath, now + CALL_BACK_MS);
    if (at === null || earlier.some(({ endedAt }) => endedAt === null)) return null;
    const moved = await moves.move(tx, one, [{ t: 'call-back', at }]);
    if (moved.refused !== undefined) return null;
    const numberRank = await rankOf(tx, one.id, event);
    const call = await attempts.open(tx, moved.row, place, {
      ...{ mode: 'keypad', direction: 'in', carrier, numberRank },
      ...{ interviewerId: null, providerCallId },
    });
    const ended = { state: 'canceled', endedAt: now } as const;
    await stores.attempts.update(tx, call.id, ended);
    await attempts.take(tx, { ...call, ...ended }, event);
    return REJECT;
  }

  async function takeOneOf(
    cases: readonly CaseRow[],
    event: CarrierEvent,
    providerCallId: string,
    admit: Admit,
  ): Promise<Taken | null> {
    const open = cases.filter(({ state }) => state !== 'FINAL' && state !== 'BLOCKED');
    const [only] = open;
    if (open.length !== 1 || !only) return null;
    return connection.transaction(async (tx) => {
      await admit(tx);
      return takeCase(tx, only.id, event, providerCallId);
    });
  }

  return {
    /** The call that an event without an address of ours belongs to. */
    async findAttempt({ providerCallId }: CarrierEvent): Promise<string | null> {
      if (providerCallId === null) return null;
      return (await stores.attempts.findByProviderCall(connection.reader, providerCallId))?.id ?? null;
    },

    /** Answers a call that belongs to nobody yet: with a step, or with the attempt that was made for it. */
    async answer(event: CarrierEvent, admit: Admit): Promise<Taken | null> {
      const { providerCallId } = event;
      if (providerCallId === null) return null;
      switch (event.t) {
        case 'inbound': {
          const rows = await stores.numbers.findByHash(connection.reader, vault.hashOf(event.from));
          const cases = await stores.cases.findMany(
            connection.reader,
            rows.map(({ caseId }) => caseId),
          );
          const taken = await takeOneOf(cases, event, providerCallId, admit);
          return taken ?? { step: askAccessCode({ attempt: providerCallId, lang: 'zh', failed: 0 }) };
        }
        case 'input': {
          const read = readAccessCode(event.token, event.digits);
          if (read === null) return { step: sayGoodbye('fault', 'zh') };
          const hash = read.code === null ? null : vault.accessCodeHashOf(read.code);
          const cases = hash === null ? [] : await stores.cases.findByAccessCode(connection.reader, hash);
          const taken = await takeOneOf(cases, event, providerCallId, admit);
          return taken ?? { step: askAccessCode({ attempt: providerCallId, lang: 'zh', failed: read.failed + 1 }) };
        }
        case 'start':
        case 'continue':
        case 'fallback':
          return { step: sayGoodbye('fault', 'zh') };
        default:
          return null;
      }
    },
  };
}
