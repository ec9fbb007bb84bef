import { Fragment } from 'react';
import { Link } from 'wouter';
import { periodText } from '../../../src/core/period.ts';
import { groupBreaks } from '../../../src/core/questionnaire/series.ts';
import {
  formatCount,
  formatDay,
  formatInstant,
  formatInterval,
  formatRate,
  formatShare,
  inBrackets,
} from '../../shared/format.ts';
import { type Address, useAddress } from '../address.ts';
import { getResults, listUnits, listWaves } from '../calls.ts';
import { useSpeech, useStaff } from '../context.tsx';
import { Why } from '../method/Why.tsx';
import { Empty, Loaded, useTitle } from '../parts/page.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { useRemote } from '../remote.ts';
import type { ResultIndicator, ResultsView, UnitView, WaveView } from '../wire.ts';
import { KIND_WORDS, STATUS_WORDS, statusOf } from '../wording.ts';
import { ChangeCell, changeLabel } from './Change.tsx';
import { describeFinding } from './finding.ts';
import { Headline } from './Headline.tsx';
import { Method } from './Method.tsx';
import { newestWave } from './newest-wave.ts';
import { ResultsTable } from './ResultsTable.tsx';
import { commonDomain, TrendChart } from './TrendChart.tsx';
import { NotWeighted } from './Weighting.tsx';

/** The leaders' page: a sentence, three numbers, the trend, the table, the method. */
export function ResultsPage() {
  const { say } = useSpeech();
  const { may, user } = useStaff();
  const address = useAddress();
  useTitle(say('results'));
  const waves = useRemote('waves', listWaves);
  return (
    <div className="page results">
      <Loaded remote={waves} lines={14}>
        {({ waves: list }) => {
          const wave = address.get('wave') ?? newestWave(list, user.unit?.code ?? null)?.code;
          return wave === undefined ? (
            <Empty title={say('noWavesForResults')}>
              {may('wave.manage') ? (
                <Link href="/waves/new" className="button">
                  {say('newWave')}
                </Link>
              ) : null}
            </Empty>
          ) : (
            <WaveResults waves={list} wave={wave} address={address} />
          );
        }}
      </Loaded>
    </div>
  );
}

function WaveResults({ waves, wave, address }: { waves: readonly WaveView[]; wave: string; address: Address }) {
  const { say, pick, lang } = useSpeech();
  const unit = address.get('unit');
  const by = address.get('by');
  const results = useRemote(`results ${wave} ${unit} ${by}`, () => getResults({ wave, unit, by }));
  const units = useRemote('units', listUnits);
  return (
    <>
      <div className="results-tools no-print">
        <div className="field">
          <label htmlFor="wave">{say('wave')}</label>
          <select
            id="wave"
            value={wave}
            onChange={(event) => {
              const next = waves.find(({ code }) => code === event.target.value);
              const sameArea = next?.root.code === waves.find(({ code }) => code === wave)?.root.code;
              address.set({ wave: event.target.value, ...(sameArea ? {} : { unit: null, by: null, q: null }) });
            }}
          >
            {waves.map((one) => (
              <option key={one.code} value={one.code}>
                {one.title}
                {one.kind === 'self-test' ? inBrackets(pick(KIND_WORDS['self-test']), lang) : ''}
              </option>
            ))}
          </select>
        </div>
        <button type="button" className="button" onClick={() => window.print()}>
          {say('print')}
        </button>
      </div>
      {results.data === null || results.error ? <h1 className="visually-hidden">{say('results')}</h1> : null}
      <Loaded remote={results} lines={14}>
        {(view) => <Report view={view} units={units.data?.units ?? []} address={address} />}
      </Loaded>
      <p className="print-only muted">
        {say('printedOn', { at: formatInstant(Date.now(), lang) })} · {window.location.href}
      </p>
    </>
  );
}

function Report({ view, units, address }: { view: ResultsView; units: readonly UnitView[]; address: Address }) {
  const speech = useSpeech();
  const { say, lang } = speech;
  const marked = view.indicators.filter(({ headline }) => headline);
  const headlines = marked.length > 0 ? marked : view.indicators.slice(0, 3);
  const others = view.indicators.filter((indicator) => !headlines.includes(indicator));
  const domain = commonDomain(
    view.trend,
    headlines.map(({ code }) => code),
  );
  const hasData = headlines.some(({ code }) => view.summary.figures[code]?.estimate);
  useTitle(`${view.unit.name} ${view.wave.title}`);
  return (
    <article>
      {view.wave.kind === 'self-test' ? <p className="banner banner-self-test">{say('selfTestBanner')}</p> : null}
      {view.wave.synthetic ? <p className="banner">{say('syntheticBanner')}</p> : null}
      {view.ancestors.length > 0 ? (
        <nav className="breadcrumb" aria-label={say('whereAmI')}>
          <ol>
            {view.ancestors.map((one) => (
              <li key={one.code}>
                <Link href={address.with({ unit: one.code, by: null, q: null, sort: null })}>{one.name}</Link>
              </li>
            ))}
            <li aria-current="page">{view.unit.name}</li>
          </ol>
        </nav>
      ) : null}
      <header className="finding">
        <p className="overline">
          {view.unit.name} · {periodText(view.wave.period, lang)}
          {view.base && headlines.some(({ code }) => !view.base?.breaks.some(({ indicator }) => indicator === code))
            ? say('comparedWith', { period: periodText(view.base.wave.period, lang) })
            : say('noEarlier')}
        </p>
        <h1>
          {hasData ? describeFinding(speech, headlines, view.summary) : say('findingNothing', { unit: view.unit.name })}
        </h1>
      </header>
      {view.wave.state === 'closed' ? null : (
        <p className="note note-warning">
          {say(view.wave.state === 'open' ? 'stillOpen' : 'notOpenYet', {
            count: formatCount(view.summary.completes),
            until: formatDay(view.wave.fieldworkEnd, lang),
          })}
        </p>
      )}
      {view.base && view.base.breaks.length > 0 ? <Breaks view={view} /> : null}
      {view.weighting ? <NotWeighted weighting={view.weighting} /> : null}
      <div className="headlines">
        {headlines.map((indicator, index) => {
          const figure = view.summary.figures[indicator.code];
          return figure ? (
            <Headline key={indicator.code} view={view} indicator={indicator} figure={figure} tone={index % 4} />
          ) : null;
        })}
      </div>
      {view.summary.openWeb > 0 ? (
        <p className="muted">
          {say('openWebLine', { count: formatCount(view.summary.openWeb) })} <Why about="open-web">{say('why')}</Why>
        </p>
      ) : null}

      {[view.summary, ...view.rows].map(({ unit, unplaced }) =>
        unplaced ? (
          <p key={unit.code} className="muted">
            {say('unplacedLine', { count: formatCount(unplaced), unit: unit.name })}
          </p>
        ) : null,
      )}

      <section className="block" aria-labelledby="trend">
        <h2 id="trend">{say('trend')}</h2>
        <div className="trends">
          {headlines.map((indicator, index) => {
            const figure = view.summary.figures[indicator.code];
            return figure ? (
              <TrendChart
                key={indicator.code}
                indicator={indicator}
                points={view.trend}
                change={figure.change}
                base={view.base?.wave.period ?? null}
                domain={domain}
                tone={index % 4}
              />
            ) : null;
          })}
        </div>
        <p className="hint">{say('trendNote')}</p>
      </section>

      <ResultsTable view={view} headlines={headlines} units={units} address={address} />
      {others.length > 0 ? <Others view={view} indicators={others} /> : null}
      <Method view={view} headlines={headlines} others={others} />
    </article>
  );
}

/** Where the series broke: a sentence each, once for all indicators that share it, and no subtraction. */
function Breaks({ view }: { view: ResultsView }) {
  const { say, lang } = useSpeech();
  return (
    <div className="note note-warning">
      <p>
        <strong>{say('notComparedBecause')}</strong>
      </p>
      <ul>
        {groupBreaks(view.base?.breaks ?? [], view.indicators, lang).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </div>
  );
}

/** The indicators beside the headline: one line each, for this unit only. */
function Others({ view, indicators }: { view: ResultsView; indicators: readonly ResultIndicator[] }) {
  const speech = useSpeech();
  const { say, pick, lang } = speech;
  return (
    <section className="block">
      <h2 id="others">{say('otherIndicators')}</h2>
      <Scroll label={say('otherIndicators')}>
        <table className="figures others">
          <thead>
            <tr>
              <th scope="col" className="sticky">
                {say('indicator')}
              </th>
              {(['rateColumn', 'changeLabel', 'dontKnow', 'ofPosition', 'base'] as const).map((word) => (
                <th key={word} scope="col" className="number">
                  {word === 'changeLabel' ? changeLabel(view, speech) : say(word)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {indicators.map(({ code, title }) => {
              const figure = view.summary.figures[code];
              return (
                <tr key={code}>
                  <th scope="row" className="sticky">
                    {pick(title)}
                  </th>
                  {figure?.estimate ? (
                    <Fragment>
                      <td className="number">
                        <span className="figure">{formatRate(figure.estimate.printed)}</span>
                        <span className="under">{formatInterval(figure.estimate.interval, lang)}</span>
                      </td>
                      <td className="number">
                        <ChangeCell figure={figure} />
                      </td>
                      <td className="number">{formatShare(figure.dontKnowShare)}</td>
                      <td className="number">{formatRate(figure.ofPosition?.printed ?? null)}</td>
                      <td className="number">{formatCount(figure.estimate.base)}</td>
                    </Fragment>
                  ) : (
                    <td className="number none" colSpan={5}>
                      {pick(STATUS_WORDS[statusOf(figure)])}
                    </td>
                  )}
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}
