import { Fragment } from 'react';
import { Link } from 'wouter';
import { isPeriod, periodText } from '../../../src/core/period.ts';
import { lineName } from '../../../src/core/publicity/bulletin.ts';
import { MEDIA_LEVEL_NAMES } from '../../../src/core/publicity/names.ts';
import { formatQuantity } from '../../../src/core/publicity/quantity.ts';
import { formatCount, formatInstant, inBrackets, NONE } from '../../shared/format.ts';
import { useAddress } from '../address.ts';
import { query } from '../calls.ts';
import { useSpeech, useStaff } from '../context.tsx';
import { CopyButton } from '../parts/copy.tsx';
import { SelectField, UnitField } from '../parts/fields.tsx';
import { Empty, Loaded, Note, useTitle } from '../parts/page.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { useRemote } from '../remote.ts';
import { readReport } from './calls.ts';
import { useUnits, writingUnits } from './catalogue.ts';
import { moveMonth, today } from './dates.ts';
import { Section } from './Section.tsx';
import { useLedgerSpeech } from './speech.ts';
import type { Amount, ReportLine, ReportRow, ReportView } from './wire.ts';
import { GROUP_WORDS } from './wording.ts';

const PARTS = [
  '',
  'H1',
  'H2',
  'Q1',
  'Q2',
  'Q3',
  'Q4',
  ...Array.from({ length: 12 }, (_, i) => String(i + 1).padStart(2, '0')),
];
const ENGLISH_MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];
const FIRST_YEAR = 2018;

/** What people must hand in: one period by kind and unit, as a page, a spreadsheet and a paragraph. */
export function ReportPage() {
  const { tell, lang } = useLedgerSpeech();
  const { say } = useSpeech();
  const { user } = useStaff();
  const address = useAddress();
  const units = useUnits();
  const now = today().slice(0, 7);
  const named = address.get('period') ?? '';
  // What is reported is the month that has ended.
  const period = isPeriod(named) ? named : moveMonth(now, -1);
  const unit = address.get('unit') ?? user.unit?.code ?? writingUnits(units.data?.units ?? [])[0]?.code ?? '';
  const by = address.get('by');
  const remote = useRemote(unit ? `report ${unit} ${period} ${by}` : null, () => readReport({ unit, period, by }));
  const [year = '', part = ''] = period.split('-');
  const years = Array.from({ length: Number(now.slice(0, 4)) - FIRST_YEAR + 1 }, (_, i) => String(FIRST_YEAR + i));
  return (
    <Section
      title={tell('report')}
      lead={tell('reportLead')}
      actions={
        <>
          <a className="button button-main" href={`/api/ledger/report.xlsx${query({ unit, period, by })}`} download>
            {tell('downloadXlsx')}
          </a>
          <button type="button" className="button" onClick={() => window.print()}>
            {tell('print')}
          </button>
        </>
      }
    >
      <div className="filters no-print">
        <UnitField
          label={tell('unit')}
          required={false}
          value={unit}
          onChange={(value) => address.set({ unit: value, by: null })}
        />
        <SelectField
          label={tell('year')}
          value={year}
          onChange={(value) => address.set({ period: [value, part].filter(Boolean).join('-') })}
          options={years.reverse().map((one) => [one, one] as const)}
        />
        <SelectField
          label={tell('period')}
          value={part}
          required={false}
          onChange={(value) => address.set({ period: [year, value].filter(Boolean).join('-') })}
          options={PARTS.map((one) => {
            if (one === '') return [one, tell('wholeYear')] as const;
            const month = Number(one) - 1;
            if (lang === 'en') return [one, ENGLISH_MONTHS[month] ?? one] as const;
            return [one, periodText(`${year}-${one}`, lang).replace(`${year}年`, '')] as const;
          })}
        />
        {remote.data && remote.data.levels.length > 1 ? (
          <SelectField
            label={tell('rowsBy')}
            value={remote.data.by ?? ''}
            onChange={(value) => address.set({ by: value })}
            options={remote.data.levels.map(
              (level) => [level, tell(level === 'county' ? 'byCounty' : 'byTown')] as const,
            )}
          />
        ) : null}
      </div>
      <Loaded remote={remote} lines={14}>
        {(report) => <Report report={report} />}
      </Loaded>
      <p className="print-only muted report-foot">
        {tell('reportFoot')} {say('printedOn', { at: formatInstant(Date.now(), lang) })}
      </p>
    </Section>
  );
}

function Report({ report }: { report: ReportView }) {
  const { tell, pick, lang } = useLedgerSpeech();
  const address = useAddress();
  const { total, rows, stated } = report;
  const name = `${report.unit.name} ${periodText(report.period, lang)}`;
  const chosen = address.get('line');
  const isChosen = (line: ReportLine): boolean => chosen === null || idOf(line) === chosen;
  const bulletin = pick(report.bulletin);
  // What a browser prints above each page.
  useTitle(tell('reportTitle', { name }));
  if (total.lines.length === 0 && stated.length === 0) {
    return (
      <Empty title={tell('reportEmpty', { name })}>
        <p>
          <Link href="/publicity">{tell('list')}</Link>
        </p>
      </Empty>
    );
  }
  return (
    <>
      <h2>{tell('reportTitle', { name })}</h2>
      {report.running ? <p className="muted">{tell('reportRunning')}</p> : null}
      {total.unreviewed > 0 ? (
        <Note kind="warning">
          <p>
            {tell('unreviewedN', { n: formatCount(total.unreviewed) })}{' '}
            <Link
              className="no-print"
              href={`/publicity${query({ unit: report.unit.code, state: 'submitted', from: `${report.months.from}-01`, to: `${report.months.to}-31` })}`}
            >
              {tell('lookAtThem')}
            </Link>
          </p>
        </Note>
      ) : null}
      <Lines caption={tell('reportTitle', { name })} rows={[{ ...total, lines: total.lines }]} isWhole />
      {rows.length > 0 ? (
        <section className="block report-by-unit" aria-labelledby="by-unit">
          <h2 id="by-unit">{tell('byUnitTitle')}</h2>
          <p className="muted">{tell('byUnitLead')}</p>
          <div className="filters no-print">
            <SelectField
              label={tell('oneLine')}
              required={false}
              value={chosen ?? ''}
              onChange={(value) => address.set({ line: value }, { replace: true })}
              options={[['', tell('all')], ...total.lines.map((line) => [idOf(line), lineName(line, lang)] as const)]}
            />
          </div>
          <Lines
            caption={`${tell('reportTitle', { name })} · ${tell('byUnitTitle')}`}
            rows={rows
              .map((row) => ({ ...row, lines: row.lines.filter(isChosen) }))
              .filter(({ lines }) => lines.length > 0)}
          />
        </section>
      ) : null}
      {stated.length > 0 ? (
        <section className="block" aria-labelledby="stated">
          <h2 id="stated">{tell('statedTitle')}</h2>
          <p className="muted">{tell('statedLead')}</p>
          <ul className="stated">
            {stated.map((one) => (
              <li key={one.id}>
                <Link href={`/publicity/entries/${one.id}`}>
                  {one.unit} {pick(one.kind)} {one.quantity}
                </Link>{' '}
                <span className="muted">
                  {one.statedPeriod} {one.title}
                </span>
              </li>
            ))}
          </ul>
          {report.moreStated ? <p className="muted">{tell('statedMore', { n: stated.length })}</p> : null}
        </section>
      ) : null}
      <section className="block bulletin" aria-labelledby="bulletin">
        <h2 id="bulletin">{tell('bulletin')}</h2>
        <p>{bulletin}</p>
        <p className="no-print">
          <CopyButton text={bulletin} />
        </p>
      </section>
    </>
  );
}

/** `184.4` → `+184.4%`; what did not change has no sign. */
const signed = (percent: string): string =>
  Number(percent) === 0 ? '0.0%' : `${percent.startsWith('-') ? '−' : '+'}${percent.replace('-', '')}%`;

const idOf = ({ kind, reach, mediaLevel }: ReportLine): string => [kind, reach ?? '', mediaLevel ?? ''].join('.');

/** Lines under the heads of what may be added; units in the order of their codes, and in no other. */
function Lines({ caption, rows, isWhole = false }: { caption: string; rows: readonly ReportRow[]; isWhole?: boolean }) {
  const { tell, pick, lang } = useLedgerSpeech();
  return (
    <Scroll label={tell('tableOf', { name: caption })}>
      <table className={isWhole ? 'report-table' : 'report-table report-units'}>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          {isWhole ? null : (
            <tr className="print-row">
              <td colSpan={6}>{caption}</td>
            </tr>
          )}
          <tr>
            <th scope="col">{tell('kind')}</th>
            <th scope="col" className="unit-column">
              {tell('kindUnit')}
            </th>
            <th scope="col" className="number">
              {tell('thisPeriod')}
            </th>
            <th scope="col" className="number">
              {tell('toDate')}
            </th>
            <th scope="col" className="number">
              {tell('lastYear')}
            </th>
            <th scope="col" className="number">
              {tell('change')}
            </th>
          </tr>
        </thead>
        {rows.map((row) => (
          <tbody key={`${row.unit.code} ${row.own}`}>
            {isWhole ? null : (
              <tr className="report-unit">
                <th scope="rowgroup" colSpan={6}>
                  {row.unit.name}
                  {row.own ? inBrackets(tell('own'), lang) : ''}
                </th>
              </tr>
            )}
            {row.lines.map((line, index) => (
              <Fragment key={idOf(line)}>
                {isWhole && line.group !== row.lines[index - 1]?.group ? (
                  <tr className="report-group">
                    <th scope="rowgroup" colSpan={6}>
                      {pick(GROUP_WORDS[line.group])}
                    </th>
                  </tr>
                ) : null}
                <tr>
                  <th scope="row" className={line.mediaLevel ? 'report-part' : undefined}>
                    {line.mediaLevel
                      ? tell('ofWhich', { part: pick(MEDIA_LEVEL_NAMES[line.mediaLevel]) })
                      : lineName(line, lang)}
                    <span className="under unit-under">{pick(line.unit)}</span>
                  </th>
                  <td className="unit-column">{pick(line.unit)}</td>
                  <td className="number">
                    <Figure amount={line.period} />
                  </td>
                  <td className="number">{line.group === 'stock' ? '' : <Figure amount={line.toDate} />}</td>
                  <td className="number">
                    <Figure amount={line.lastYear} />
                  </td>
                  <td className="number">{line.change === null ? '' : signed((line.change * 100).toFixed(1))}</td>
                </tr>
              </Fragment>
            ))}
          </tbody>
        ))}
      </table>
    </Scroll>
  );
}

/** A total with its qualifier, and what is not in it. */
export function Figure({ amount }: { amount: Amount | null }) {
  const { tell, lang } = useLedgerSpeech();
  if (amount === null) return NONE;
  const { value, qualifier, uncounted } = amount;
  if (value === null) return tell('wordsOnlyN', { n: uncounted });
  return (
    <>
      {formatQuantity({ value, qualifier, per: null }, lang)}
      {uncounted > 0 ? <span className="under">{tell('uncounted', { n: uncounted })}</span> : null}
    </>
  );
}
