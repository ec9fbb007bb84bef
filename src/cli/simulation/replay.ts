import type { CompiledPlan } from '../../core/questionnaire/gate.ts';
import type { Answer, Answers } from '../../core/questionnaire/plan.ts';
import type { AnsweredBy, AttemptEnd } from '../../core/sample/attempt-state.ts';
import { type CallSession, codeAttempt, finalCode, findDisposition } from '../../core/sample/dispositions.ts';
import { closeKeypad } from '../../interview/keypad-quality.ts';
import { readKeys } from '../../interview/keys.ts';
import { PHRASES } from '../../interview/phrases.ts';
import { finishInterview } from '../../interview/session.ts';
import type { WireEntry } from './wire.ts';

/** A call as the wire alone tells it. */
export interface ReplayedCall {
  readonly attempt: string;
  readonly isInbound: boolean;
  readonly isBridged: boolean;
  /** The respondent's number; of a bridged call, as soon as it was to be connected. */
  number: string;
  readonly askedAt: number;
  sid: string | null;
  end: AttemptEnd | null;
  endedAt: number | null;
  /** Different ends that were told of this call; more than one is a contradiction. */
  readonly ends: Set<string>;
  sip: number | null;
  /** The carrier refused the order, with this status. */
  refusal: string | null;
  answeredBy: AnsweredBy | null;
  hasBegun: boolean;
  token: string | null;
  reason: CallSession['reason'];
  /** Read back, and to be agreed to with 1 before it counts. */
  entered: { readonly code: string; readonly answer: Answer } | null;
  readonly answers: Record<string, Answer>;
}

const ENDS: readonly string[] = ['completed', 'busy', 'no-answer', 'failed', 'canceled'];
const REASONS: ReadonlyArray<readonly [NonNullable<CallSession['reason']>, string]> = [
  ['complete', PHRASES.goodbye.zh],
  ['screened', PHRASES.screened.zh],
  ['later', PHRASES.later.zh],
  ['never', PHRASES.never.zh],
  ['declined', PHRASES.declined.zh],
  ['no-response', PHRASES.noResponse.zh],
  ['gave-up', PHRASES.gaveUp.zh],
];

/** Reads the wire from the beginning: no table of ours is looked at. */
export function replayWire(wire: readonly WireEntry[], compiled: CompiledPlan): ReadonlyMap<string, ReplayedCall> {
  const calls = new Map<string, ReplayedCall>();
  const bySid = new Map<string, ReplayedCall>();

  function open(attempt: string, number: string, at: number, sid: string | null, isInbound: boolean): ReplayedCall {
    const call: ReplayedCall = {
      ...{ attempt, isInbound, isBridged: false, number, askedAt: at, sid, end: null, endedAt: null, ends: new Set() },
      ...{
        sip: null,
        refusal: null,
        answeredBy: null,
        hasBegun: false,
        token: null,
        reason: null,
        entered: null,
        answers: {},
      },
    };
    calls.set(attempt, call);
    if (sid !== null) bySid.set(sid, call);
    return call;
  }

  function finish(call: ReplayedCall, status: string, sip: number | null, at: number): void {
    // Of two telephones each ends in its own way.
    if (!call.isBridged) call.ends.add(status);
    if (call.end !== null) return;
    call.end = status as AttemptEnd;
    call.endedAt = at;
    call.sip = sip;
  }

  function readRest({ at, method, url, form, status, answer }: WireEntry): void {
    const { pathname, searchParams } = new URL(url);
    const body = (answer.startsWith('{') ? JSON.parse(answer) : {}) as Record<string, unknown>;
    if (method === 'POST' && pathname.endsWith('/Calls.json')) {
      const hook = new URL(form.Url ?? '');
      const attempt = attemptOf(hook.pathname);
      const call = open(attempt, form.To ?? '', at, status === 201 ? String(body.sid) : null, false);
      const isBridged = hook.searchParams.get('leg') === 'agent';
      Object.assign(call, { isBridged, number: isBridged ? '' : call.number });
      if (status !== null && status !== 201) call.refusal = String(status);
      return;
    }
    if (method !== 'GET' || status !== 200) return;
    const [, one] = /\/Calls\/(CA\w+)\.json$/.exec(pathname) ?? [];
    const listed = pathname.endsWith('/Calls.json') ? ((body.calls ?? []) as Record<string, unknown>[]) : [body];
    if (one === undefined && !pathname.endsWith('/Calls.json')) return;
    const asked = [...calls.values()]
      .filter(({ number, end }) => number === searchParams.get('To') && end === null)
      .at(-1);
    for (const record of listed) {
      const sid = String(record.sid);
      const call =
        bySid.get(sid) ?? (asked && Date.parse(String(record.date_created)) >= asked.askedAt - 5000 ? asked : null);
      if (!call) continue;
      call.sid ??= sid;
      bySid.set(sid, call);
      // What the API tells of a bridged call is the interviewer's telephone.
      if (!call.isBridged && ENDS.includes(String(record.status))) finish(call, String(record.status), null, at);
    }
  }

  function readWebhook({ at, url, form, status, answer }: WireEntry): void {
    if (status === null || status >= 300) return;
    const { pathname, searchParams } = new URL(url);
    const [, kind = ''] = /\/hooks\/twilio\/([\w-]+)/.exec(pathname) ?? [];
    const sid = form.CallSid ?? '';
    if (kind === 'inbound') {
      const attempt = attemptIn(answer);
      if (attempt !== null && !attempt.startsWith('CA')) follow(open(attempt, form.From ?? '', at, sid, true), answer);
      return;
    }
    const call = calls.get(attemptOf(pathname)) ?? bySid.get(sid);
    if (!call) return;
    const isAgent = searchParams.get('leg') === 'agent';
    if (!isAgent && call.sid === null && !call.isBridged) {
      call.sid = sid;
      bySid.set(sid, call);
    }
    switch (kind) {
      case 'status':
        if (isAgent && call.end === null && ENDS.includes(form.CallStatus ?? '')) finish(call, 'completed', null, at);
        if (!isAgent && ENDS.includes(form.CallStatus ?? ''))
          finish(call, form.CallStatus ?? '', form.SipResponseCode ? Number(form.SipResponseCode) : null, at);
        return;
      case 'amd': {
        const by = form.AnsweredBy ?? 'unknown';
        if (call.end === null)
          call.answeredBy ??= by.startsWith('machine') ? 'machine' : by === 'human' || by === 'fax' ? by : 'unknown';
        return;
      }
      case 'voice': {
        const token = searchParams.get('token');
        call.hasBegun = true;
        call.number ||= /<Number[^>]*>(\+\d+)<\/Number>/.exec(answer)?.[1] ?? '';
        // The callback of the respondent's end may be lost; that the connection came back tells it, too.
        if (form.DialCallStatus && call.end === null)
          finish(call, form.DialCallStatus === 'answered' ? 'completed' : form.DialCallStatus, null, at);
        if (call.end === null && token !== null && token === call.token) press(call, token, form);
        follow(call, answer);
        return;
      }
    }
  }

  function press(call: ReplayedCall, token: string, form: WireEntry['form']): void {
    const code = token.slice(call.attempt.length + 1).replace(/\.\d+$/, '');
    const question = compiled.find.get(code);
    if (!question) return;
    const keys = `${form.Digits ?? ''}${form.FinishedOnKey ?? ''}`;
    if (call.entered?.code === code) {
      if (keys === '1') call.answers[code] = call.entered.answer;
      if (keys === '1' || keys === '2') call.entered = null;
      return;
    }
    const reading = readKeys(question, keys);
    call.entered = reading.t === 'answer' && isReadBack(reading.answer) ? { code, answer: reading.answer } : null;
    if (reading.t === 'answer' && !call.entered) call.answers[code] = reading.answer;
  }

  /** What the document that we answered with says about the interview. */
  function follow(call: ReplayedCall, document: string): void {
    if (call.end !== null) return;
    const [, token = null] = /<Gather[^>]*[?&](?:amp;)?token=([^"&]+)/.exec(document) ?? [];
    call.token = token === null ? null : decodeURIComponent(token);
    if (!document.includes('<Hangup')) return;
    const [reason = null] = REASONS.find(([, words]) => document.includes(`>${words}<`)) ?? [];
    call.reason ??= reason;
  }

  for (const entry of wire) (entry.kind === 'rest' ? readRest : readWebhook)(entry);
  return calls;
}

/** What a case comes to, from its calls in their order; the interviewers' results come from their own notes. */
export function replayCase(
  calls: readonly ReplayedCall[],
  compiled: CompiledPlan,
  notes: ReadonlyMap<string, string>,
): { readonly code: string; readonly answers: Answers } {
  const codes: string[] = [];
  let answers: Answers = {};
  let everEligible = false;
  let never = false;
  for (const call of calls) {
    const note = notes.get(call.attempt);
    answers = { ...answers, ...call.answers };
    const code: string | null = note ?? (call.isBridged ? null : codeOf(call, compiled, answers, everEligible));
    never ||= call.reason === 'never';
    if (code === null) continue;
    codes.push(code);
    everEligible ||= findDisposition(code)?.isEligible ?? false;
  }
  if (never && !codes.includes('1.1')) return { code: '2.112', answers };
  const numbersDead = codes.some((code) => findDisposition(code)?.next === 'next-number');
  return { code: finalCode(codes, { everEligible, numbersDead }), answers };
}

function codeOf(call: ReplayedCall, compiled: CompiledPlan, answers: Answers, everEligible: boolean): string | null {
  if (call.end === null) return call.refusal === null || call.refusal === '429' ? null : '3.16';
  const close = closeKeypad(compiled, answers);
  const { disposition } = finishInterview(compiled, answers);
  const isWhole = call.reason === 'complete' || call.reason === 'screened';
  const session: CallSession | null = call.hasBegun
    ? {
        reason: call.reason,
        disposition: isWhole ? disposition : null,
        answered: Object.keys(call.answers).length,
        close,
      }
    : null;
  const { end, sip, answeredBy } = call;
  return codeAttempt({ end, sip, fault: null, answeredBy, everEligible, session }).disposition;
}

/** Numbers and several ticks: what takes more than one key. */
const isReadBack = (answer: Answer): boolean =>
  typeof answer === 'number' || (typeof answer !== 'string' && answer.length > 1);

const attemptOf = (pathname: string): string => decodeURIComponent(pathname.split('/').at(-1) ?? '');

function attemptIn(document: string): string | null {
  const [, token] = /[?&](?:amp;)?token=([^"&]+)/.exec(document) ?? [];
  return token === undefined ? null : (decodeURIComponent(token).split('.')[0] ?? null);
}
