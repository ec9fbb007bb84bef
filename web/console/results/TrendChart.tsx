import { useId, useState } from 'react';
import type { Change } from '../../../src/core/indicators/types.ts';
import { periodText } from '../../../src/core/period.ts';
import type { Lang } from '../../../src/core/text.ts';
import { formatCount, formatInterval, formatPoints, formatRate, NONE } from '../../shared/format.ts';
import { useSpeech } from '../context.tsx';
import type { ResultIndicator, TrendFigure, TrendPoint } from '../wire.ts';
import { STATUS_WORDS, statusOf } from '../wording.ts';

const WIDTH = 360;
const HEIGHT = 236;
const PLOT = { left: 44, right: 346, top: 22, bottom: 182 };

/** The range of shares that all charts of a page share, so that they can be compared: from a round number to 100 %. */
export function commonDomain(points: readonly TrendPoint[], codes: readonly string[]): readonly [number, number] {
  const lows = points.flatMap(({ figures }) =>
    codes.flatMap((code) => {
      const figure = figures[code];
      const low = figure?.interval?.lower ?? figure?.share ?? null;
      return low === null ? [] : [low];
    }),
  );
  const highs = points.flatMap(({ figures }) =>
    codes.flatMap((code) => figures[code]?.interval?.upper ?? figures[code]?.share ?? []),
  );
  const low = Math.max(0, Math.floor((Math.min(...lows, 0.95) - 0.01) * 20) / 20);
  return [low, Math.min(1, Math.ceil((Math.max(...highs, low + 0.05) + 0.002) * 20) / 20)];
}

/** One indicator over the waves: the finding is the title, the interval is drawn, the base stands in the label. */
export function TrendChart(props: {
  indicator: ResultIndicator;
  points: readonly TrendPoint[];
  change: Change;
  /** The period the change is against; it need not be the point before. */
  base: string | null;
  domain: readonly [number, number];
  tone: number;
}) {
  const { say, pick, lang } = useSpeech();
  const [shown, setShown] = useState(false);
  const id = useId();
  const { indicator, points, domain } = props;
  const name = pick(indicator.title);
  const figures = points.map((point) => ({ point, figure: point.figures[indicator.code] ?? null }));
  const drawn = figures.filter(({ figure }) => figure?.share != null);
  const title = useTitleOf(props);
  const x = (index: number): number =>
    points.length < 2
      ? (PLOT.left + PLOT.right) / 2
      : PLOT.left + 36 + (index * (PLOT.right - PLOT.left - 92)) / (points.length - 1);
  const isLabelled = thinLabels(points, lang);
  const newestBreak = points.findLastIndex(({ sameSeries }, i) => !(sameSeries && points[i - 1]?.sameSeries !== false));
  const y = (share: number): number =>
    PLOT.bottom - ((share - domain[0]) / (domain[1] - domain[0])) * (PLOT.bottom - PLOT.top);
  const text = figures
    .map(({ point, figure }) => `${periodText(point.period, lang)} ${describe(figure, lang, say('base'))}`)
    .join(lang === 'zh' ? '；' : '; ');

  return (
    <figure className={`trend tone-${props.tone}`}>
      <figcaption id={`${id}-title`}>{title}</figcaption>
      {drawn.length > 0 ? (
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={title} aria-describedby={`${id}-text`}>
          <title>{title}</title>
          <desc id={`${id}-text`}>{text}</desc>
          {ticksOf(domain).map((tick) => (
            <g key={tick} className="tick">
              <line x1={PLOT.left} x2={PLOT.right} y1={y(tick)} y2={y(tick)} />
              <text x={PLOT.left - 6} y={y(tick) + 4} textAnchor="end">
                {Math.round(tick * 100)}%
              </text>
            </g>
          ))}
          {figures.slice(1).map(({ point, figure }, before) => {
            const last = figures[before];
            if (figure?.share == null || last?.figure?.share == null) return null;
            return point.sameSeries && last.point.sameSeries ? (
              <line
                key={point.wave}
                className="trend-line"
                x1={x(before)}
                y1={y(last.figure.share)}
                x2={x(before + 1)}
                y2={y(figure.share)}
              />
            ) : (
              <g key={point.wave} className="trend-break">
                <line
                  x1={(x(before) + x(before + 1)) / 2}
                  x2={(x(before) + x(before + 1)) / 2}
                  y1={PLOT.top}
                  y2={PLOT.bottom}
                />
                {before + 1 === newestBreak ? (
                  <text x={(x(before) + x(before + 1)) / 2} y={PLOT.top - 8} textAnchor="middle">
                    {say('trendBroken')}
                  </text>
                ) : null}
              </g>
            );
          })}
          {figures.map(({ point, figure }, index) => {
            const at = x(index);
            const isNewest = index === figures.length - 1;
            const isCrowded = !isNewest && figures.length > ROOMY;
            return (
              <g key={point.wave} className={point.sameSeries ? 'point' : 'point point-other'}>
                {figure?.interval && figure.share !== null ? (
                  <path
                    className="whisker"
                    d={`M${at - 5} ${y(figure.interval.upper)}h10M${at} ${y(figure.interval.upper)}V${y(figure.interval.lower)}M${at - 5} ${y(figure.interval.lower)}h10`}
                  />
                ) : null}
                {figure?.share != null ? (
                  <>
                    <circle cx={at} cy={y(figure.share)} r={4.5} />
                    {isLabelled(index) ? (
                      <text
                        className="point-label"
                        x={isCrowded ? at : at + 9}
                        y={
                          isCrowded
                            ? y(figure.interval?.upper ?? figure.share) - 7
                            : y(figure.share) + labelShift(figure, figures[index + 1]?.figure ?? null)
                        }
                        textAnchor={isCrowded ? 'middle' : 'start'}
                      >
                        {formatRate(figure.printed)}
                      </text>
                    ) : null}
                  </>
                ) : !isLabelled(index) ? null : (
                  <text x={at} y={PLOT.bottom - 10} textAnchor="middle">
                    {figure && figure.status !== 'shown' ? pick(STATUS_WORDS[statusOf(figure)]) : NONE}
                  </text>
                )}
                {isLabelled(index) ? (
                  <>
                    <text className="axis" x={at} y={PLOT.bottom + 22} textAnchor="middle">
                      {periodText(point.period, lang)}
                    </text>
                    <text className="axis" x={at} y={PLOT.bottom + 40} textAnchor="middle">
                      n={formatCount(figure?.base ?? null)}
                    </text>
                  </>
                ) : null}
              </g>
            );
          })}
        </svg>
      ) : null}
      {drawn.length === 1 ? <p className="hint">{say('trendOne')}</p> : null}
      <button type="button" className="link no-print" aria-expanded={shown} onClick={() => setShown(!shown)}>
        {shown ? say('hideTable') : say('showTable')}
        <span className="visually-hidden">（{name}）</span>
      </button>
      {shown ? (
        <table className="trend-table">
          <caption className="visually-hidden">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{say('period')}</th>
              <th scope="col" className="number">
                {say('rate')}
              </th>
              <th scope="col" className="number">
                {say('interval95')}
              </th>
              <th scope="col" className="number">
                {say('base')}
              </th>
            </tr>
          </thead>
          <tbody>
            {figures.map(({ point, figure }) => (
              <tr key={point.wave}>
                <th scope="row">
                  {periodText(point.period, lang)}
                  {point.sameSeries ? null : <span className="under">{say('trendBroken')}</span>}
                </th>
                <td className="number">{formatRate(figure?.printed ?? null)}</td>
                <td className="number">{formatInterval(figure?.interval ?? null, lang)}</td>
                <td className="number">{formatCount(figure?.base ?? null)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
    </figure>
  );
}

/** Up to so many waves a rate stands beside its point; of more, above its interval. */
const ROOMY = 3;

/** Which points carry words: all while there is room, else every so many, counted from the newest. */
function thinLabels(points: readonly TrendPoint[], lang: Lang): (index: number) => boolean {
  const widest = Math.max(...points.map(({ period }) => widthOf(periodText(period, lang))), LEAST_LABEL);
  const gap = (PLOT.right - PLOT.left - 92) / Math.max(1, points.length - 1);
  const step = Math.ceil(widest / gap);
  return (index) => (points.length - 1 - index) % step === 0;
}

/** A rate, or a base of five digits, with some space. */
const LEAST_LABEL = 58;
const widthOf = (text: string): number =>
  8 + Array.from(text).reduce((sum, char) => sum + (char > '\u2e80' ? 12 : 7), 0);

function useTitleOf(props: {
  indicator: ResultIndicator;
  points: readonly TrendPoint[];
  change: Change;
  base: string | null;
}): string {
  const { say, pick, lang } = useSpeech();
  const name = pick(props.indicator.title);
  const same = props.points.filter(
    ({ sameSeries, figures }) => sameSeries && figures[props.indicator.code]?.share != null,
  );
  const last = same.at(-1);
  if (!last) return say('trendNothing', { name });
  const to = periodText(last.period, lang);
  const { verdict, printed } = props.change;
  if (
    props.base !== null &&
    printed !== null &&
    (verdict === 'up' || verdict === 'down' || verdict === 'no-reliable-change')
  ) {
    const word = verdict === 'up' ? 'trendUp' : verdict === 'down' ? 'trendDown' : 'trendSame';
    const points = formatPoints(Math.abs(printed), lang).replace('+', '');
    return say(word, { name, from: periodText(props.base, lang), to, points });
  }
  return say('trendOnly', { name, to, rate: formatRate(last.figures[props.indicator.code]?.printed ?? null) });
}

/** Beside the last point; elsewhere on the side of the line that it does not take. */
function labelShift(figure: TrendFigure, next: TrendFigure | null): number {
  if (next?.share == null || figure.share === null) return 5;
  return next.share > figure.share ? 20 : -9;
}

function describe(figure: TrendFigure | null, lang: 'zh' | 'en', base: string): string {
  if (figure?.share == null) return NONE;
  return `${formatRate(figure.printed)} (${formatInterval(figure.interval, lang)}), ${base} ${formatCount(figure.base)}`;
}

function ticksOf([low, high]: readonly [number, number]): number[] {
  const step = high - low > 0.5 ? 0.25 : high - low > 0.2 ? 0.1 : 0.05;
  const ticks: number[] = [];
  for (let tick = low; tick <= high + 1e-9; tick += step) ticks.push(tick);
  return ticks;
}
