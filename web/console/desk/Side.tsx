import { useState } from 'react';
import { findDisposition } from '../../../src/core/sample/dispositions.ts';
import { Dialog } from '../parts/confirm.tsx';
import { Facts } from '../parts/table.tsx';
import { numberText, type ShownNumber } from './Call.tsx';
import { sendLink } from './calls.ts';
import { KeyButton } from './KeyButton.tsx';
import { useKeys } from './keyboard.ts';
import { useDeskSpeech } from './speech.ts';
import { clockOf } from './times.ts';
import type { Desk } from './useDesk.ts';
import type { DeskCase, DeskView } from './wire.ts';
import { MESSAGE_WORDS } from './wording.ts';

/** What stays in sight: the case, its earlier calls, the interviewer's own call-backs. */
export function Side({ view, number, desk }: { view: DeskView; number: ShownNumber; desk: Desk }) {
  const { tell } = useDeskSpeech();
  const { current, callbacks } = view;
  return (
    <aside className="desk-side" aria-label={tell('case')}>
      {current ? <TheCase one={current} number={number} /> : null}
      {current?.attempt?.answeredAt != null ? <Link one={current} desk={desk} /> : null}
      <h2>{tell('callbacks')}</h2>
      {callbacks.length === 0 ? <p className="muted">{tell('noCallbacks')}</p> : null}
      <ul>
        {callbacks.map(({ id, unit, start, end, kind }) => (
          <li key={id}>
            <strong>
              {clockOf(start)}—{clockOf(end)}
            </strong>{' '}
            {unit} <span className="muted">{tell(kind)}</span>
          </li>
        ))}
      </ul>
    </aside>
  );
}

/** The interview as a link, for whoever has no time now; what became of what was sent. */
function Link({ one, desk }: { one: DeskCase; desk: Desk }) {
  const { tell, pick, lang } = useDeskSpeech();
  const [asks, setAsks] = useState(false);
  const { maySend, sent } = one.messages;
  useKeys(maySend ? { s: () => setAsks(true) } : {});
  const send = () => {
    setAsks(false);
    desk.change((held) => sendLink(held, lang));
  };
  return (
    <>
      <h2>{tell('link')}</h2>
      {sent.length > 0 ? (
        <ul>
          {sent.map(({ id, at, status }) => (
            <li key={id}>
              {clockOf(at)} {pick(MESSAGE_WORDS[status] ?? { zh: status, en: status })}
            </li>
          ))}
        </ul>
      ) : null}
      {maySend ? (
        <KeyButton
          name="S"
          text={tell(sent.length > 0 ? 'linkAgain' : 'linkSend')}
          press={() => setAsks(true)}
          off={desk.busy}
        />
      ) : (
        <p className="muted">{tell('linkCannot')}</p>
      )}
      {asks ? (
        <Dialog title={tell('linkSend')} onClose={() => setAsks(false)}>
          <p>{tell('linkAsk')}</p>
          <div className="buttons">
            <button type="button" className="button button-main" onClick={send}>
              {tell('linkSend')}
            </button>
            <button type="button" className="button" onClick={() => setAsks(false)}>
              {tell('linkNot')}
            </button>
          </div>
        </Dialog>
      ) : null}
    </>
  );
}

function TheCase({ one, number }: { one: DeskCase; number: ShownNumber }) {
  const { tell, pick } = useDeskSpeech();
  const { unit, numbers, history, refusals, appointment, leaseUntil } = one;
  return (
    <>
      <h2>{tell('case')}</h2>
      <Facts
        facts={[
          [tell('town'), unit.name],
          [
            tell('number'),
            numbers.map(({ rank, masked, isLive }, i) => (
              <span key={rank} className={isLive ? undefined : 'muted'}>
                {i > 0 ? ' ' : ''}
                {number?.rank === rank ? numberText(one, number) : masked}
                {isLive ? '' : tell('deadNumber')}
              </span>
            )),
          ],
        ]}
      />
      <p className="muted">{tell('leaseUntil', { time: clockOf(leaseUntil) })}</p>
      {refusals > 0 ? <p className="mark mark-warning">{tell('refusedBefore', { count: refusals })}</p> : null}
      {appointment ? (
        <p className="mark mark-open">
          {tell('appointmentAt', { from: clockOf(appointment.start), to: clockOf(appointment.end) })}
        </p>
      ) : null}
      <h2>{tell('earlierCalls')}</h2>
      {history.length === 0 ? <p className="muted">{tell('noEarlierCalls')}</p> : null}
      <ul>
        {history
          .toReversed()
          .slice(0, 6)
          .map(({ askedAt, disposition, state, note }) => {
            const label = disposition === null ? null : findDisposition(disposition)?.label;
            return (
              <li key={askedAt}>
                {clockOf(askedAt)} {label ? pick(label) : (disposition ?? state)}
                {note ? <span className="under">{note}</span> : null}
              </li>
            );
          })}
      </ul>
    </>
  );
}
