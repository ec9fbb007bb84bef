import { countAttempt } from '../core/sample/calling-rules.ts';
import type { CallSession } from '../core/sample/dispositions.ts';
import { advanceKeypad, startKeypad } from '../interview/keypad.ts';
import { closeKeypad, flagKeypad, isAnswer } from '../interview/keypad-quality.ts';
import { sayGoodbye } from '../interview/keypad-script.ts';
import type { KeypadOptions, KeypadSession } from '../interview/keypad-session.ts';
import type { Step } from '../interview/step.ts';
import type { AttemptRow } from '../store/attempts.ts';
import type { CaseRow } from '../store/cases.ts';
import type { Writer } from '../store/connection.ts';
import type { CarrierEvent } from '../telephony/carrier.ts';
import type { CaseEndings } from './case-endings.ts';
import type { CaseMoves } from './case-moves.ts';
import type { CaseResponses } from './case-responses.ts';
import type { Deps } from './deps.ts';
import { callerOf, type PromptService } from './prompts.ts';
import type { CompiledSurvey, SurveyService } from './surveys.ts';

/** What a step of the interview asks to be done after the commit. */
export interface KeypadStep {
  readonly step: Step;
  readonly startRecording: boolean;
  readonly wantsNever: boolean;
}

export type KeypadCalls = ReturnType<typeof createKeypadCalls>;

/** The keypad interview of a case, one committed step at a time. */
export function createKeypadCalls(
  deps: Deps & {
    readonly surveys: SurveyService;
    readonly caseResponses: CaseResponses;
    readonly endings: CaseEndings;
    readonly moves: CaseMoves;
    readonly prompts: PromptService;
  },
) {
  const { stores, clock, newId, surveys, caseResponses, endings, moves, prompts } = deps;

  const surveyOf = (tx: Writer, one: CaseRow): Promise<CompiledSurvey> => surveys.compileOf(tx, one.waveId);

  async function optionsOf(
    tx: Writer,
    attempt: AttemptRow,
    one: CaseRow,
    survey: CompiledSurvey,
    mayRecord: boolean,
  ): Promise<KeypadOptions> {
    const campaign = await stores.campaigns.find(tx, one.waveId);
    const wave = await stores.waves.find(tx, one.waveId);
    const root = wave && (await stores.units.find(tx, wave.rootUnit));
    return {
      attempt: attempt.id,
      direction: attempt.direction,
      lang: 'zh',
      reversed: caseResponses.isReversed(one),
      recording: mayRecord && (campaign?.recording ?? false),
      caller: callerOf(survey.plan.plan, root?.name ?? ''),
      consentText: campaign?.consentText ?? survey.plan.plan.intro,
    };
  }

  return {
    /**
     * One request of a live call: session, answers, consents and the end of the interview in the caller's transaction. The
     * same keys twice give the same step and are stored once.
     */
    async advance(
      tx: Writer,
      attempt: AttemptRow,
      one: CaseRow,
      event: CarrierEvent,
      { mayRecord }: { readonly mayRecord: boolean },
    ): Promise<KeypadStep> {
      const survey = await surveyOf(tx, one);
      const held = (await stores.attempts.holdSession(tx, one.id))?.session as KeypadSession | undefined;
      const session =
        held?.options.attempt === attempt.id
          ? held
          : startKeypad(await optionsOf(tx, attempt, one, survey, mayRecord), held ?? null);
      const response = await caseResponses.read(tx, one);
      const quiet = { startRecording: false, wantsNever: false };
      const voice = await prompts.voiceOf(tx, survey.plan.plan.code);
      // Finished meanwhile on another channel: nothing is left to ask.
      if (response.isEnded && session.at.t !== 'ended')
        return { step: sayGoodbye('alreadyDone', session.lang, voice), ...quiet };

      const input = event.t === 'input' ? { token: event.token, digits: event.digits } : 'begin';
      const next = advanceKeypad(survey.plan, session, response.answers, input, clock(), voice);
      if (next.session !== held) {
        await stores.attempts.saveSession(tx, { caseId: one.id, session: next.session, updatedAt: clock() });
      }
      const by = { mode: 'keypad', lang: next.session.lang } as const;
      await caseResponses.save(tx, one, by, next.given);
      const scriptVersion = `${survey.plan.plan.code}@${survey.version}`;
      for (const { kind, given } of next.consents) {
        await stores.attempts.insertConsent(tx, {
          ...{ id: newId(), attemptId: attempt.id, caseId: one.id, kind, given, at: clock() },
          ...{ scriptVersion, lang: next.session.lang },
        });
      }
      if (next.ended?.reason === 'complete' || next.ended?.reason === 'screened') {
        const { rules, unitPath } = await moves.placeOf(tx, one);
        const { attempts, slotAttempts, lastAttemptAt } = countAttempt(one, rules, unitPath, attempt.askedAt);
        const change = { attempts, slotAttempts, lastAttemptAt };
        await endings.finalise(tx, one, { disposition: null, mode: 'keypad', change });
      }
      return {
        step: next.step,
        startRecording: next.consents.some(({ kind, given }) => kind === 'recording' && given),
        wantsNever: next.ended?.wish === 'never',
      };
    },

    /** How the interview of a call stands when the call is over; null when nobody spoke with us in it. */
    async sessionOf(tx: Writer, attempt: AttemptRow, one: CaseRow): Promise<CallSession | null> {
      const session = (await stores.attempts.findSession(tx, one.id))?.session as KeypadSession | undefined;
      if (session?.options.attempt !== attempt.id) return null;
      const survey = await surveyOf(tx, one);
      const { answers } = await caseResponses.read(tx, one);
      const ended = session.at.t === 'ended' ? session.at.end : null;
      return {
        reason: ended?.reason ?? null,
        disposition: ended?.disposition ?? null,
        // Of this call alone: answers of an earlier one do not prove that a person was there now.
        answered: session.paradata.filter((one) => one.attempt === attempt.id && isAnswer(one)).length,
        close: closeKeypad(survey.plan, answers),
      };
    },

    /** Signs that keys were pressed without listening, for the re-listen queue. */
    async flagsOf(tx: Writer, one: CaseRow): Promise<readonly string[]> {
      const session = (await stores.attempts.findSession(tx, one.id))?.session as KeypadSession | undefined;
      if (!session) return [];
      return flagKeypad((await surveyOf(tx, one)).plan, session, (await caseResponses.read(tx, one)).answers);
    },

    /** Whether the interview of this call has come to its end by itself: then the thanks are just being said. */
    async isSayingGoodbye(tx: Writer, attempt: AttemptRow): Promise<boolean> {
      const session = (await stores.attempts.findSession(tx, attempt.caseId))?.session as KeypadSession | undefined;
      return session?.options.attempt === attempt.id && session.at.t === 'ended';
    },
  };
}
