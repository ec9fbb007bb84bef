import { useState } from 'react';
import { Link } from 'wouter';
import { formatDay } from '../../shared/format.ts';
import { Note } from '../parts/page.tsx';
import type { Outbox, OutboxView, Waiting } from './outbox.ts';
import { quantityText } from './reading.ts';
import { useLedgerSpeech } from './speech.ts';
import type { KindByCode } from './wire.ts';

/** What is on its way, what was refused and why, and what has just gone out. */
export function OutboxPanel({ outbox, view, kinds }: { outbox: Outbox; view: OutboxView; kinds: KindByCode }) {
  const { tell, pick, lang } = useLedgerSpeech();
  const { items, receipts, held } = view;
  const comma = lang === 'zh' ? '，' : ', ';
  const [thrown, setThrown] = useState<Waiting | null>(null);
  const nameOf = ({ entry }: Waiting): string => {
    const kind = kinds.get(entry.kind);
    return `${kind ? pick(kind.name) : entry.kind} ${entry.quantity}`;
  };
  return (
    <>
      {view.isLasting ? null : (
        <Note kind="warning">
          <p>{tell('notLasting')}</p>
        </Note>
      )}
      <div aria-live="polite">
        {thrown ? (
          <Note kind="plain">
            <p>
              {tell('thrownAway', { what: nameOf(thrown) })}{' '}
              <button
                type="button"
                className="link"
                onClick={() => {
                  void outbox.put(thrown.clientKey, thrown.entry, thrown.photos);
                  setThrown(null);
                }}
              >
                {tell('undo')}
              </button>
            </p>
          </Note>
        ) : null}
      </div>
      {items.length > 0 ? (
        <section className="outbox" aria-labelledby="outbox">
          <h2 id="outbox">{tell('outbox', { n: items.length })}</h2>
          {held === null ? null : (
            <Note kind="warning">
              <p role="status">{tell(held === 'offline' ? 'offline' : 'signedOut')}</p>
              <p>
                {held === 'offline' ? (
                  <button type="button" className="button button-small" onClick={() => void outbox.flush()}>
                    {tell('sendNow')}
                  </button>
                ) : (
                  <a className="button button-small" href="/console/sign-in?next=/publicity/new">
                    {tell('sendNow')}
                  </a>
                )}
              </p>
            </Note>
          )}
          <ul>
            {items.map((item) => (
              <WaitingItem
                key={item.clientKey}
                {...{ item, outbox, kinds }}
                isSending={view.sending === item.clientKey}
                onThrow={() => {
                  setThrown(item);
                  void outbox.remove(item.clientKey);
                }}
              />
            ))}
          </ul>
        </section>
      ) : null}
      <div role="status">
        {receipts.length > 0 ? (
          <ul className="receipts note note-done">
            {receipts.map((output) => (
              <li key={output.id}>
                {tell('sent')}{' '}
                <Link href={`/publicity/entries/${output.id}`}>
                  {pick(output.kindName)} {quantityText(output.quantity, output.countedIn, lang)}
                  {output.startDate ? `${comma}${formatDay(output.startDate, lang)}` : ''}
                  {output.place ? `${comma}${output.place}` : ''}
                </Link>
              </li>
            ))}
          </ul>
        ) : null}
      </div>
    </>
  );
}

function WaitingItem(props: {
  item: Waiting;
  outbox: Outbox;
  kinds: KindByCode;
  isSending: boolean;
  onThrow: () => void;
}) {
  const { tell, pick, lang, explainRefusal } = useLedgerSpeech();
  const { item, outbox, isSending } = props;
  const { entry, refused, written } = item;
  const kind = props.kinds.get(entry.kind);
  return (
    <li>
      <p>
        <strong>{kind ? pick(kind.name) : entry.kind}</strong> {entry.quantity}
        {entry.startDate ? ` · ${formatDay(entry.startDate, lang)}` : ''}
        {entry.place ? ` · ${entry.place}` : ''}{' '}
        <span className={refused ? 'mark mark-warning' : 'mark'}>
          {refused
            ? tell('refused')
            : written
              ? tell('sendingPhotos', { n: item.photos.length })
              : tell(isSending ? 'sending' : 'queued')}
        </span>
      </p>
      {refused ? (
        <p className="field-error" role="alert">
          {explainRefusal(refused)}
        </p>
      ) : null}
      <p className="row-actions">
        {written === null ? (
          <>
            <Link
              href={`/publicity/new?mend=${item.clientKey}`}
              className={isSending ? 'button button-small disabled' : 'button button-small'}
            >
              {tell('mend')}
            </Link>
            <button type="button" className="button button-small" disabled={isSending} onClick={props.onThrow}>
              {tell('throwAway')}
            </button>
          </>
        ) : null}
        {refused && written ? (
          <button type="button" className="button button-small" onClick={() => void outbox.dropPhoto(item.clientKey)}>
            {tell('dropPhoto')}
          </button>
        ) : null}
        {refused ? (
          <button type="button" className="button button-small" onClick={() => void outbox.retry(item.clientKey)}>
            {tell('retry')}
          </button>
        ) : null}
      </p>
    </li>
  );
}
