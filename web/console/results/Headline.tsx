import type { Figure } from '../../../src/core/indicators/types.ts';
import { formatCount, formatInterval, formatRate, formatScore, formatShare, NONE } from '../../shared/format.ts';
import { MODE_WORDS } from '../../shared/wording.ts';
import { useSpeech } from '../context.tsx';
import { Why } from '../method/Why.tsx';
import { type Fact, Facts } from '../parts/table.tsx';
import type { ResultIndicator, ResultsView } from '../wire.ts';
import { STATUS_NOTES, STATUS_WORDS, statusOf } from '../wording.ts';
import { ChangeLine, changeLabel } from './Change.tsx';
import { capitalise } from './finding.ts';

/** One large number with everything a reader needs to judge it. */
export function Headline(props: { view: ResultsView; indicator: ResultIndicator; figure: Figure; tone: number }) {
  const speech = useSpeech();
  const { say, pick, lang } = speech;
  const { view, indicator, figure } = props;
  const { estimate } = figure;
  const sentence = view.sentences[indicator.code];
  const weighted = figure.unweighted !== null && estimate !== null;
  const lines: Fact[] = [
    [say('base'), `n=${formatCount(estimate?.base ?? null)}`, 'base'],
    ...(weighted
      ? ([
          [say('unweighted'), formatRate(figure.unweighted), 'weighting'],
          [say('designEffect'), estimate.deff === null ? NONE : estimate.deff.toFixed(2), 'design-effect'],
          [say('effectiveN'), formatCount(Math.round(estimate.nEff)), 'design-effect'],
        ] satisfies Fact[])
      : []),
    [say('dontKnow'), formatShare(figure.dontKnowShare), 'denominators'],
    [say('refused'), formatShare(figure.refusedShare), 'denominators'],
    [say('ofPosition'), formatRate(figure.ofPosition?.printed ?? null), 'denominators'],
    [
      view.base ? capitalise(pick(view.base.comparison.against)) : say('lastTime'),
      formatRate(figure.last?.printed ?? null),
      'change',
    ],
    [
      say('responseRate'),
      view.response ? `RR3 ${formatShare(view.response.rates.RR3 ?? null)}` : say('notGiven'),
      'response',
    ],
    ...(figure.coverage < 1 && figure.status !== 'no-data' && !figure.reason
      ? ([[say('coverage'), formatShare(figure.coverage), 'coverage']] satisfies Fact[])
      : []),
    [say('methodLabel'), view.wave.modes.map((mode) => pick(MODE_WORDS[mode])).join(lang === 'zh' ? '、' : ', ')],
    [say('seriesLabel'), pick(view.wave.series.title), 'series'],
    ...(figure.score ? ([[say('meanScore'), formatScore(figure.score.mean)]] satisfies Fact[]) : []),
  ];
  return (
    <article className={`headline tone-${props.tone}`}>
      <h2>
        <Why about="rate">{pick(indicator.title)}</Why>
      </h2>
      {estimate ? (
        <>
          <p className="headline-number">{formatRate(estimate.printed)}</p>
          <p className="headline-interval">
            <Why about="interval">{say('interval95')}</Why> {formatInterval(estimate.interval, lang)}
          </p>
        </>
      ) : (
        <p className="headline-number headline-none">{pick(STATUS_WORDS[statusOf(figure)])}</p>
      )}
      {figure.status === 'shown' ? null : <p className="hint">{pick(STATUS_NOTES[statusOf(figure)])}</p>}
      <ChangeLine figure={figure} label={changeLabel(view, speech)} />
      {sentence ? <p className="headline-sentence">{pick(sentence)}</p> : null}
      <Facts facts={lines} />
    </article>
  );
}
