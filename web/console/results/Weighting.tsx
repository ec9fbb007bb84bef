import { errorSentence, type Problem } from '../../../src/core/errors.ts';
import { marginText } from '../../../src/core/indicators/margin-levels.ts';
import { formatCount } from '../../shared/format.ts';
import { useSpeech } from '../context.tsx';
import { Why } from '../method/Why.tsx';
import type { WeightingView } from '../wire.ts';
import { WEIGHTING_WORDS } from '../wording.ts';

/** A weight relative to the mean, or a design effect. */
const formatFactor = (value: number): string => value.toFixed(2);

/** Says above the figures that they could not be weighted, and why. */
export function NotWeighted({ weighting }: { weighting: WeightingView }) {
  const { say, lang } = useSpeech();
  if (!weighting.refused) return null;
  return (
    <div className="note note-warning">
      <p>
        <strong>{say('notWeighted')}</strong> {sentenceOf(weighting.refused, lang)}
      </p>
      <p>
        <Why about="weighting">{say('why')}</Why>
      </p>
    </div>
  );
}

/** What the weights are and what they cost, for the method box. */
export function WeightingFacts({ weighting }: { weighting: WeightingView }) {
  const { say, pick, lang } = useSpeech();
  const { method, cap, areas, margins, kishDeff, nEff, weightRange, trimmed, collapsed, warnings, refused } = weighting;
  const comma = lang === 'zh' ? '、' : ', ';
  if (refused) return <>{say('notWeighted')}</>;
  return (
    <>
      <p>
        {say('weightedTo', {
          method: pick(WEIGHTING_WORDS[method]),
          areas:
            areas.length > 4
              ? say('weightedAreas', { count: areas.length })
              : areas.map(({ name }) => name).join(comma),
          levels: margins.flatMap(({ levels }) => levels.map((level) => marginText(level, lang))).join(comma),
        })}
      </p>
      {kishDeff === null || nEff === null || weightRange === null ? null : (
        <p>
          {say('weightsCost', {
            deff: formatFactor(kishDeff),
            n: formatCount(Math.round(nEff)),
            min: formatFactor(weightRange.min),
            median: formatFactor(weightRange.median),
            max: formatFactor(weightRange.max),
            cap: String(cap),
            trimmed: formatCount(trimmed),
          })}
        </p>
      )}
      {collapsed.length > 0 ? (
        <p>
          {say('weightsMerged', {
            merged: collapsed
              .map(({ area, steps }) => `${area} ${steps.map((step) => marginText(step, lang)).join(comma)}`)
              .join(lang === 'zh' ? '；' : '; '),
          })}
        </p>
      ) : null}
      {warnings.map((problem) => (
        <p key={`${problem.code} ${String(problem.details.area)}`}>{sentenceOf(problem, lang)}</p>
      ))}
    </>
  );
}

/** A finding with the area it is about, where it has one. */
function sentenceOf(problem: Pick<Problem, 'code' | 'details'>, lang: 'zh' | 'en'): string {
  const { area } = problem.details;
  return `${typeof area === 'string' ? `${area}${lang === 'zh' ? '：' : ': '}` : ''}${marginText(errorSentence(problem, lang), lang)}`;
}
