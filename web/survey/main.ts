import {
  type Address,
  type Entry,
  fetchEntry,
  finishInterview,
  type GivenAnswers,
  type OpenEntry,
  type Receipt,
  type Refusal,
  type Reply,
  readAddress,
  resumeInterview,
  saveAnswers,
} from './api.ts';
import { createMemory, openStorage } from './memory.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { createPatience } from './patience.ts';
import { readPreferences } from './preferences.ts';
import type { Remark } from './questions/mount.tsx';
import {
  failureScreen,
  openingScreen,
  receiptScreen,
  screenedOutScreen,
  startScreen,
  submittingScreen,
} from './screens.ts';
import { createShell } from './shell.ts';
import { describeFailure, UNREACHABLE } from './wording.ts';

/** SurveyJS and React are large: the start screen does not wait for them. */
const loadQuestions = (): Promise<typeof import('./questions/mount.tsx')> => import('./questions/mount.tsx');

const storage = openStorage();
const address = readAddress(location.pathname);
const memory = createMemory(storage, `zhixiao.interview${location.pathname.replace(/\/$/, '')}`);
const patience = createPatience();
const app = document.getElementById('app');
if (!app) throw new RangeError('The page has no #app');
const shell = createShell(app, readPreferences(), memory.isLasting);

window.addEventListener('online', patience.wake);
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') patience.wake();
});

async function open(): Promise<void> {
  if (!address) return fail({ code: 'LINK_UNKNOWN', details: {} });
  const remembered = memory.recall();
  if (!remembered) return enter(address, readInlineEntry(), false);
  shell.showScreen(openingScreen, false);
  const reply = await resumeInterview(remembered.ticket);
  if (reply.kind === 'unreachable') return unreachable();
  // A closed wave or a ticket of another time: what the link itself leads to now decides.
  if (reply.kind === 'refused') {
    memory.forget();
    return enter(address, readInlineEntry(), false);
  }
  const entry = reply.value;
  if (entry.state === 'done') return showReceipt(entry, entry, false);
  const interview = createInterview(entry, remembered.unsent);
  if (remembered.finishing) return interview.finish();
  interview.start(false);
}

/** Opens what the link leads to: the entry the server put into the page, or a fresh one. */
async function enter(
  at: Address,
  inline: Entry | { readonly error: Refusal } | null,
  moveFocus: boolean,
): Promise<void> {
  if (inline && 'error' in inline) return fail(inline.error, moveFocus);
  if (!inline) shell.showScreen(openingScreen, false);
  const reply: Reply<Entry> = inline ? { kind: 'done', value: inline } : await fetchEntry(at);
  if (reply.kind === 'unreachable') return unreachable(moveFocus);
  if (reply.kind === 'refused') return fail(reply.refusal, moveFocus);
  const entry = reply.value;
  if (entry.state === 'done') return showReceipt(entry, entry, moveFocus);
  createInterview(entry, {}).start(moveFocus);
}

function readInlineEntry(): Entry | { readonly error: Refusal } | null {
  const text = document.getElementById('entry')?.textContent?.trim();
  return text ? (JSON.parse(text) as Entry) : null;
}

/** Another person on the same phone: a new ticket, and nothing of the one before. */
async function startAfresh(): Promise<void> {
  memory.forget();
  if (address) await enter(address, null, true);
}

const mayAnother = (): (() => void) | null => (address?.kind === 'place' ? startAfresh : null);

function fail({ code, details, requestId }: Refusal, moveFocus = false): void {
  const failure = describeFailure(code);
  const again = failure.action === 'restart' ? startAfresh : () => location.reload();
  shell.showScreen(failureScreen(failure, { requestId: requestId ?? '—', ...details }, again), moveFocus);
}

function unreachable(moveFocus = false): void {
  shell.showScreen(
    failureScreen(UNREACHABLE, {}, () => location.reload()),
    moveFocus,
  );
}

function showReceipt({ unit, thanks }: Pick<OpenEntry, 'unit' | 'thanks'>, receipt: Receipt, moveFocus = true): void {
  const onAnother = mayAnother();
  shell.showScreen(
    receipt.disposition.startsWith('1.')
      ? receiptScreen({ ...receipt, unit: unit.name, thanks, onAnother })
      : screenedOutScreen(onAnother),
    moveFocus,
  );
}

/** One interview of one ticket, from its start screen to its receipt. */
function createInterview(entry: OpenEntry, unsent: GivenAnswers) {
  const answers: Record<string, unknown> = { ...entry.answers };
  for (const [code, value] of Object.entries(unsent)) {
    if (value === null) delete answers[code];
    else answers[code] = value;
  }
  // Where to stand when the questions are painted (again): null is the first question without an answer.
  let at: string | null = null;
  let remark: Remark | null = null;
  let isOpen = false;
  const keep = (left: GivenAnswers, finishing = false): void =>
    memory.remember({ ticket: entry.ticket, unsent: left, finishing });

  let outbox = openOutbox(unsent);
  function openOutbox(left: GivenAnswers): Outbox {
    return createOutbox({
      unsent: left,
      keep,
      send: (batch) => saveAnswers(entry.ticket, shell.preferences.lang, batch),
      patience,
      onState: (state) => isOpen && shell.setSaveState(state),
      onRefused: (refusal) => {
        if (!refusal.code.startsWith('ANSWER')) return conclude(refusal);
        const { question } = refusal.details;
        if (typeof question === 'string' && isOpen) returnTo({ question, wording: 'answerRefused' });
      },
    });
  }

  /** The server takes no more answers: either it holds the finished interview, or a page says why. */
  async function conclude(refusal: Refusal): Promise<void> {
    close();
    outbox.stop();
    if (refusal.code === 'RESPONSE_ENDED') {
      const reply = await resumeInterview(entry.ticket);
      if (reply.kind === 'done' && reply.value.state === 'done') return showReceipt(entry, reply.value);
    }
    fail(refusal, true);
  }

  function close(): void {
    isOpen = false;
    window.removeEventListener('popstate', stepBack);
  }

  let goBack: () => boolean = () => false;
  /** The phone's own “back” goes to the question before, and from the first one to the start screen. */
  function stepBack(): void {
    if (goBack()) history.pushState(null, '');
    else leave();
  }

  function leave(): void {
    close();
    start(true);
  }

  function returnTo(next: Remark): void {
    delete answers[next.question];
    remark = next;
    at = next.question;
    void ask();
  }

  async function ask(): Promise<void> {
    // Painted only where the questions are still on their way; once they are here, this is over before a frame.
    if (!isOpen) shell.showScreen(openingScreen, false);
    const loaded = await loadQuestions().catch(() => null);
    if (!loaded) return unreachable(true);
    const { mountQuestions } = loaded;
    if (!isOpen) {
      isOpen = true;
      history.pushState(null, '');
      window.addEventListener('popstate', stepBack);
    }
    shell.show((main, { lang }) => {
      const questions = mountQuestions(main, {
        definition: entry.page[lang],
        lang,
        answers,
        at,
        remark,
        onAnswer: (code, value) => {
          if (value === null) delete answers[code];
          else answers[code] = value;
          outbox.put(code, value);
        },
        onMove: (code) => {
          if (at !== code) void outbox.flush();
          at = code;
          remark = null;
        },
        onLeave: () => history.back(),
        onFinish: () => void finish(),
      });
      goBack = questions.goBack;
      return questions.unmount;
    });
    void outbox.flush();
  }

  async function finish(): Promise<void> {
    close();
    outbox.stop();
    const left = outbox.unsent();
    keep(left, true);
    shell.showScreen(submittingScreen(null, patience.wake));
    for (let failures = 0; ; failures += 1) {
      const reply = await finishInterview(entry.ticket, shell.preferences.lang, left);
      if (reply.kind === 'done') {
        keep({});
        return showReceipt(entry, reply.value);
      }
      if (reply.kind === 'refused') return refuseFinish(reply.refusal, left);
      shell.showScreen(submittingScreen(shell.explainWaiting(), patience.wake), failures === 0);
      await patience.wait(failures);
    }
  }

  /** Nothing of a refused request was stored: all but the refused answer is sent again. */
  function refuseFinish(refusal: Refusal, left: GivenAnswers): void {
    keep(left);
    if (!refusal.code.startsWith('ANSWER')) return void conclude(refusal);
    const { question, questions } = refusal.details;
    const code = String(Array.isArray(questions) ? questions[0] : question);
    const { [code]: _refused, ...others } = left;
    outbox = openOutbox(others);
    returnTo({ question: code, wording: refusal.code === 'ANSWERS_MISSING' ? 'questionMissing' : 'answerRefused' });
  }

  function start(moveFocus: boolean): void {
    const isUnfinished = Object.keys(answers).length > 0;
    const onRestart = isUnfinished ? mayAnother() : null;
    shell.showScreen(startScreen({ entry, isUnfinished, onStart: ask, onRestart }), moveFocus);
    // Fetched while the resident reads, so that the first question is there when they are ready.
    setTimeout(() => loadQuestions().catch(() => null), 50);
  }

  return { start, finish };
}

void open();
