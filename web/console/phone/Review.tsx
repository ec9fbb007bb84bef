import { useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import type { Answer } from '../../../src/core/questionnaire/plan.ts';
import { formatShare } from '../../shared/format.ts';
import { useKeys } from '../desk/keyboard.ts';
import { TextField } from '../parts/fields.tsx';
import { ErrorNote, Note } from '../parts/page.tsx';
import { Facts, Table } from '../parts/table.tsx';
import { useTask } from '../remote.ts';
import { closeReview, recordingAddress } from './calls.ts';
import { usePhoneSpeech } from './speech.ts';
import type { ReviewView } from './wire.ts';

type Question = ReviewView['questions'][number];

/** One interview to listen to again: a second person's answers first, the agreement only afterwards. */
export function Review({ review, back, reload }: { review: ReviewView; back: string; reload: () => void }) {
  const { tell } = usePhoneSpeech();
  return (
    <>
      <p>
        <Link href={back}>{tell('reviewsBack')}</Link>
      </p>
      <Recordings recordings={review.recordings} />
      {review.state === 'done' ? <Result review={review} /> : <Coding review={review} reload={reload} />}
    </>
  );
}

function Recordings({ recordings }: Pick<ReviewView, 'recordings'>) {
  const { tell } = usePhoneSpeech();
  if (recordings.length === 0) {
    return (
      <Note kind="warning">
        <p>{tell('recordingGone')}</p>
      </Note>
    );
  }
  return recordings.map(({ id, seconds }, i) => (
    <figure key={id}>
      <figcaption>{tell('recordingOf', { number: i + 1, seconds })}</figcaption>
      {/* The sound of a conversation: what is said is what the listener writes down. */}
      <audio controls preload="none" src={recordingAddress(id)}>
        <track kind="captions" />
      </audio>
    </figure>
  ));
}

const DIGITS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

/** The questions one after the other, answered by the digits of the questionnaire; Enter goes on, Backspace back. */
function Coding({ review, reload }: { review: ReviewView; reload: () => void }) {
  const { tell, pick, say } = usePhoneSpeech();
  const { questions } = review;
  const [at, setAt] = useState(0);
  const [coded, setCoded] = useState<Readonly<Record<string, Answer>>>({});
  const [note, setNote] = useState('');
  const heading = useRef<HTMLHeadingElement>(null);
  const question = questions[at] ?? null;
  const task = useTask(async () => {
    await closeReview(review.id, { coded, note: note.trim() || null });
    reload();
  });
  useEffect(() => {
    if (at >= 0) heading.current?.focus();
  }, [at]);
  const forward = () => setAt((now) => Math.min(questions.length, now + 1));
  const backward = () => setAt((now) => Math.max(0, now - 1));
  const give = (own: Question, answer: Answer | null) =>
    setCoded((old) => {
      const { [own.code]: _before, ...rest } = old;
      return answer === null ? rest : { ...rest, [own.code]: answer };
    });
  const press = (own: Question, key: string) => {
    const choice = own.choices.find((each) => each.key === key);
    if (!choice) return;
    if (own.type === 'single') {
      give(own, choice.code);
      forward();
      return;
    }
    const before = coded[own.code];
    const ticks = Array.isArray(before) ? (before as readonly string[]) : [];
    const after = ticks.includes(choice.code) ? ticks.filter((code) => code !== choice.code) : [...ticks, choice.code];
    give(own, after.length === 0 ? null : after);
  };
  useKeys(
    question === null
      ? { Backspace: backward }
      : {
          Enter: forward,
          Backspace: backward,
          ...(question.choices.length === 0
            ? {}
            : Object.fromEntries(DIGITS.map((digit) => [digit, () => press(question, digit)]))),
        },
  );
  const isChosen = (own: Question, code: string): boolean => {
    const answer = coded[own.code];
    return Array.isArray(answer) ? answer.includes(code) : answer === code;
  };
  if (question === null) {
    return (
      <section className="review" aria-labelledby="review-end">
        <h2 id="review-end" ref={heading} tabIndex={-1}>
          {tell('reviewEnd', { coded: Object.keys(coded).length, total: questions.length })}
        </h2>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void task.run();
          }}
        >
          <TextField label={tell('note')} value={note} onChange={setNote} optional />
          <ErrorNote error={task.error} />
          <div className="buttons">
            <button type="submit" className="button button-main" disabled={task.busy}>
              {task.busy ? say('working') : tell('reviewSubmit')}
            </button>
            <button type="button" className="button" onClick={backward}>
              {tell('questionBefore')}
            </button>
          </div>
        </form>
      </section>
    );
  }
  return (
    <section className="review" aria-labelledby="review-question">
      <p className="overline">{tell('questionOf', { at: at + 1, total: questions.length })}</p>
      <h2 id="review-question" ref={heading} tabIndex={-1}>
        {pick(question.title)}
      </h2>
      <ul>
        {question.choices.map(({ code, key, title }) => (
          <li key={code}>
            <button
              type="button"
              className="review-choice"
              aria-pressed={isChosen(question, code)}
              disabled={key === null}
              onClick={() => key !== null && press(question, key)}
            >
              <kbd>{key ?? '—'}</kbd> {pick(title)}
            </button>
          </li>
        ))}
      </ul>
      {question.choices.length === 0 ? (
        <TextField
          label={tell('answer')}
          type={question.type === 'number' ? 'number' : 'text'}
          value={String(coded[question.code] ?? '')}
          onChange={(value) => give(question, value === '' ? null : question.type === 'number' ? Number(value) : value)}
          optional
        />
      ) : null}
      <p className="hint">{tell('reviewHow')}</p>
      <div className="buttons">
        <button type="button" className="button" onClick={forward}>
          {tell(coded[question.code] === undefined ? 'notHeard' : 'questionNext')} <kbd>Enter</kbd>
        </button>
        <button type="button" className="button" disabled={at === 0} onClick={backward}>
          {tell('questionBefore')} <kbd>⌫</kbd>
        </button>
      </div>
    </section>
  );
}

/** Both codings side by side, now that the second is in. */
function Result({ review }: { review: ReviewView }) {
  const { tell, pick, lang } = usePhoneSpeech();
  const text = ({ choices }: Question, answer: Answer | null): string => {
    if (answer === null) return '—';
    const nameOf = (code: string): string => {
      const choice = choices.find((each) => each.code === code);
      return choice ? pick(choice.title) : code;
    };
    if (typeof answer === 'number') return String(answer);
    return typeof answer === 'string' ? nameOf(answer) : answer.map(nameOf).join(lang === 'zh' ? '、' : ', ');
  };
  return (
    <section className="block" aria-labelledby="review-result">
      <h2 id="review-result">{tell('reviewResult', { share: formatShare(review.agreement) })}</h2>
      {review.note ? <Facts facts={[[tell('note'), review.note]]} /> : null}
      <Table
        caption={tell('reviews')}
        rows={review.questions}
        keyOf={({ code }) => code}
        columns={[
          { head: tell('question'), names: true, cell: ({ title }) => pick(title) },
          { head: tell('firstAnswer'), cell: (question) => text(question, question.first) },
          { head: tell('secondAnswer'), cell: (question) => text(question, question.second) },
          {
            head: tell('same'),
            cell: ({ first, second }) =>
              second === null
                ? tell('notHeard')
                : tell(JSON.stringify(sorted(first)) === JSON.stringify(sorted(second)) ? 'isSame' : 'isDifferent'),
          },
        ]}
      />
    </section>
  );
}

/** Ticks are the same in whatever order they were made. */
const sorted = (answer: Answer | null): unknown =>
  typeof answer === 'object' && answer !== null ? [...answer].sort() : answer;
