import { useState } from 'react';
import type { Answer } from '../../../src/core/questionnaire/plan.ts';
import { useStaff } from '../context.tsx';
import { giveAnswer, giveValue, goBack, noteConsent } from './calls.ts';
import { KeyButton } from './KeyButton.tsx';
import { useKeys } from './keyboard.ts';
import { Stage } from './Stage.tsx';
import { useDeskSpeech } from './speech.ts';
import type { Desk } from './useDesk.ts';
import type { DeskCase, Standing } from './wire.ts';

type Question = NonNullable<Standing['question']>;

interface Props {
  readonly one: DeskCase;
  readonly desk: Desk;
  /** Ends the conversation; the hint is the code it most likely has. */
  readonly close: (hint?: string) => void;
}

/** The conversation: introduction and consent, then one question after the other, then the closing words. */
export function Interview(props: Props & { begun: boolean; begin: () => void }) {
  const { one, desk, close, begun, begin } = props;
  const { question } = one.standing;
  if (!begun) return <Introduction one={one} desk={desk} close={close} begin={begin} />;
  if (one.recording.asked && one.bridges && one.recording.consent === null)
    return <AskToRecord one={one} desk={desk} />;
  if (question === null) return <Closing one={one} desk={desk} close={close} />;
  return <Ask key={question.code} one={one} question={question} desk={desk} close={close} />;
}

/** Who calls, why, how long, and that nobody must: in the interviewer's own name. */
function Introduction({ one, desk, close, begin }: Props & { begin: () => void }) {
  const { tell, pick } = useDeskSpeech();
  const { user } = useStaff();
  const agree = (given: boolean) =>
    desk.change(
      (held) => noteConsent(held, 'interview', given),
      () => (given ? begin() : close('2.112')),
    );
  const yes = () => agree(true);
  useKeys({ '1': yes, Enter: yes, '2': () => agree(false) });
  return (
    <Stage name={`intro ${one.attempt?.id}`} title={tell('intro')}>
      <p className="script">{tell('identity', { unit: user.unit?.name ?? '', name: user.name })}</p>
      <p className="script">{pick(one.intro)}</p>
      <p className="script">{pick(one.consentText)}</p>
      {one.mayBeHeard ? <p className="script">{tell('monitoring')}</p> : null}
      <h3>{tell('consent')}</h3>
      <div className="buttons">
        <KeyButton name="1" text={tell('agrees')} press={yes} off={desk.busy} main />
        <KeyButton name="2" text={tell('refuses')} press={() => agree(false)} off={desk.busy} />
        <KeyButton name="E" text={tell('outcome')} press={() => close()} />
      </div>
    </Stage>
  );
}

function AskToRecord({ one, desk }: Omit<Props, 'close'>) {
  const { tell } = useDeskSpeech();
  const say = (given: boolean) => desk.change((held) => noteConsent(held, 'recording', given));
  useKeys({ '1': () => say(true), '2': () => say(false) });
  return (
    <Stage name={`record ${one.attempt?.id}`} title={tell('recordingAsk')}>
      <div className="buttons">
        <KeyButton name="1" text={tell('agrees')} press={() => say(true)} off={desk.busy} main />
        <KeyButton name="2" text={tell('refuses')} press={() => say(false)} off={desk.busy} />
      </div>
    </Stage>
  );
}

const DIGITS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

/** One question. A digit answers a single choice; several digits and numbers wait for Enter. */
function Ask({ one, question, desk, close }: Props & { question: Question }) {
  const { tell, pick, lang } = useDeskSpeech();
  const [keys, setKeys] = useState('');
  const [typed, setTyped] = useState(typeof question.value === 'string' ? question.value : '');
  const [isEmpty, setIsEmpty] = useState(false);
  const isText = question.type === 'text';
  const answer = (given: string) => {
    desk.change((held) => giveAnswer(held, question.code, given));
    setKeys('');
  };
  const back = () => desk.change((held) => goBack(held, question.code));
  const press = (digit: string) => {
    desk.clear();
    setIsEmpty(false);
    if (question.type === 'single') answer(digit);
    else setKeys((old) => toggled(question, old, digit));
  };
  const enter = () => {
    const { value } = question;
    if (isText && typed.trim() !== '') desk.change((held) => giveValue(held, question.code, typed.trim()));
    else if (keys !== '') answer(keys);
    // What was answered before stays as it is.
    else if (value !== null && !isText) desk.change((held) => giveValue(held, question.code, value));
    else if (question.required) setIsEmpty(true);
    else answer('');
  };
  const erase = () => (keys === '' ? back() : setKeys(keys.slice(0, -1)));
  useKeys({
    ...(isText ? {} : Object.fromEntries(DIGITS.map((digit) => [digit, () => press(digit)]))),
    Enter: enter,
    Backspace: erase,
  });
  const { answered, total } = one.standing.progress;
  return (
    <Stage
      name={`ask ${question.code} ${one.lease}`}
      above={
        <p className="overline">
          {tell('progress', { at: Math.min(answered + 1, total), total })}
          <span className="mark">{tell(question.required ? 'required' : 'optional')}</span>
        </p>
      }
      title={pick(question.title)}
    >
      {question.note ? (
        <p className="desk-note">
          <strong>{tell('forYou')}</strong> {pick(question.note)}
        </p>
      ) : null}
      <ul className={question.choices.length > 7 ? 'desk-choices desk-choices-wide' : 'desk-choices'}>
        {question.choices.map((choice) => (
          <li key={choice.code}>
            <button
              type="button"
              className="desk-choice"
              tabIndex={-1}
              disabled={desk.busy || choice.key === null}
              aria-pressed={isChosen(question, keys, choice)}
              onClick={() => choice.key !== null && press(choice.key)}
            >
              <kbd>{choice.key ?? '0'}</kbd> {pick(choice.title)}
            </button>
          </li>
        ))}
      </ul>
      {isText ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            enter();
          }}
        >
          <input
            data-first
            aria-label={tell('text')}
            value={typed}
            maxLength={500}
            onChange={(event) => setTyped(event.target.value)}
          />
        </form>
      ) : (
        <p className="desk-keys">
          <span className="visually-hidden">{tell('keysSoFar')} </span>
          <output aria-live="polite">{keys === '' ? null : keys}</output>
          {keys === '' ? <span className="muted">{tell('nothingPressed')}</span> : null}
        </p>
      )}
      {isEmpty ? (
        <p className="field-error" role="alert">
          {tell('required')}：{tell('nothingPressed')}
        </p>
      ) : null}
      <p className="muted">
        {[
          question.type === 'single' ? tell('singleHow') : '',
          question.type === 'multiple' ? tell('multipleHow') : '',
          question.type === 'number' ? tell('numberHow', { min: question.min ?? 0, max: question.max ?? 0 }) : '',
          isText ? tell('textHow') : '',
          question.required ? '' : tell('passHow'),
          question.value === null ? '' : tell('answered', { answer: answerText(question, question.value, pick, lang) }),
        ]
          .filter(Boolean)
          .join(' ')}
      </p>
      <div className="buttons">
        <KeyButton name="⌫" text={tell('back')} press={back} off={desk.busy} />
        <KeyButton name="E" text={tell('outcome')} press={() => close()} />
      </div>
    </Stage>
  );
}

/** A second press of a tick takes it back; digits of a number follow each other. */
function toggled({ type }: Question, keys: string, digit: string): string {
  if (type === 'number') return (keys + digit).slice(0, 9);
  return keys.includes(digit) ? keys.replace(digit, '') : keys + digit;
}

function isChosen(question: Question, keys: string, { code, key }: Question['choices'][number]): boolean {
  if (keys !== '') return key !== null && keys.includes(key);
  const { value } = question;
  return Array.isArray(value) ? value.includes(code) : value === code;
}

function answerText(
  { choices }: Question,
  value: Answer,
  pick: (text: { zh: string; en: string }) => string,
  lang: string,
): string {
  const nameOf = (code: string): string => {
    const choice = choices.find((each) => each.code === code);
    return choice ? pick(choice.title) : code;
  };
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? nameOf(value) : value.map(nameOf).join(lang === 'zh' ? '、' : ', ');
}

/** Everything is asked: thanks, and Enter records the result. */
function Closing({ one, desk, close }: Props) {
  const { tell, pick } = useDeskSpeech();
  const { standing } = one;
  const finish = () => close(standing.disposition);
  const back = () => desk.change((held) => goBack(held, null));
  useKeys({ Enter: finish, Backspace: back });
  return (
    <Stage name={`end ${one.attempt?.id}`} title={tell('interviewEnd')}>
      <p className="script">{pick(one.thanks)}</p>
      {standing.missing.length > 0 && standing.ended === null ? (
        <div className="note note-warning">
          <p>{tell('stillMissing', { count: standing.missing.length })}</p>
        </div>
      ) : (
        <p>{tell(standing.ended === null ? 'wholeInterview' : 'screenedOut')}</p>
      )}
      <div className="buttons">
        <KeyButton name="Enter" text={tell('outcome')} press={finish} main />
        <KeyButton name="⌫" text={tell('back')} press={back} off={desk.busy} />
      </div>
    </Stage>
  );
}
