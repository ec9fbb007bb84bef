import { Link } from 'wouter';
import { OUTCOME_RATES } from '../../../src/core/sample/outcomes.ts';
import { formatCount, formatInstant, formatShare, NONE } from '../../shared/format.ts';
import { MODE_WORDS } from '../../shared/wording.ts';
import type { Address } from '../address.ts';
import { Empty } from '../parts/page.tsx';
import { Facts, Table } from '../parts/table.tsx';
import { usePhoneSpeech } from './speech.ts';
import type { BoardLine, BoardView } from './wire.ts';
import { SEX_WORDS } from './wording.ts';

const VIEWS = ['town', 'cell', 'mode', 'interviewer', 'pace', 'rates'] as const;
type View = (typeof VIEWS)[number];

/** The board's tables, each at an address of its own. */
export function Tables({ data, address }: { data: BoardView; address: Address }) {
  const { tell } = usePhoneSpeech();
  const named = address.get('by');
  const by: View = VIEWS.find((view) => view === named) ?? 'town';
  return (
    <section className="block" aria-labelledby="tables">
      <h2 id="tables">{tell('progress')}</h2>
      <nav className="tabs" aria-label={tell('progress')}>
        <ul>
          {VIEWS.map((view, i) => (
            <li key={view}>
              <Link href={address.with({ by: i === 0 ? null : view })} aria-current={view === by ? 'page' : undefined}>
                {tell(`by-${view}`)}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      {by === 'town' ? <Towns data={data} /> : null}
      {by === 'cell' ? <Cells data={data} address={address} /> : null}
      {by === 'mode' ? <Modes data={data} /> : null}
      {by === 'interviewer' ? <Interviewers data={data} /> : null}
      {by === 'pace' ? <Pace data={data} /> : null}
      {by === 'rates' ? <AllRates data={data} /> : null}
      <p className="hint">
        {tell('ratesNote')}{' '}
        {data.board.eligibility === null ? tell('ratesNoE') : tell('ratesE', { e: data.board.eligibility.toFixed(3) })}
      </p>
    </section>
  );
}

const MAIN_RATES = ['RR1', 'RR3', 'COOP1', 'REF1', 'CON1'] as const;

/** Columns that every breakdown has. */
function useRateColumns<T extends { readonly line: BoardLine | null }>() {
  const { tell } = usePhoneSpeech();
  return [
    { head: tell('cases'), number: true, cell: ({ line }: T) => formatCount(line?.cases ?? null) },
    { head: tell('openCases'), number: true, cell: ({ line }: T) => formatCount(line?.open ?? null) },
    ...MAIN_RATES.map((rate) => ({
      head: rate,
      number: true,
      cell: ({ line }: T) => formatShare(line?.rates[rate] ?? null),
    })),
  ];
}

function Towns({ data }: { data: BoardView }) {
  const { tell } = usePhoneSpeech();
  const lines = new Map(data.board.byTown.map((line) => [line.key, line]));
  const rows = data.towns.map((town) => ({ ...town, line: lines.get(town.code) ?? null }));
  const columns = useRateColumns<(typeof rows)[number]>();
  return (
    <Table
      caption={tell('by-town')}
      rows={rows}
      keyOf={({ code }) => code}
      columns={[
        { head: tell('town'), names: true, cell: ({ name }) => name },
        {
          head: tell('completes'),
          cell: ({ name, completes, target }) => <Against name={name} completes={completes} target={target} />,
        },
        ...columns,
      ]}
    />
  );
}

/** Completes against a target: the words first, then the bar. */
function Against({ name, completes, target }: { name: string; completes: number; target: number | null }) {
  if (target === null) return <>{formatCount(completes)}</>;
  return (
    <span className="against">
      <span className="against-text">
        {formatCount(completes)} / {formatCount(target)}
      </span>
      <progress aria-label={name} max={Math.max(target, 1)} value={Math.min(completes, target)} />
    </span>
  );
}

function Cells({ data, address }: { data: BoardView; address: Address }) {
  const { tell, pick } = usePhoneSpeech();
  const names = new Map(data.towns.map(({ code, name }) => [code, name]));
  if (data.cells.length === 0) {
    return (
      <Empty title={tell('quotasNone')}>
        <p>
          <Link href={address.with({ tab: 'quotas', by: null })}>{tell('quotasSet')}</Link>
        </p>
      </Empty>
    );
  }
  return (
    <Table
      caption={tell('by-cell')}
      rows={data.cells}
      keyOf={({ cell }) => `${cell.unitCode} ${cell.sex} ${cell.ageBand}`}
      columns={[
        {
          head: tell('town'),
          names: true,
          cell: ({ cell }) => (cell.unitCode === '*' ? tell('anyUnit') : (names.get(cell.unitCode) ?? cell.unitCode)),
        },
        { head: tell('sex'), cell: ({ cell }) => pick(SEX_WORDS[cell.sex]) },
        { head: tell('ageBand'), cell: ({ cell }) => (cell.ageBand === '*' ? tell('any') : cell.ageBand) },
        {
          head: tell('completes'),
          cell: ({ cell }) => <Against name={cell.unitCode} completes={cell.completes} target={cell.target} />,
        },
        { head: tell('openCases'), number: true, cell: ({ open }) => formatCount(open) },
        { head: tell('expected'), number: true, cell: ({ expected }) => formatCount(Math.floor(expected)) },
        {
          head: tell('outlook'),
          cell: ({ willFill, wanted }) => tell(wanted === 0 ? 'full' : willFill ? 'willFill' : 'willNotFill'),
        },
      ]}
    />
  );
}

function Modes({ data }: { data: BoardView }) {
  const { tell, pick } = usePhoneSpeech();
  const rows = data.board.byMode.map((line) => ({ key: line.key, line }));
  const columns = useRateColumns<(typeof rows)[number]>();
  const words: Readonly<Record<string, { zh: string; en: string }>> = MODE_WORDS;
  return (
    <Table
      caption={tell('by-mode')}
      rows={rows}
      keyOf={({ key }) => key}
      columns={[
        { head: tell('mode'), names: true, cell: ({ key }) => (words[key] ? pick(words[key]) : key) },
        { head: tell('completes'), number: true, cell: ({ line }) => formatCount(line.completes) },
        ...columns,
      ]}
    />
  );
}

function Interviewers({ data }: { data: BoardView }) {
  const { tell } = usePhoneSpeech();
  const names = new Map(data.interviewers.map(({ id, name }) => [id, name]));
  const rows = data.board.byInterviewer.map((line) => ({ key: line.key, line }));
  const columns = useRateColumns<(typeof rows)[number]>();
  if (rows.length === 0) return <Empty title={tell('interviewersNone')} />;
  return (
    <Table
      caption={tell('by-interviewer')}
      rows={rows}
      keyOf={({ key }) => key}
      columns={[
        { head: tell('interviewer'), names: true, cell: ({ key }) => names.get(key) ?? key },
        { head: tell('completes'), number: true, cell: ({ line }) => formatCount(line.completes) },
        ...columns,
      ]}
    />
  );
}

const perHour = (value: number | null): string => (value === null ? NONE : value.toFixed(1));

function Pace({ data }: { data: BoardView }) {
  const { tell, lang } = usePhoneSpeech();
  if (data.interviewers.length === 0) return <Empty title={tell('interviewersNone')} />;
  return (
    <Table
      caption={tell('by-pace')}
      rows={data.interviewers}
      keyOf={({ id }) => id}
      columns={[
        { head: tell('interviewer'), names: true, cell: ({ name }) => name },
        {
          head: tell('presence'),
          cell: ({ isPresent, onBreakSince }) =>
            onBreakSince !== null
              ? tell('onBreakSince', { at: formatInstant(onBreakSince, lang).slice(-5) })
              : tell(isPresent ? 'atDesk' : 'away'),
        },
        { head: tell('callsToday'), number: true, cell: ({ pace }) => formatCount(pace.calls) },
        { head: tell('completesToday'), number: true, cell: ({ pace }) => formatCount(pace.completes) },
        { head: tell('hoursWorked'), number: true, cell: ({ pace }) => (pace.workedMs / 3_600_000).toFixed(1) },
        { head: tell('callsPerHour'), number: true, cell: ({ pace }) => perHour(pace.callsPerHour) },
        { head: tell('completesPerHour'), number: true, cell: ({ pace }) => perHour(pace.completesPerHour) },
      ]}
    />
  );
}

/** All sixteen rates, and the counts that they come from. */
function AllRates({ data }: { data: BoardView }) {
  const { tell } = usePhoneSpeech();
  const { total } = data.board;
  return (
    <div className="columns">
      <Table
        caption={tell('by-rates')}
        rows={OUTCOME_RATES}
        keyOf={(rate) => rate}
        columns={[
          { head: tell('rate'), names: true, cell: (rate) => rate },
          {
            head: tell('meaning'),
            cell: (rate) =>
              tell(
                rate.startsWith('RR')
                  ? 'isResponse'
                  : rate.startsWith('COOP')
                    ? 'isCooperation'
                    : rate.startsWith('REF')
                      ? 'isRefusal'
                      : 'isContact',
              ),
          },
          { head: tell('share'), number: true, cell: (rate) => formatShare(total.rates[rate]) },
        ]}
      />
      <Facts
        facts={Object.entries(total.outcomes).map(([symbol, n]) => [
          `${symbol} ${tell(`symbol-${symbol as keyof typeof total.outcomes}`)}`,
          formatCount(n),
        ])}
      />
    </div>
  );
}
