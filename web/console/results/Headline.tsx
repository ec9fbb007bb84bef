import type { Figure } from '../../../src/core/indicators/types.ts';
import { formatCount, formatInterval, formatRate, formatScore, formatShare } from '../../shared/format.ts';
import { MODE_WORDS } from '../../shared/wording.ts';
import { useSpeech } from '../context.tsx';
import { Facts } from '../parts/table.tsx';
import type { ResultIndicator, ResultsView } from '../wire.ts';
import { STATUS_NOTES, STATUS_WORDS } from '../wording.ts';
import { ChangeLine } from './Change.tsx';

/** One large number with everything a reader needs to judge it. */
export function Headline(props: { view: ResultsView; indicator: ResultIndicator; figure: Figure; tone: number }) {
  const { say, pick, lang } = useSpeech();
  const { view, indicator, figure } = props;
  const { estimate } = figure;
  const broken = view.base?.breaks.find((one) => one.indicator === indicator.code);
  const sentence = view.sentences[indicator.code];
  const lines: (readonly [string, string])[] = [
    [say('base'), `n=${formatCount(estimate?.base ?? null)}`],
    [say('dontKnow'), formatShare(figure.dontKnowShare)],
    [say('refused'), formatShare(figure.refusedShare)],
    [say('ofPosition'), formatRate(figure.ofPosition?.printed ?? null)],
    [say('lastTime'), formatRate(figure.last?.printed ?? null)],
    [say('responseRate'), view.response ? `RR3 ${formatShare(view.response.rates.RR3 ?? null)}` : say('notGiven')],
    ...(figure.coverage < 1 && figure.status !== 'no-data'
      ? [[say('coverage'), formatShare(figure.coverage)] as const]
      : []),
    [say('methodLabel'), view.wave.modes.map((mode) => pick(MODE_WORDS[mode])).join(lang === 'zh' ? '、' : ', ')],
    [say('seriesLabel'), pick(view.wave.series.title)],
    ...(figure.score ? [[say('meanScore'), formatScore(figure.score.mean)] as const] : []),
  ];
  return (
    <article className={`headline tone-${props.tone}`}>
      <h2>{pick(indicator.title)}</h2>
      {estimate ? (
        <>
          <p className="headline-number">{formatRate(estimate.printed)}</p>
          <p className="headline-interval">
            {say('interval95')} {formatInterval(estimate.interval, lang)}
          </p>
        </>
      ) : (
        <p className="headline-number headline-none">{pick(STATUS_WORDS[figure.status])}</p>
      )}
      {figure.status === 'shown' ? null : <p className="hint">{pick(STATUS_NOTES[figure.status])}</p>}
      <ChangeLine figure={figure} />
      {broken ? (
        <p className="note note-warning">
          {say('notComparedBecause')}：{pick(broken.sentence)}
        </p>
      ) : null}
      {sentence ? <p className="headline-sentence">{pick(sentence)}</p> : null}
      <Facts facts={lines} />
    </article>
  );
}
