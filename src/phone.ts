import type { Config } from './config.ts';
import { createRetention } from './jobs/retain.ts';
import { runJobs } from './jobs/runner.ts';
import { createWatch } from './jobs/watch.ts';
import { createAttemptService } from './services/attempts.ts';
import { createBoardService } from './services/board.ts';
import { createCallInService } from './services/call-ins.ts';
import { type CallLog, createCallService } from './services/calls.ts';
import { createCampaignService } from './services/campaigns.ts';
import { createCaseEndings } from './services/case-endings.ts';
import { createCaseMoves } from './services/case-moves.ts';
import { createCaseResponses } from './services/case-responses.ts';
import { createCaseService } from './services/cases.ts';
import type { Deps } from './services/deps.ts';
import { createDeskService } from './services/desk.ts';
import { createDialerService } from './services/dialer.ts';
import { createKeypadCalls } from './services/keypad-calls.ts';
import { createListeningService } from './services/listenings.ts';
import { createMessageService } from './services/messages.ts';
import { createNumberService } from './services/numbers.ts';
import { createPromptService } from './services/prompts.ts';
import { createQuotaService } from './services/quotas.ts';
import { createRecordingService } from './services/recordings.ts';
import { createReviewService } from './services/reviews.ts';
import { createSuppressionLists } from './services/suppression-lists.ts';
import { createSuppressionService } from './services/suppressions.ts';
import type { SurveyService } from './services/surveys.ts';
import type { Tickets } from './services/tickets.ts';
import { createVault } from './services/vault.ts';
import { createWebhookService } from './services/webhooks.ts';
import type { PhoneCarrier } from './telephony/carrier.ts';
import { connectTelephony } from './telephony/connect.ts';
import { createManualCarrier } from './telephony/manual.ts';
import type { Fetch } from './telephony/twilio/transport.ts';

/** What a simulation brings of its own: the way to the carrier, and how work waits. */
export interface PhoneSurroundings {
  readonly carrierFetch?: Fetch;
  readonly defer?: (work: () => Promise<void>) => void;
}

/** The phone side of the composition root: carrier, calls, cases and the jobs that drive them. */
export function composePhone(
  deps: Deps & {
    readonly config: Config;
    readonly secret: string;
    readonly baseUrl: string;
    readonly surveys: SurveyService;
    readonly tickets: Tickets;
    readonly log: CallLog;
  },
  surroundings: PhoneSurroundings = {},
) {
  const { config, secret, baseUrl, log, clock } = deps;
  const telephony = connectTelephony(config.telephony, baseUrl, secret, surroundings.carrierFetch);
  const manual = createManualCarrier();
  const carrierNamed = (name: string): PhoneCarrier | null =>
    name === telephony.carrier.name ? telephony.carrier : name === 'manual' ? manual : null;
  const background = new Set<Promise<void>>();
  const defer =
    surroundings.defer ??
    ((work: () => Promise<void>): void => {
      const running = work().finally(() => background.delete(running));
      background.add(running);
    });
  const shared = { ...deps, carrierNamed, callerId: telephony.callerId };

  const vault = createVault(secret);
  const caseResponses = createCaseResponses(deps);
  const quotas = createQuotaService(deps);
  const endings = createCaseEndings({ ...deps, responses: caseResponses, quotas });
  const moves = createCaseMoves({ ...deps, endings });
  const numbers = createNumberService({ ...deps, vault, quotas });
  const cases = createCaseService({ ...deps, moves, numbers, responses: caseResponses });
  const suppressions = createSuppressionService({ ...deps, vault, moves });
  const suppressionLists = createSuppressionLists({ ...deps, vault, suppressions });
  const messages = createMessageService({
    ...{ ...shared, vault, baseUrl: () => baseUrl, suppress: suppressions.suppress },
  });
  const recordings = createRecordingService({ ...shared, dataDir: config.dataDir, keepDays: config.recordingDays });
  const listenings = createListeningService(shared);
  const reviews = createReviewService({ ...deps, caseResponses });
  const prompts = createPromptService({ ...deps, dataDir: config.dataDir, baseUrl: () => baseUrl });
  const attempts = createAttemptService(deps);
  const keypadCalls = createKeypadCalls({ ...deps, caseResponses, endings, moves, prompts });
  const callIns = createCallInService({ ...deps, attempts, moves, vault });
  const calls = createCallService({
    ...{
      ...shared,
      attempts,
      keypadCalls,
      callIns,
      moves,
      messages,
      recordings,
      listenings,
      reviews,
      suppressions,
      vault,
      defer,
    },
  });
  const desk = createDeskService({
    ...{ ...shared, responses: caseResponses, moves, cases, numbers, suppressions, calls, listenings, messages, vault },
  });
  const webhooks = createWebhookService(deps);
  const dialer = createDialerService({ ...shared, cases, calls, attempts, keypadCalls, moves, vault });
  const watch = createWatch({ ...deps, calls, cases, moves });
  const retention = createRetention({ ...deps, prompts, recordings });
  return {
    telephony,
    vault,
    caseResponses,
    quotas,
    endings,
    moves,
    numbers,
    cases,
    suppressions,
    suppressionLists,
    messages,
    prompts,
    recordings,
    listenings,
    reviews,
    calls,
    dialer,
    watch,
    retention,
    webhooks,
    desk,
    board: createBoardService({ ...deps, webhooks, listenings }),
    campaigns: createCampaignService({ ...deps, quotas, defaultCarrier: telephony.carrier.name }),

    /** Begins to dial, watch and forget by the real clock; what was under way is asked about first. */
    start() {
      let hasRecovered = false;
      const dial = async (): Promise<number | null> => {
        if (!hasRecovered) {
          await watch.recover();
          hasRecovered = true;
        }
        return dialer.tick();
      };
      const jobs = runJobs(
        {
          dial: { tick: dial, longestMs: 500 },
          watch: { tick: watch.tick, longestMs: 15_000 },
          retain: { tick: retention.tick, longestMs: 60_000 },
        },
        { clock, log },
      );
      const stopListening = calls.onEnded(() => jobs.wake('dial'));
      return {
        async stop(): Promise<void> {
          stopListening();
          await jobs.stop();
        },
      };
    },

    /** Resolves when nothing is asked of a carrier any more. */
    async settle(): Promise<void> {
      while (background.size > 0) await Promise.all(background);
    },
  };
}
