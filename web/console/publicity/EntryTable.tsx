import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { MEDIA_LEVEL_NAMES, REACH_NAMES } from '../../../src/core/publicity/names.ts';
import { formatDay, inBrackets } from '../../shared/format.ts';
import { Scroll } from '../parts/scroll.tsx';
import { quantityText } from './reading.ts';
import { useLedgerSpeech } from './speech.ts';
import type { OutputState, OutputView } from './wire.ts';
import { STATE_WORDS } from './wording.ts';

/** Entries as rows on a desk and as cards on a phone; moved through and judged with the keyboard alone. */
export function EntryTable(props: {
  outputs: readonly OutputView[];
  chosen: ReadonlySet<string>;
  /** Null where the reader only reads. */
  onChoose: ((chosen: ReadonlySet<string>) => void) | null;
  onAccept: ((output: OutputView) => void) | null;
  onReturn: ((output: OutputView) => void) | null;
}) {
  const { tell } = useLedgerSpeech();
  const { outputs, chosen, onChoose } = props;
  const [, navigate] = useLocation();
  const [at, setAt] = useState(0);
  const rows = useRef<(HTMLTableRowElement | null)[]>([]);
  const wasInside = useRef(false);
  // What was judged may leave the list: whoever works with the keyboard goes on at the row that took its place.
  useEffect(() => {
    if (wasInside.current && document.activeElement === document.body) {
      rows.current[Math.min(at, outputs.length - 1)]?.focus();
    }
  }, [outputs, at]);

  function toggle(id: string): void {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChoose?.(next);
  }
  function press(event: KeyboardEvent, index: number, output: OutputView): void {
    // Keys count on the row itself; links and boxes inside keep their own.
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const move = (to: number): void => {
      const next = Math.max(0, Math.min(outputs.length - 1, to));
      setAt(next);
      rows.current[next]?.focus();
    };
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (key === 'ArrowDown') move(index + 1);
    else if (key === 'ArrowUp') move(index - 1);
    else if (key === 'Home') move(0);
    else if (key === 'End') move(outputs.length - 1);
    else if (key === 'Enter') navigate(`/publicity/entries/${output.id}`);
    else if (key === ' ') toggle(output.id);
    else if (key === 'a' && props.onAccept) props.onAccept(output);
    else if (key === 'r' && props.onReturn) props.onReturn(output);
    else return;
    event.preventDefault();
  }

  return (
    <Scroll label={tell('list')} className="entries">
      <table>
        <caption className="visually-hidden">{tell('list')}</caption>
        <thead>
          <tr>
            {onChoose ? (
              <th scope="col">
                <input
                  type="checkbox"
                  aria-label={tell('chooseAll')}
                  checked={outputs.every(({ id }) => chosen.has(id))}
                  onChange={({ target }) => onChoose(new Set(target.checked ? outputs.map(({ id }) => id) : []))}
                />
              </th>
            ) : null}
            <th scope="col">{tell('date')}</th>
            <th scope="col">{tell('unit')}</th>
            <th scope="col">{tell('what')}</th>
            <th scope="col" className="number">
              {tell('quantity')}
            </th>
            <th scope="col">{tell('reached')}</th>
            <th scope="col">{tell('state')}</th>
          </tr>
        </thead>
        <tbody
          onFocus={() => {
            wasInside.current = true;
          }}
          onBlur={({ relatedTarget }) => {
            // A dialog gives the focus back.
            if (relatedTarget && !relatedTarget.closest('dialog')) wasInside.current = false;
          }}
        >
          {outputs.map((output, index) => (
            <tr
              key={output.id}
              ref={(row) => {
                rows.current[index] = row;
              }}
              tabIndex={index === Math.min(at, outputs.length - 1) ? 0 : -1}
              aria-selected={chosen.has(output.id)}
              onFocus={() => setAt(index)}
              onKeyDown={(event) => press(event, index, output)}
            >
              <Cells
                output={output}
                isChosen={chosen.has(output.id)}
                onToggle={onChoose && (() => toggle(output.id))}
              />
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Cells({
  output,
  isChosen,
  onToggle,
}: {
  output: OutputView;
  isChosen: boolean;
  onToggle: (() => void) | null;
}) {
  const { tell, pick, lang } = useLedgerSpeech();
  return (
    <>
      {onToggle ? (
        <td className="entry-choose">
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={tell('choose', { what: `${pick(output.kindName)} ${output.quantity.text}` })}
            checked={isChosen}
            onChange={onToggle}
          />
        </td>
      ) : null}
      <td className="nowrap entry-date">
        <Days output={output} />
      </td>
      <td className="entry-unit">
        {output.unit.name}
        {output.place ? <span className="under">{output.place}</span> : null}
      </td>
      <th scope="row" className="entry-what">
        <Link href={`/publicity/entries/${output.id}`}>{pick(output.kindName)}</Link>
        {output.title ? <span className="under entry-title">{output.title}</span> : null}
        {output.mediaLevel || output.outlet ? (
          <span className="under">
            {output.mediaLevel ? pick(MEDIA_LEVEL_NAMES[output.mediaLevel]) : ''} {output.outlet}
          </span>
        ) : null}
      </th>
      <td className="number entry-quantity">{quantityText(output.quantity, output.countedIn, lang)}</td>
      <td className="entry-reach">
        <Reached output={output} />
      </td>
      <td className="entry-state">
        <StateMark state={output.state} />
        {output.returnReason ? <span className="under">{output.returnReason}</span> : null}
      </td>
    </>
  );
}

/** The day or days of an entry, or the period as a document states it. */
export function Days({ output }: { output: OutputView }) {
  const { lang } = useLedgerSpeech();
  const { startDate, endDate, statedPeriod } = output;
  if (startDate === '') return statedPeriod;
  return (
    <>
      {formatDay(startDate, lang)}
      {endDate !== startDate ? (
        <span className="under">
          {lang === 'zh' ? '～' : 'to '}
          {formatDay(endDate, lang)}
        </span>
      ) : null}
    </>
  );
}

/** What was reached; in English the name says what is counted. */
export function Reached({ output }: { output: OutputView }) {
  const { pick, lang } = useLedgerSpeech();
  return output.reach.map(({ reach, quantity, asOf }) => (
    <span key={reach} className="detail">
      <span className="muted">{pick(REACH_NAMES[reach].name)}</span>{' '}
      {quantityText(quantity, { ...REACH_NAMES[reach].unit, en: '' }, lang)}
      {asOf ? <span className="muted">{inBrackets(formatDay(asOf, lang), lang)}</span> : null}
    </span>
  ));
}

export function StateMark({ state }: { state: OutputState }) {
  const { pick } = useLedgerSpeech();
  const tone = state === 'returned' ? ' mark-warning' : state === 'submitted' ? ' mark-open' : ' mark-closed';
  return <span className={`mark${tone}`}>{pick(STATE_WORDS[state])}</span>;
}
