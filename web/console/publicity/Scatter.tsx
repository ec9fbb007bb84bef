import { useId } from 'react';
import { formatInterval, formatPoints, formatRate } from '../../shared/format.ts';
import { Scroll } from '../parts/scroll.tsx';
import { useLedgerSpeech } from './speech.ts';
import type { ReachView, TownBeside } from './wire.ts';

const WIDTH = 720;
const HEIGHT = 380;
const PLOT = { left: 64, right: 640, top: 32, bottom: 324 };
/** Room that a name takes, in the chart's own units; names that would cover another are left to the table. */
const NAME = { width: 58, height: 15 };
/** More points than this leave no room for names. */
const MOST_NAMED = 40;

interface Point {
  readonly town: TownBeside;
  readonly x: number;
  readonly y: number;
  readonly interval: { readonly lower: number; readonly upper: number } | null;
}

/** One point a town: outputs per 1,000 residents against the change of the rate (or the rate), with its interval. */
export function Scatter({ view }: { view: ReachView }) {
  const { tell, pick, lang } = useLedgerSpeech();
  const id = useId();
  const isChange = view.association ? view.association.outcome === 'change' : view.comparable;
  const points = view.towns.flatMap((town): Point[] => {
    const y = isChange ? town.difference : town.now.share;
    const interval = isChange ? town.changeInterval : town.now.interval;
    return town.perThousand === null || y === null ? [] : [{ town, x: town.perThousand, y, interval }];
  });
  if (points.length === 0) return <p className="muted">{tell('scatterNone')}</p>;
  const lows = points.map(({ y, interval }) => interval?.lower ?? y);
  const highs = points.map(({ y, interval }) => interval?.upper ?? y);
  const [bottom, top] = spread(
    Math.min(...lows, ...(isChange ? [0] : [])),
    Math.max(...highs, ...(isChange ? [0] : [])),
  );
  const [, right] = spread(0, Math.max(...points.map(({ x }) => x)));
  const toX = (value: number): number => PLOT.left + (value / right) * (PLOT.right - PLOT.left);
  const toY = (share: number): number => PLOT.bottom - ((share - bottom) / (top - bottom)) * (PLOT.bottom - PLOT.top);
  const xTicks = ticks(0, right);
  const yTicks = ticks(bottom, top);
  const rate = pick(view.indicator.title);
  const yName = tell(isChange ? 'axisChange' : 'axisRate', { name: rate });
  const xName = tell('perThousandOf', { what: pick(view.chosen.name), unit: pick(view.chosen.unit) });
  const named = new Set<Point>();
  for (const point of points.length <= MOST_NAMED ? points : []) {
    const covers = (other: Point): boolean =>
      Math.abs(toX(other.x) - toX(point.x)) < NAME.width && Math.abs(toY(other.y) - toY(point.y)) < NAME.height;
    if (![...named].some(covers)) named.add(point);
  }
  const say = ({ town, x }: Point): string =>
    isChange
      ? `${town.unit.name} ${x.toFixed(1)}, ${formatPoints(town.change, lang)}`
      : `${town.unit.name} ${x.toFixed(1)}, ${formatRate(town.now.printed)} ${formatInterval(town.now.interval, lang)}`;
  return (
    <figure className="scatter">
      <Scroll label={tell('scatterLabel')}>
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          role="img"
          aria-label={pick(view.finding)}
          aria-describedby={`${id}-text`}
        >
          <desc id={`${id}-text`}>{points.map(say).join(lang === 'zh' ? '；' : '; ')}</desc>
          {yTicks.map((tick) => (
            <g key={tick} className={isChange && tick === 0 ? 'tick tick-zero' : 'tick'}>
              <line x1={PLOT.left} x2={PLOT.right} y1={toY(tick)} y2={toY(tick)} />
              <text x={PLOT.left - 8} y={toY(tick) + 4} textAnchor="end">
                {isChange && tick > 0 ? '+' : ''}
                {round(tick * 100).replace('-', '−')}
                {isChange ? '' : '%'}
              </text>
            </g>
          ))}
          {xTicks.map((tick) => (
            <text key={tick} x={toX(tick)} y={PLOT.bottom + 18} textAnchor="middle">
              {round(tick)}
            </text>
          ))}
          <text className="axis" x={4} y={14}>
            {yName}
          </text>
          <text className="axis" x={(PLOT.left + PLOT.right) / 2} y={PLOT.bottom + 42} textAnchor="middle">
            {xName}
          </text>
          {points.map((point) => (
            <g key={point.town.unit.code} className="point">
              <title>{say(point)}</title>
              {point.interval ? (
                <path
                  className="whisker"
                  d={`M${toX(point.x) - 4} ${toY(point.interval.upper)}h8M${toX(point.x)} ${toY(point.interval.upper)}V${toY(point.interval.lower)}M${toX(point.x) - 4} ${toY(point.interval.lower)}h8`}
                />
              ) : null}
              <circle cx={toX(point.x)} cy={toY(point.y)} r={4} />
              {named.has(point) ? (
                <text className="point-label" x={toX(point.x) + 8} y={toY(point.y) + 4}>
                  {point.town.unit.name}
                </text>
              ) : null}
            </g>
          ))}
        </svg>
      </Scroll>
      <figcaption className="muted">{tell('scatterNote', { n: points.length, of: view.towns.length })}</figcaption>
    </figure>
  );
}

const round = (value: number): string => String(Number(value.toPrecision(6)));

/** A step of 1, 2 or 5 times a power of ten that leaves about five ticks. */
function stepOf(from: number, to: number): number {
  const raw = (to - from || Math.abs(to) || 1) / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  return ([1, 2, 5].find((factor) => factor * power >= raw) ?? 10) * power;
}

/** The range widened to whole steps. */
function spread(from: number, to: number): readonly [number, number] {
  const step = stepOf(from, to);
  const low = Math.floor(from / step + 1e-9) * step;
  const high = Math.ceil(to / step - 1e-9) * step;
  return [low, high > low ? high : low + step];
}

function ticks(from: number, to: number): number[] {
  const step = stepOf(from, to);
  return Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => Number((from + i * step).toPrecision(8)));
}
