import { formatDay, inBrackets } from '../../shared/format.ts';
import { MODE_WORDS } from '../../shared/wording.ts';
import { getSurvey } from '../calls.ts';
import { useSpeech, useStaff } from '../context.tsx';
import { Why } from '../method/Why.tsx';
import type { Fact } from '../parts/table.tsx';
import { useRemote } from '../remote.ts';
import type { ResultIndicator, ResultsView } from '../wire.ts';
import { changeLabel } from './Change.tsx';
import { WeightingFacts } from './Weighting.tsx';

/** How the figures came about: everything somebody needs who wants to check them. */
export function Method(props: {
  view: ResultsView;
  headlines: readonly ResultIndicator[];
  others: readonly ResultIndicator[];
}) {
  const { view, headlines, others } = props;
  const speech = useSpeech();
  const { say, pick, lang } = speech;
  const { may } = useStaff();
  const { wave } = view;
  const key = may('survey.read') ? `survey ${wave.survey.code} ${wave.survey.version}` : null;
  const survey = useRemote(key, () => getSurvey(wave.survey.code, String(wave.survey.version)));
  const approval = survey.data?.plan.approval ?? null;
  const comma = lang === 'zh' ? '、' : ', ';
  const facts: Fact[] = [
    [say('methodSurvey'), say('versionOf', { title: pick(wave.survey.title), version: wave.survey.version })],
    ...(approval
      ? [
          [
            say('methodApproval'),
            say('approvalValid', {
              authority: approval.authority,
              form: approval.formNumber,
              number: approval.number,
              until: formatDay(approval.validUntil, lang),
            }) + (approval.demonstration ? inBrackets(say('demonstrationApproval'), lang) : ''),
          ] as const,
        ]
      : []),
    [say('methodSeries'), `${pick(wave.series.title)} (${wave.series.code})`],
    [
      say('methodDates'),
      say('dateSpan', { from: formatDay(wave.fieldworkStart, lang), to: formatDay(wave.fieldworkEnd, lang) }),
    ],
    [say('methodModes'), wave.modes.map((mode) => pick(MODE_WORDS[mode])).join(comma)],
    [
      say('methodWeights'),
      say(view.weighting && !view.weighting.refused ? 'methodWeightedText' : 'methodWeightsText'),
      'roll-up',
    ],
    ...(view.weighting
      ? ([
          [say('margins'), <WeightingFacts key="weighting" weighting={view.weighting} />, 'weighting'],
        ] satisfies Fact[])
      : []),
    [say('interval95'), say('methodIntervalText'), 'interval'],
    [changeLabel(view, speech), say('methodChangeText'), 'significance'],
    [say('methodDisclosure'), say('methodDisclosureText'), 'small-cells'],
    ...(view.response ? ([[say('responseRate'), say('methodResponseText'), 'response']] satisfies Fact[]) : []),
  ];
  return (
    <section className="block method" aria-labelledby="method">
      <h2 id="method">{say('method')}</h2>
      <dl className="method-facts">
        {facts.map(([name, value, about]) => (
          <div key={name}>
            <dt>{about ? <Why about={about}>{name}</Why> : name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <CountedTable indicators={headlines} />
      {others.length > 0 ? (
        <details className="no-print">
          <summary>{say('methodOthers')}</summary>
          <CountedTable indicators={others} />
        </details>
      ) : null}
    </section>
  );
}

/** Per indicator: what was asked, what counts, of whom. */
function CountedTable({ indicators }: { indicators: readonly ResultIndicator[] }) {
  const { say, pick, lang } = useSpeech();
  const comma = lang === 'zh' ? '、' : ', ';
  return (
    <table className="method-table">
      <caption className="visually-hidden">{say('methodCounted')}</caption>
      <thead>
        <tr>
          <th scope="col">{say('indicator')}</th>
          <th scope="col">{say('methodQuestion')}</th>
          <th scope="col">{say('methodCounted')}</th>
          <th scope="col">{say('methodDenominator')}</th>
        </tr>
      </thead>
      <tbody>
        {indicators.map((indicator) => (
          <tr key={indicator.code}>
            <th scope="row">{pick(indicator.title)}</th>
            <td>{pick(indicator.question)}</td>
            <td>{indicator.counted.map(pick).join(comma)}</td>
            <td>{say(indicator.denominator === 'all-eligible' ? 'denominatorAll' : 'denominatorPosition')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
