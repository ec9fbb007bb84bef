import { AppError } from '../../core/errors.ts';
import { createRandom, type RandomStream, seedOf } from '../../core/random.ts';
import type { Services } from '../../main.ts';
import type { Actor } from '../../services/actor.ts';
import type { DeskCase, DeskView } from '../../services/desk-views.ts';
import type { Held } from '../../services/held-cases.ts';
import type { NetworkClock } from '../../telephony/simulator/clock.ts';
import type { PhoneNetwork } from '../../telephony/simulator/network.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** Reading a question out and typing its answer. */
const PER_QUESTION_MS = 7 * SECOND;
/** Who hangs up sooner has refused. */
const REFUSAL_MS = 20 * SECOND;
/** Results after which a case is sent its link: busy, no answer, broken off. */
const TEXTED = ['3.12', '3.13', '2.12'];

export interface InterviewersOptions {
  readonly services: Services;
  readonly network: PhoneNetwork;
  readonly time: NetworkClock;
  readonly seed: number;
  readonly wave: string;
  readonly unit: { readonly code: string; readonly path: string };
  readonly desks: number;
}

/**
 * Interviewers who work by a script at real desks: take the next case, have it connected, type the answers, close with a
 * result. What each said came of a call is their own note, apart from our tables.
 */
export function startInterviewers(options: InterviewersOptions): {
  readonly notes: ReadonlyMap<string, string>;
  stop(): void;
} {
  const { services, network, time, seed, wave, unit } = options;
  const { desk } = services.phone;
  const notes = new Map<string, string>();
  let stopped = false;

  function sitDown(seat: number): void {
    const random = createRandom(seedOf(`${seed}:desk:${seat}`));
    const number = `+86291234${String(5000 + seat)}`;
    // Nobody of ours has this account: boards show what there is.
    const id = `模拟访问员${seat}`;
    const actor: Actor = {
      ...{ kind: 'staff', id, name: id, role: 'interviewer', unitCode: unit.code, unitPath: unit.path },
    };
    network.occupy(number, {
      ring: (line) =>
        void time.after(2 * SECOND, () => line.answer({ hear: () => {}, listen: () => {}, ended: () => {} })),
    });
    const later = (ms: number, act: () => Promise<void>): void => {
      time.after(ms, async () => {
        if (!stopped) await act();
      });
    };

    /** Cases with a call that leaves nothing to code. */
    const given = new Set<string>();

    async function begin(): Promise<void> {
      const view: DeskView = await desk.nextCase(actor, wave);
      const one = view.current;
      if (!one) {
        const wait = (view.waiting?.nextAt ?? 0) - time.now();
        return later(Math.min(60 * MINUTE, Math.max(5 * MINUTE, wait)), begin);
      }
      const held = { case: one.id, lease: one.lease };
      // Without a sign of life the lease runs out, and the case is somebody else's.
      if (!one.mayCallNow || given.has(one.id)) return later(16 * MINUTE, begin);
      if (one.state === 'LEASED') await desk.dial(actor, held, number);
      later(3 * SECOND, () => listen(held, null));
    }

    /** Hears how the call goes on, typing answers as long as somebody is there. */
    async function listen(held: Held, answeredAt: number | null, seen: DeskCase | null = null): Promise<void> {
      const { attempt } = await desk.heartbeat(actor, held);
      if (!attempt) {
        given.add(held.case);
        return later(MINUTE, begin);
      }
      if (attempt.endedAt !== null) return close(held, attempt.id, answeredAt);
      if (attempt.state !== 'answered') return later(5 * SECOND, () => listen(held, null));
      const since = answeredAt ?? time.now();
      if (answeredAt === null) {
        await desk.noteConsent(actor, held, { kind: 'interview', given: true });
        await desk.noteConsent(actor, held, { kind: 'recording', given: random.next() < 0.8 });
      }
      const current = seen ?? (await desk.readDesk(actor, wave)).current;
      const question = current?.standing.question;
      if (!current || !question || current.standing.isComplete || current.standing.ended !== null) {
        await desk.hangUp(actor, held);
        return later(2 * SECOND, () => listen(held, since));
      }
      const next = await desk.giveAnswer(actor, held, { question: question.code, keys: chooseKeys(question, random) });
      later(PER_QUESTION_MS * (0.6 + 0.8 * random.next()), () => listen(held, since, next));
    }

    async function close(held: Held, attempt: string, answeredAt: number | null): Promise<void> {
      const current = (await desk.readDesk(actor, wave)).current;
      const disposition = current && chooseResult(current, answeredAt, time.now());
      if (!disposition) {
        given.add(held.case);
        return later(16 * MINUTE, begin);
      }
      await desk.closeCase(actor, held, { disposition });
      notes.set(attempt, disposition);
      if (TEXTED.includes(disposition)) await invite(held.case);
      later((5 + 20 * random.next()) * SECOND, begin);
    }

    /** Who was not reached, or broke off, gets the link. A carrier that will not send it is no reason to stop. */
    async function invite(caseId: string): Promise<void> {
      await services.phone.messages.sendLink(actor, caseId).catch((error: unknown) => {
        if (!(error instanceof AppError)) throw error;
      });
    }

    later((seat + 1) * 10 * SECOND, begin);
  }

  for (let seat = 1; seat <= options.desks; seat++) sitDown(seat);
  return {
    notes,
    stop() {
      stopped = true;
    },
  };
}

type Question = NonNullable<DeskCase['standing']['question']>;

function chooseKeys({ type, choices, min, max }: Question, random: RandomStream): string {
  if (type === 'number') return String(random.between(min ?? 18, max ?? 80));
  const open = choices.flatMap(({ key, kind }, i) =>
    key === null ? [] : [{ key, weight: kind === 'answer' ? 8 - Math.min(6, i) : 0.3 }],
  );
  // Keys that look like numbers would be put in order by an object.
  return random.pick(Object.fromEntries(open.map(({ key, weight }) => [`k${key}`, weight]))).slice(1);
}

/** What an interviewer makes of a call that is over; null when the desk offers no result for it. */
function chooseResult({ attempt, standing, dispositions }: DeskCase, answeredAt: number | null, now: number) {
  const offered = new Set(dispositions.map(({ code }) => code));
  const wished = ((): string[] => {
    switch (attempt?.state) {
      case 'busy':
        return ['3.12'];
      case 'no-answer':
        return ['3.13'];
      case 'completed': {
        if (standing.isComplete) return ['1.1'];
        if (standing.ended !== null) return [standing.ended, '4.70'];
        if (answeredAt === null || now - answeredAt < REFUSAL_MS) return ['2.112'];
        return [standing.disposition, '2.12'];
      }
      default:
        return ['3.16'];
    }
  })();
  return wished.find((code) => offered.has(code)) ?? null;
}
