import { useState } from 'react';
import { dispositionsAfter } from '../../../src/core/sample/dispositions.ts';
import { symbolOfCode } from '../../../src/core/sample/outcomes.ts';
import { instantOf, localDayOf, localTimeOf, WINDOW_MS } from './appointment.ts';
import { closeCase, endAndClose } from './calls.ts';
import { KeyButton } from './KeyButton.tsx';
import { Stage } from './Stage.tsx';
import { useDeskSpeech } from './speech.ts';
import type { Desk } from './useDesk.ts';
import type { DeskCase, NewAppointment } from './wire.ts';

type Offered = DeskCase['dispositions'][number];

/** The codes that fit: those of the call's end, and of what was saved. */
export function offeredFor(one: DeskCase): readonly Offered[] {
  const { attempt, standing, dispositions } = one;
  const talked = new Set(dispositionsAfter('completed').map(({ code }) => code));
  const isTalk = attempt !== null && attempt.answeredAt !== null && attempt.endedAt === null;
  return dispositions.filter(({ code }) => {
    if (isTalk && !talked.has(code)) return false;
    if (code === '1.1') return standing.isComplete;
    return code !== '1.2' || standing.progress.answered > 0;
  });
}

/** What it most likely is; an interviewer confirms it with Enter. */
export function likelyCode(one: DeskCase, hint: string | null): string | null {
  const { attempt, standing } = one;
  if (attempt?.endedAt != null && attempt.answeredAt === null) {
    return attempt.state === 'busy' ? '3.12' : attempt.state === 'no-answer' ? '3.13' : null;
  }
  if (hint === '2.112') return hint;
  if (standing.isComplete) return '1.1';
  if (standing.ended !== null) return standing.ended;
  return standing.progress.answered > 0 ? '2.12' : hint;
}

/** The result of the call by its number in the list, a time to call again, a note; Enter records it all. */
export function Outcome(props: {
  one: DeskCase;
  desk: Desk;
  hint: string | null;
  /** Null when the call is over: there is nothing to go back to. */
  back: (() => void) | null;
  done: (closed: { code: string; label: string }) => void;
}) {
  const { one, desk, hint, back, done } = props;
  const { tell, pick } = useDeskSpeech();
  const offered = offeredFor(one);
  const likely = offered.findIndex(({ code }) => code === likelyCode(one, hint));
  const [number, setNumber] = useState(likely < 0 ? '' : String(likely + 1));
  const [kind, setKind] = useState<'' | 'soft' | 'hard'>('');
  const tomorrow = Date.now() + 86_400_000;
  const [day, setDay] = useState(localDayOf(tomorrow, one.offsetMinutes));
  const [time, setTime] = useState('');
  const [note, setNote] = useState('');
  const [neverAgain, setNeverAgain] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const chosen = offered[Number(number) - 1] ?? null;
  const isRefusal = chosen !== null && symbolOfCode(chosen.code) === 'R' && chosen.code !== '2.12';
  const start = instantOf(day, time, one.offsetMinutes);

  const isConnected = one.attempt !== null && one.attempt.carrier !== 'manual' && one.attempt.endedAt === null;

  function record(): void {
    if (chosen === null) {
      setProblem(tell('outcomeNone', { number }));
      return;
    }
    let appointment: NewAppointment | null = null;
    if (chosen.mayAppoint && kind !== '') {
      if (start === null) {
        setProblem(tell('appointmentMissing'));
        return;
      }
      appointment = { start, end: start + WINDOW_MS[kind], kind };
    }
    setProblem(null);
    const closing = { disposition: chosen.code, note, neverAgain: isRefusal && neverAgain, appointment };
    desk.leave(
      (held) => (isConnected ? endAndClose(held, closing) : closeCase(held, closing)),
      () => done({ code: chosen.code, label: pick(chosen.label) }),
    );
  }

  return (
    <Stage name={`outcome ${one.attempt?.id}`} title={tell('outcomeTitle')}>
      <form
        className="desk-outcome"
        noValidate
        onKeyDown={(event) => {
          if (event.key === 'Escape' && back) back();
        }}
        onSubmit={(event) => {
          event.preventDefault();
          record();
        }}
      >
        <div className="desk-outcome-head">
          <label>
            {tell('outcomeField')}
            <input
              data-first
              className="desk-number"
              inputMode="numeric"
              autoComplete="off"
              value={number}
              onFocus={(event) => event.target.select()}
              onChange={(event) => {
                setNumber(event.target.value.normalize('NFKC').replace(/\D/g, '').slice(0, 2));
                setProblem(null);
                desk.clear();
              }}
            />
          </label>
          <output aria-live="polite">
            {chosen ? (
              <>
                <strong>{pick(chosen.label)}</strong>{' '}
                <span className="muted">{tell('outcomeCode', { code: chosen.code })}</span>
              </>
            ) : null}
          </output>
        </div>
        {problem === null ? null : (
          <p className="field-error" role="alert">
            {problem}
          </p>
        )}
        <ol className="desk-codes">
          {offered.map(({ code, label }, i) => (
            <li key={code}>
              <button
                type="button"
                tabIndex={-1}
                className="desk-code"
                aria-pressed={chosen?.code === code}
                onClick={() => setNumber(String(i + 1))}
              >
                <kbd>{i + 1}</kbd> {pick(label)} <span className="muted">{code}</span>
              </button>
            </li>
          ))}
        </ol>
        <div className="desk-fields">
          {chosen?.mayAppoint ? (
            <>
              <label>
                {tell('appointment')}
                <select value={kind} onChange={(event) => setKind(event.target.value as typeof kind)}>
                  <option value="">{tell('appointmentNone')}</option>
                  <option value="soft">{tell('appointmentSoft')}</option>
                  <option value="hard">{tell('appointmentHard')}</option>
                </select>
              </label>
              {kind === '' ? null : (
                <>
                  <label>
                    {tell('appointmentDay')}
                    <input
                      type="date"
                      value={day}
                      min={localDayOf(Date.now(), one.offsetMinutes)}
                      onChange={(event) => setDay(event.target.value)}
                    />
                  </label>
                  <label>
                    {tell('appointmentTime')}
                    <input type="time" step={300} value={time} onChange={(event) => setTime(event.target.value)} />
                  </label>
                  <span className="muted">
                    {start === null
                      ? ''
                      : `${localTimeOf(start, one.offsetMinutes)}—${localTimeOf(start + WINDOW_MS[kind], one.offsetMinutes)}`}
                  </span>
                </>
              )}
            </>
          ) : null}
          <label className="desk-wide">
            {tell('note')}
            <input
              value={note}
              maxLength={500}
              placeholder={tell('noteHint')}
              onChange={(event) => setNote(event.target.value)}
            />
          </label>
          {isRefusal ? (
            <label className="desk-check">
              <input type="checkbox" checked={neverAgain} onChange={(event) => setNeverAgain(event.target.checked)} />
              {tell('neverAgain')}
            </label>
          ) : null}
        </div>
        <div className="buttons">
          <button type="submit" className="button button-main" disabled={desk.busy}>
            {tell('record')} <kbd>Enter</kbd>
          </button>
          {back === null ? null : <KeyButton name="Esc" text={tell('backToInterview')} press={back} />}
          <span className="muted">{tell('outcomeHint')}</span>
        </div>
      </form>
    </Stage>
  );
}
