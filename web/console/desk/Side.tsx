import { findDisposition } from '../../../src/core/sample/dispositions.ts';
import { Facts } from '../parts/table.tsx';
import { numberText, type ShownNumber } from './Call.tsx';
import { useDeskSpeech } from './speech.ts';
import { clockOf } from './times.ts';
import type { DeskCase, DeskView } from './wire.ts';

/** What stays in sight: the case, its earlier calls, the interviewer's own call-backs. */
export function Side({ view, number }: { view: DeskView; number: ShownNumber }) {
  const { tell } = useDeskSpeech();
  const { current, callbacks } = view;
  return (
    <aside className="desk-side" aria-label={tell('case')}>
      {current ? <TheCase one={current} number={number} /> : null}
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
