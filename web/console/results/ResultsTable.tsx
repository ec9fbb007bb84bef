import { useEffect, useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { Figure, ResultRow } from '../../../src/core/indicators/types.ts';
import { formatCount, formatInterval, formatRate, NONE } from '../../shared/format.ts';
import { LEVEL_WORDS } from '../../shared/wording.ts';
import type { Address } from '../address.ts';
import { useSpeech } from '../context.tsx';
import { Scroll } from '../parts/scroll.tsx';
import type { ResultIndicator, ResultsView, UnitView } from '../wire.ts';
import { STATUS_NOTES, STATUS_WORDS, statusOf } from '../wording.ts';
import { ChangeCell, changeLabel } from './Change.tsx';
import { groupVerdict } from './finding.ts';
import { nextOrder, type Order, orderRows, parseOrder } from './order.ts';

/** More indicators than this do not fit beside one another: the reader chooses one. */
const ABREAST = 4;

/** True below 860 px, where one indicator at a time is legible. */
function useNarrow(): boolean {
  const [media] = useState(() => window.matchMedia('screen and (max-width: 860px)'));
  const [narrow, setNarrow] = useState(media.matches);
  useEffect(() => {
    const change = (): void => setNarrow(media.matches);
    media.addEventListener('change', change);
    return () => media.removeEventListener('change', change);
  }, [media]);
  return narrow;
}

/** The counties or towns: searched, sorted, drilled into; never ranked. */
export function ResultsTable(props: {
  view: ResultsView;
  headlines: readonly ResultIndicator[];
  units: readonly UnitView[];
  address: Address;
}) {
  const speech = useSpeech();
  const { say, pick } = speech;
  const { view, headlines, address } = props;
  const narrow = useNarrow();
  const q = address.get('q') ?? '';
  const order = parseOrder(address.get('sort'));
  const oneOnly = narrow || headlines.length > ABREAST;
  const chosen = headlines.find(({ code }) => code === address.get('indicator')) ?? headlines[0];
  const columns = oneOnly && chosen ? [chosen] : headlines;
  const names = useMemo(() => new Map(props.units.map(({ code, name }) => [code, name])), [props.units]);
  const level = view.rows[0]?.unit.level;
  const above = (row: ResultRow): string | null =>
    row.unit.parentCode !== null && row.unit.parentCode !== view.unit.code
      ? (names.get(row.unit.parentCode) ?? null)
      : null;
  const matches = (row: ResultRow): boolean =>
    q === '' || row.unit.code.startsWith(q) || `${above(row) ?? ''}${row.unit.name}`.includes(q);
  const rows = orderRows(view.rows.filter(matches), order);
  const statuses = [
    ...new Set([view.summary, ...rows].flatMap((row) => columns.map(({ code }) => statusOf(row.figures[code])))),
  ].filter((status) => status !== 'shown');
  const wordOf = (part: 'rate' | 'change' | 'base'): string =>
    part === 'change' ? changeLabel(view, speech) : say(`${part}Column`);
  const isDrillable = level !== undefined;

  return (
    <section className="block results-table" aria-labelledby="by-unit">
      <h2 id="by-unit">
        {say('byUnit')}
        {level ? <span className="muted"> · {pick(LEVEL_WORDS[level])}</span> : null}
      </h2>
      {view.rows.length === 0 ? (
        <p className="muted">{say('noRows')}</p>
      ) : (
        <>
          <ul className="verdict-counts">
            {columns.map((indicator) => (
              <li key={indicator.code}>
                <VerdictCounts indicator={indicator} rows={view.rows} />
              </li>
            ))}
          </ul>
          <div className="table-tools no-print">
            <div className="field search-field">
              <label htmlFor="unit-search">{say('searchUnits')}</label>
              <input
                id="unit-search"
                type="search"
                value={q}
                onChange={(event) => address.set({ q: event.target.value }, { replace: true })}
              />
            </div>
            {view.levels.length > 1 ? (
              <fieldset className="switch">
                <legend>{say('tableBy')}</legend>
                {view.levels.map((one) => (
                  <label key={one}>
                    <input
                      type="radio"
                      name="by"
                      checked={one === level}
                      onChange={() => address.set({ by: one, q: null })}
                    />
                    <span>{pick(LEVEL_WORDS[one])}</span>
                  </label>
                ))}
              </fieldset>
            ) : null}
            {oneOnly && headlines.length > 1 ? (
              <div className="field">
                <label htmlFor="indicator">{say('indicator')}</label>
                <select
                  id="indicator"
                  value={chosen?.code}
                  onChange={(event) => address.set({ indicator: event.target.value }, { replace: true })}
                >
                  {headlines.map(({ code, title }) => (
                    <option key={code} value={code}>
                      {pick(title)}
                    </option>
                  ))}
                </select>
              </div>
            ) : null}
            <p className="muted rows-count" role="status">
              {q === ''
                ? say('rowsShown', { count: formatCount(view.rows.length) })
                : say('rowsFound', { found: formatCount(rows.length), count: formatCount(view.rows.length) })}
            </p>
          </div>
          <p className={order ? 'note note-warning sort-note' : 'muted sort-note'} role="status">
            {order ? say('sortNote') : say('orderNote')}{' '}
            {order ? (
              <button
                type="button"
                className="link no-print"
                onClick={() => address.set({ sort: null }, { replace: true })}
              >
                {say('unitOrder')}
              </button>
            ) : null}
          </p>
          <Scroll className="scroll-results" label={say('byUnit')}>
            <table className="figures">
              <caption className="visually-hidden">
                {view.unit.name} {view.wave.title}
              </caption>
              <thead>
                <tr>
                  <th scope="col" rowSpan={2} className="sticky">
                    {say('unitColumn')}
                  </th>
                  {columns.map((indicator, tone) => (
                    <th
                      key={indicator.code}
                      scope="colgroup"
                      colSpan={3}
                      className={`group tone-${oneOnly ? headlines.indexOf(indicator) % 4 : tone}`}
                    >
                      {pick(indicator.title)}
                    </th>
                  ))}
                  <SortHead
                    rowSpan={2}
                    column="completes"
                    word={say('completesColumn')}
                    order={order}
                    address={address}
                  />
                  <SortHead
                    rowSpan={2}
                    column="open"
                    word={say('openWebColumn')}
                    under={say('openWebUnder')}
                    order={order}
                    address={address}
                  />
                </tr>
                <tr>
                  {columns.map(({ code, title }) =>
                    (['rate', 'change', 'base'] as const).map((part) => (
                      <SortHead
                        key={`${code}.${part}`}
                        column={`${code}.${part}`}
                        word={wordOf(part)}
                        {...(part === 'base' ? {} : { under: say(`${part}Under`) })}
                        full={`${pick(title)} ${wordOf(part)}`}
                        order={order}
                        address={address}
                        first={part === 'rate'}
                      />
                    )),
                  )}
                </tr>
              </thead>
              <tbody>
                <tr className="whole">
                  <th scope="row" className="sticky">
                    {say('wholeRow', { unit: view.unit.name })}
                  </th>
                  <Cells row={view.summary} columns={columns} />
                </tr>
                {rows.map((row) => (
                  <tr key={row.unit.code}>
                    <th scope="row" className="sticky">
                      {isDrillable ? (
                        <Link href={address.with({ unit: row.unit.code, by: null, q: null, sort: null })}>
                          {row.unit.name}
                        </Link>
                      ) : (
                        row.unit.name
                      )}
                      {above(row) ? <span className="under">{above(row)}</span> : null}
                    </th>
                    <Cells row={row} columns={columns} />
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
          {rows.length === 0 ? (
            <p className="state">
              {say('nothingFound', { q })}{' '}
              <button type="button" className="link" onClick={() => address.set({ q: null }, { replace: true })}>
                {say('clearSearch')}
              </button>
            </p>
          ) : null}
          <div className="footnotes">
            <h3>{say('notesTitle')}</h3>
            <ul>
              <li>{say('roundingNote')}</li>
              {statuses.map((status) => (
                <li key={status}>{pick(STATUS_NOTES[status])}</li>
              ))}
            </ul>
          </div>
        </>
      )}
    </section>
  );
}

function SortHead(props: {
  column: string;
  word: string;
  under?: string;
  full?: string;
  order: Order | null;
  address: Address;
  rowSpan?: number;
  first?: boolean;
}) {
  const { say } = useSpeech();
  const { column, order, address } = props;
  const sorted = order?.column === column ? (order.descending ? 'descending' : 'ascending') : undefined;
  return (
    <th
      scope="col"
      rowSpan={props.rowSpan}
      aria-sort={sorted}
      className={props.first || props.rowSpan ? 'number edge' : 'number'}
    >
      <button
        type="button"
        className="sort"
        aria-label={say('sortBy', { column: props.full ?? props.word })}
        onClick={() => address.set({ sort: nextOrder(order, column) }, { replace: true })}
      >
        {props.word}
        {'\u00a0'}
        <span aria-hidden="true" className="sort-mark">
          {sorted === 'descending' ? '▼' : sorted === 'ascending' ? '▲' : '↕'}
        </span>
      </button>
      {props.under ? <span className="under">{props.under}</span> : null}
    </th>
  );
}

function Cells(props: { row: ResultRow; columns: readonly ResultIndicator[] }) {
  const { row, columns } = props;
  return (
    <>
      {columns.map(({ code }) => (
        <FigureCells key={code} figure={row.figures[code] ?? null} />
      ))}
      <td className="number edge">{formatCount(row.completes)}</td>
      <td className="number edge">{formatCount(row.openWeb)}</td>
    </>
  );
}

function FigureCells({ figure }: { figure: Figure | null }) {
  const { say, pick, lang } = useSpeech();
  const estimate = figure?.estimate ?? null;
  if (!figure || !estimate) {
    return (
      <>
        <td className="number edge none">{figure ? pick(STATUS_WORDS[statusOf(figure)]) : NONE}</td>
        <td className="number none">{NONE}</td>
        <td className="number none">{NONE}</td>
      </>
    );
  }
  return (
    <>
      <td className="number edge">
        <span className="figure">{formatRate(estimate.printed)}</span>
        <span className="under">{formatInterval(estimate.interval, lang)}</span>
        {figure.unweighted === null ? null : (
          <span className="under">
            {say('unweighted')} {formatRate(figure.unweighted)}
          </span>
        )}
      </td>
      <td className="number">
        <ChangeCell figure={figure} />
      </td>
      <td className="number">
        {formatCount(estimate.base)}
        {figure.status === 'small-base' ? <span className="under">{pick(STATUS_WORDS['small-base'])}</span> : null}
      </td>
    </>
  );
}

/** “知晓率：显著上升23个，无显著变化112个”: how many units moved, so that nobody counts by eye. */
function VerdictCounts({ indicator, rows }: { indicator: ResultIndicator; rows: readonly ResultRow[] }) {
  const { say, pick, lang } = useSpeech();
  const counts = { up: 0, down: 0, same: 0, unjudged: 0 };
  for (const row of rows) counts[groupVerdict(row.figures[indicator.code]?.change.verdict ?? 'no-data')] += 1;
  const parts = [
    counts.up > 0 ? say('countUp', { count: counts.up }) : '',
    counts.down > 0 ? say('countDown', { count: counts.down }) : '',
    counts.same > 0 ? say('countSame', { count: counts.same }) : '',
    counts.unjudged > 0 ? say('countElse', { count: counts.unjudged }) : '',
  ].filter(Boolean);
  return <>{say('verdictCounts', { name: pick(indicator.title), counts: parts.join(lang === 'zh' ? '，' : ', ') })}</>;
}
