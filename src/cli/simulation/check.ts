import type { Answers } from '../../core/questionnaire/plan.ts';
import { computeOutcomeRates, countOutcomes, OUTCOME_RATES, type OutcomeCounts } from '../../core/sample/outcomes.ts';
import type { Services } from '../../main.ts';
import { OPERATOR } from '../../services/actor.ts';
import { responseIdOf } from '../../services/case-responses.ts';
import { replayMessages } from './messages.ts';
import { type ReplayedCall, replayCase, replayWire } from './replay.ts';
import type { WireEntry } from './wire.ts';
import type { SimulatedWave } from './world.ts';

export const INVARIANTS = [
  'every-attempt-terminal',
  'one-end-per-call',
  'no-answer-without-webhook',
  'no-call-outside-hours',
  'one-live-call-per-case',
  'completes-within-targets',
  'outcomes-equal',
  'rates-equal',
  'messages-equal',
  'tallies-verify',
] as const;
export type Invariant = (typeof INVARIANTS)[number];

export interface Verdict {
  readonly wave: string;
  readonly cases: number;
  readonly calls: number;
  readonly inbound: number;
  readonly webhooks: number;
  readonly completes: number;
  readonly messages: number;
  readonly outcomes: OutcomeCounts;
  readonly rates: ReturnType<typeof computeOutcomeRates>;
  readonly days: number;
  readonly faults: { readonly rest: number; readonly repeatedWebhooks: number; readonly refusedWebhooks: number };
  readonly broken: ReadonlyArray<{
    readonly invariant: Invariant;
    readonly examples: readonly string[];
    readonly n: number;
  }>;
}

const MINUTE = 60_000;
/** The hours of the default rules, written down once more: minutes of the day in China, by kind of day. */
const WEEKDAY = [
  [540, 720],
  [840, 1080],
  [1110, 1260],
] as const;
const WEEKEND = [
  [570, 720],
  [840, 1230],
] as const;

/** Recomputes a campaign from the wire and says where our tables, the board or the rules disagree. */
export async function judgeCampaign(
  services: Services,
  {
    simulated,
    wire,
    notes = new Map(),
  }: {
    readonly simulated: SimulatedWave;
    readonly wire: readonly WireEntry[];
    /** What the scripted interviewers said came of their calls. */
    readonly notes?: ReadonlyMap<string, string>;
  },
): Promise<Verdict> {
  const { connection, stores, surveys, tallies, phone } = services;
  const { reader } = connection;
  const wave = await stores.waves.findByCode(reader, simulated.wave.code);
  if (!wave) throw new RangeError(simulated.wave.code);
  const survey = await surveys.compile(reader, wave.surveyVersionId);
  const calls = replayWire(wire, survey.plan);
  const found = new Map<Invariant, string[]>();
  const tell = (invariant: Invariant, example: string): void => {
    found.set(invariant, [...(found.get(invariant) ?? []), example]);
  };

  const attempts = await stores.attempts.listAsked(reader, {
    ...{ waveId: wave.id, from: 0, to: Number.MAX_SAFE_INTEGER, limit: 10_000_000 },
  });
  for (const { id, state, endedAt } of attempts) if (endedAt === null) tell('every-attempt-terminal', `${id} ${state}`);
  for (const call of calls.values()) {
    if (call.ends.size > 1) tell('one-end-per-call', `${call.attempt} ${[...call.ends].join('+')}`);
    if (!call.isInbound && !isWithinHours(call.askedAt))
      tell('no-call-outside-hours', `${call.attempt} ${new Date(call.askedAt + 8 * 60 * MINUTE).toISOString()}`);
  }
  for (const example of overlaps([...calls.values()])) tell('one-live-call-per-case', example);

  // Which case a call belongs to, and nothing else, is read from the tables.
  const byCase = new Map<string, ReplayedCall[]>();
  for (const { id, caseId } of attempts) {
    const call = calls.get(id);
    byCase.set(caseId, [...(byCase.get(caseId) ?? []), ...(call ? [call] : [])]);
  }
  const codes: Array<readonly [string, number]> = [];
  const completes: Array<{ readonly unit: string; readonly sex: unknown }> = [];
  const rows = await stores.cases.listOpenOf(reader, { waveId: wave.id, final: 'NEW', limit: 10_000_000 });
  for (const one of rows) {
    const replayed = replayCase(byCase.get(one.id) ?? [], survey.plan, notes);
    const response = await stores.responses.find(reader, responseIdOf(one));
    const stored = response ? ((await stores.responses.findAnswers(reader, response)) as Answers) : {};
    const byDesk = (byCase.get(one.id) ?? []).some(({ isBridged }) => isBridged);
    if (!byDesk)
      for (const [code, answer] of Object.entries(stored))
        if (JSON.stringify(replayed.answers[code]) !== JSON.stringify(answer))
          tell('no-answer-without-webhook', `${one.id} ${code}`);
    if (replayed.code !== one.disposition)
      tell('outcomes-equal', `${one.id} ${one.disposition} ≠ ${replayed.code} (${one.attempts})`);
    codes.push([replayed.code, 1]);
    if (replayed.code === '1.1') completes.push({ unit: one.unitCode, sex: stored.sex });
  }
  for (const { unitCode, sex, ageBand, target } of await stores.quotas.list(reader, wave.id)) {
    const n = completes.filter(
      (person) => (unitCode === '*' || unitCode === person.unit) && (sex === '*' || sex === person.sex),
    ).length;
    // What only the interview tells, as the sex of somebody drawn at random, is flagged and counted apart.
    if (sex === '*' && ageBand === '*' && n > target)
      tell('completes-within-targets', `${unitCode} ${sex}: ${n} > ${target}`);
  }

  const messages = replayMessages(wire);
  for (const { id: caseId } of rows)
    for (const { id, status } of await stores.messages.listOfCase(reader, caseId))
      if (messages.get(id) !== status) tell('messages-equal', `${id} ${status} ≠ ${messages.get(id)}`);

  const outcomes = countOutcomes(codes);
  const rates = computeOutcomeRates(outcomes);
  const { board } = await phone.board.readBoard(OPERATOR, wave.code);
  for (const [symbol, n] of Object.entries(outcomes))
    if (board.total.outcomes[symbol as keyof OutcomeCounts] !== n)
      tell('outcomes-equal', `${symbol}: ${board.total.outcomes[symbol as keyof OutcomeCounts]} ≠ ${n}`);
  for (const rate of OUTCOME_RATES)
    if (Math.abs((board.total.rates[rate] ?? -1) - (rates[rate] ?? -1)) > 1e-12)
      tell('rates-equal', `${rate}: ${board.total.rates[rate]} ≠ ${rates[rate]}`);
  for (const { differing } of await tallies.verifyTallies(OPERATOR, wave.code))
    for (const { key, stored, recounted } of differing) tell('tallies-verify', `${key}: ${stored} ≠ ${recounted}`);

  const asked = [...calls.values()].map(({ askedAt }) => askedAt);
  return {
    wave: wave.code,
    cases: rows.length,
    calls: calls.size,
    inbound: [...calls.values()].filter(({ isInbound }) => isInbound).length,
    webhooks: wire.filter(({ kind }) => kind === 'webhook').length,
    completes: completes.length,
    messages: messages.size,
    outcomes,
    rates,
    days: asked.length === 0 ? 0 : Math.ceil((Math.max(...asked) - Math.min(...asked)) / (24 * 60 * MINUTE)),
    faults: {
      rest: wire.filter(({ kind, status }) => kind === 'rest' && (status === null || status >= 400)).length,
      repeatedWebhooks: phone.webhooks.readCounts().repeated,
      refusedWebhooks: phone.webhooks.readCounts().replayed,
    },
    broken: INVARIANTS.flatMap((invariant) => {
      const examples = found.get(invariant);
      return examples ? [{ invariant, examples: examples.slice(0, 5), n: examples.length }] : [];
    }),
  };
}

function isWithinHours(t: number): boolean {
  const local = new Date(t + 8 * 60 * MINUTE);
  const minute = local.getUTCHours() * 60 + local.getUTCMinutes();
  const windows = local.getUTCDay() % 6 === 0 ? WEEKEND : WEEKDAY;
  return windows.some(([from, to]) => minute >= from && minute < to);
}

/** Calls to one number that were under way at the same time. */
function overlaps(calls: readonly ReplayedCall[]): string[] {
  const byNumber = new Map<string, ReplayedCall[]>();
  for (const call of calls)
    if (call.number !== '') byNumber.set(call.number, [...(byNumber.get(call.number) ?? []), call]);
  return [...byNumber].flatMap(([number, own]) =>
    own
      .sort((a, b) => a.askedAt - b.askedAt)
      .flatMap((call, i) => {
        const before = own[i - 1];
        const isOver =
          !before || before.refusal !== null || (before.endedAt ?? Number.POSITIVE_INFINITY) <= call.askedAt;
        return isOver ? [] : [`${number.slice(0, -4)}**** ${call.attempt}`];
      }),
  );
}
