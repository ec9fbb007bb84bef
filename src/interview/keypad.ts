import type { CompiledPlan } from '../core/questionnaire/gate.ts';
import type { Answer, Answers } from '../core/questionnaire/plan.ts';
import type { Text } from '../core/text.ts';
import { closeKeypad, measurePrompt, noteAsked } from './keypad-quality.ts';
import { explainProblem, otherLanguage, renderStep, tokenOf } from './keypad-script.ts';
import type { KeypadEnd, KeypadOptions, KeypadParadata, KeypadPlace, KeypadSession } from './keypad-session.ts';
import { readKeys } from './keys.ts';
import { PHRASES } from './phrases.ts';
import { answerQuestion, finishInterview, followPlan } from './session.ts';
import { NO_VOICE, type Step, type Voice } from './step.ts';

export interface KeypadInput {
  readonly token: string;
  /** As pressed; see `Step`. */
  readonly digits: string;
}

export interface KeypadAdvance {
  readonly session: KeypadSession;
  readonly step: Step;
  /** Answers to save with the session, in one transaction; null takes one back. */
  readonly given: Readonly<Record<string, Answer | null>>;
  readonly consents: readonly { readonly kind: 'interview' | 'recording'; readonly given: boolean }[];
  /** Set once, when the interview ends with this input. */
  readonly ended: KeypadEnd | null;
}

/** Wrong keys, silences and repetitions allowed at one place, each counted apart. */
const LIMIT = 3;
/** Items in a row that nobody answered: nobody is there any more. */
const LOST_AFTER = 2;

/** A session for a call. With the session of an earlier call of the same case it resumes; the same call again changes nothing. */
export function startKeypad(options: KeypadOptions, earlier: KeypadSession | null = null): KeypadSession {
  if (earlier?.options.attempt === options.attempt) return earlier;
  const resumed = earlier?.consented ?? false;
  return {
    options,
    lang: earlier && resumed ? earlier.lang : options.lang,
    at: { t: 'intro' },
    visit: 1,
    resumed,
    consented: resumed,
    invalid: 0,
    silent: 0,
    repeats: 0,
    // Who was not there last time may be now; who would not say is not asked again.
    passed: Object.fromEntries(Object.entries(earlier?.passed ?? {}).filter(([, why]) => why === 'refused')),
    skippedInRow: 0,
    lead: null,
    asked: null,
    paradata: earlier?.paradata ?? [],
  };
}

/**
 * One step on. `'begin'` renders the current step (the carrier's first request, and every request without keys);
 * keys under a token that is not the current step's only render it again: nothing is stored twice.
 * `answers` are the stored ones of this response, from whichever channel.
 * @param at now, epoch milliseconds
 * @param voice what of it was recorded by a person
 */
export function advanceKeypad(
  compiled: CompiledPlan,
  stored: KeypadSession,
  answers: Answers,
  input: KeypadInput | 'begin',
  at: number,
  voice: Voice = NO_VOICE,
): KeypadAdvance {
  const session = followAnswers(compiled, stored, answers);
  const fresh = input !== 'begin' && input.token === tokenOf(session) && session.at.t !== 'ended';
  const moved = fresh ? react({ compiled, session, answers }, input.digits) : { session, result: null };
  const paradata =
    moved.result === null ? session.paradata : [...session.paradata, measurePrompt(session, moved.result, at)];
  const isNew = moved.session.visit !== session.visit || session.asked === null;
  const step = renderStep(compiled, moved.session, voice);
  const next = { ...moved.session, paradata, asked: isNew ? noteAsked(step, at) : session.asked };
  return {
    session: next,
    step,
    given: moved.given ?? {},
    consents: moved.consents ?? [],
    ended: next.at.t === 'ended' && stored.at.t !== 'ended' ? next.at.end : null,
  };
}

interface Here {
  readonly compiled: CompiledPlan;
  readonly session: KeypadSession;
  readonly answers: Answers;
}

interface Move {
  readonly session: KeypadSession;
  readonly result: KeypadParadata['result'] | null;
  readonly given?: Answers;
  readonly consents?: KeypadAdvance['consents'];
}

/** Another channel may have answered this question meanwhile, or hidden it. */
function followAnswers(compiled: CompiledPlan, session: KeypadSession, answers: Answers): KeypadSession {
  if (session.at.t !== 'question' && session.at.t !== 'confirm') return session;
  return nextQuestion(compiled, session, answers) === session.at.code ? session : goToNext(compiled, session, answers);
}

function react(here: Here, digits: string): Move {
  const { session } = here;
  if (digits.includes('*')) {
    if (session.repeats >= LIMIT) return fail(here, 'invalid', PHRASES.noMoreRepeats);
    return { session: again(session, { repeats: session.repeats + 1 }), result: 'repeat' };
  }
  switch (session.at.t) {
    case 'intro':
      return chooseStart(here, digits);
    case 'consent':
      return chooseConsent(here, digits);
    case 'recording':
      return chooseRecording(here, digits);
    case 'confirm':
      return chooseConfirm(here, session.at, digits);
    case 'question':
      return answer(here, session.at.code, digits);
    case 'ended':
      return { session, result: null };
  }
}

function chooseStart(here: Here, digits: string): Move {
  const { compiled, session, answers } = here;
  switch (digits) {
    case '1':
      if (session.consented) return { session: afterConsent(here), result: 'choice' };
      return { session: goTo(session, { t: 'consent' }), result: 'choice' };
    case '2':
      return { session: end(session, { reason: 'later', disposition: null, wish: 'later' }), result: 'choice' };
    case '9': {
      // Whoever answered half of it has given a partial interview, whatever they think of another call.
      const { disposition } = closeKeypad(compiled, answers);
      const refusal = disposition === '2.12' ? '2.112' : disposition;
      return { session: end(session, { reason: 'never', disposition: refusal, wish: 'never' }), result: 'choice' };
    }
    case '3': {
      const other = otherLanguage(compiled, session.lang);
      if (!other || session.repeats >= LIMIT) return refuse(here, digits);
      return { session: again({ ...session, lang: other }, { repeats: session.repeats + 1 }), result: 'choice' };
    }
    default:
      return refuse(here, digits);
  }
}

function chooseConsent(here: Here, digits: string): Move {
  const consents = [{ kind: 'interview', given: digits === '1' }] as const;
  if (digits === '1') {
    const session = { ...here.session, consented: true };
    return { session: afterConsent({ ...here, session }), result: 'choice', consents };
  }
  if (digits !== '2') return refuse(here, digits);
  const declined = { reason: 'declined', disposition: '2.112', wish: null } as const;
  return { session: end(here.session, declined), result: 'choice', consents };
}

function chooseRecording(here: Here, digits: string): Move {
  if (digits !== '1' && digits !== '2') return refuse(here, digits);
  return { session: begin(here), result: 'choice', consents: [{ kind: 'recording', given: digits === '1' }] };
}

function chooseConfirm(here: Here, at: KeypadPlace & { readonly t: 'confirm' }, digits: string): Move {
  if (digits === '1') return { ...accept(here, at.code, at.value), result: 'confirmed' };
  if (digits !== '2') return refuse(here, digits);
  // Entering it anew for ever is a way of not answering, too.
  return fail(
    { ...here, session: { ...here.session, at: { t: 'question', code: at.code } } },
    'invalid',
    typeof at.value === 'number' ? PHRASES.enterAgain : PHRASES.chooseAgain,
  );
}

function answer(here: Here, code: string, digits: string): Move {
  const question = here.compiled.find.get(code);
  if (!question) throw new RangeError(`question ${code}`);
  const reading = readKeys(question, digits);
  switch (reading.t) {
    case 'silence':
      return refuse(here, '');
    case 'invalid':
      return fail(here, 'invalid', explainProblem(reading.problem, question.question));
    case 'pass': {
      const session = {
        ...here.session,
        skippedInRow: 0,
        passed: { ...here.session.passed, [code]: 'refused' as const },
      };
      return { session: goToNext(here.compiled, session, here.answers), result: 'pass' };
    }
    case 'answer':
      if (!isReadBack(reading.answer)) return accept(here, code, reading.answer);
      return {
        session: move(here.session, { t: 'confirm', code, value: reading.answer }, null),
        result: 'entered',
      };
  }
}

/** What several keys were pressed for: digits get lost on the way, and nobody hears which. */
const isReadBack = (value: Answer): boolean =>
  typeof value === 'number' || (typeof value !== 'string' && value.length > 1);

function accept({ compiled, session, answers }: Here, code: string, value: Answer): Move {
  const given = { [code]: value };
  const now = answerQuestion(compiled, answers, code, value);
  return { session: goToNext(compiled, { ...session, skippedInRow: 0 }, now), result: 'answer', given };
}

/** No key, or one that means nothing here. */
function refuse(here: Here, digits: string): Move {
  return digits === '' ? fail(here, 'silence', PHRASES.nothingHeard) : fail(here, 'invalid', PHRASES.noSuchOption);
}

/** Forgives twice; the third time the place is given up. */
function fail(here: Here, kind: 'invalid' | 'silence', lead: Text): Move {
  const { session } = here;
  const counts = kind === 'invalid' ? { invalid: session.invalid + 1 } : { silent: session.silent + 1 };
  const tried = { ...session, ...counts };
  if (tried.invalid < LIMIT && tried.silent < LIMIT) return { session: move(tried, session.at, lead), result: kind };
  return { ...giveUp({ ...here, session: tried }), result: kind };
}

function giveUp(here: Here): Omit<Move, 'result'> {
  const { compiled, session, answers } = here;
  const { at } = session;
  if (at.t === 'intro' || at.t === 'consent')
    return { session: end(session, { reason: 'no-response', disposition: null, wish: null }) };
  // Silence is no consent: the interview goes on unrecorded.
  if (at.t === 'recording') return { session: begin(here), consents: [{ kind: 'recording', given: false }] };
  if (at.t === 'ended') return { session };
  const skippedInRow = session.skippedInRow + 1;
  const required = compiled.find.get(at.code)?.question.required ?? false;
  if (required || skippedInRow >= LOST_AFTER)
    return { session: end(session, { reason: 'gave-up', disposition: null, wish: null }) };
  const passed = { ...session.passed, [at.code]: 'skipped' as const };
  return { session: goToNext(compiled, { ...session, skippedInRow, passed }, answers, PHRASES.nextItem) };
}

/** The recording question comes in every call anew: it is this call that would be recorded. */
function afterConsent(here: Here): KeypadSession {
  return here.session.options.recording ? goTo(here.session, { t: 'recording' }) : begin(here);
}

function begin({ compiled, session, answers }: Here): KeypadSession {
  return goToNext(compiled, session, answers, session.resumed ? null : PHRASES.begin);
}

/** Where the one engine stands, but for the items this respondent passed; what cannot be asked by keypad is passed, too. */
function nextQuestion(compiled: CompiledPlan, { passed }: KeypadSession, answers: Answers): string | null {
  const standing = followPlan(compiled, answers);
  if (standing.ended !== null) return null;
  const open = standing.asked.find(
    ({ question: { code, type } }) => standing.answers[code] === undefined && !passed[code] && type !== 'text',
  );
  return open?.question.code ?? null;
}

function goToNext(
  compiled: CompiledPlan,
  session: KeypadSession,
  answers: Answers,
  lead: Text | null = null,
): KeypadSession {
  const code = nextQuestion(compiled, session, answers);
  if (code !== null) return goTo(session, { t: 'question', code }, lead);
  const { disposition } = finishInterview(compiled, answers);
  const reason = followPlan(compiled, answers).ended === null ? 'complete' : 'screened';
  return end(session, { reason, disposition, wish: null });
}

const end = (session: KeypadSession, how: KeypadEnd): KeypadSession => goTo(session, { t: 'ended', end: how });

/** To a new place, where everything is counted from nought. */
const goTo = (session: KeypadSession, at: KeypadPlace, lead: Text | null = null): KeypadSession =>
  move({ ...session, invalid: 0, silent: 0, repeats: 0 }, at, lead);

const again = (session: KeypadSession, counts: { readonly repeats: number }): KeypadSession =>
  move({ ...session, ...counts }, session.at, null);

const move = (session: KeypadSession, at: KeypadPlace, lead: Text | null): KeypadSession => ({
  ...session,
  at,
  lead,
  visit: session.visit + 1,
});
