import { Link } from 'wouter';
import { formatCount, formatInstant, formatShare } from '../../shared/format.ts';
import type { Address } from '../address.ts';
import { Empty, ErrorNote, Note, Skeleton } from '../parts/page.tsx';
import { Calls } from './BoardCalls.tsx';
import { Tables } from './BoardTables.tsx';
import { getBoard } from './calls.ts';
import { useLive } from './live.ts';
import { usePhoneSpeech } from './speech.ts';
import type { BoardView, CampaignView } from './wire.ts';

const EVERY_MS = 2500;

/** The live board: what needs somebody first, then how far it is, then the tables. */
export function BoardTab({ campaign, address }: { campaign: CampaignView; address: Address }) {
  const { tell } = usePhoneSpeech();
  if (campaign.updatedAt === null || campaign.cases === 0) {
    return (
      <Empty title={tell('boardEmpty')}>
        <ol className="steps-list">
          <li>
            <Link href={address.with({ tab: 'setup' })}>{tell('setup')}</Link>：{tell('boardEmptySetup')}
          </li>
          <li>
            <Link href={address.with({ tab: 'numbers' })}>{tell('numbers')}</Link>：{tell('boardEmptyNumbers')}
          </li>
          <li>{tell('boardEmptyStart')}</li>
        </ol>
      </Empty>
    );
  }
  return <LiveBoard wave={campaign.wave.code} address={address} />;
}

function LiveBoard({ wave, address }: { wave: string; address: Address }) {
  const { tell, lang } = usePhoneSpeech();
  const { data, error } = useLive(`board ${wave}`, () => getBoard(wave), EVERY_MS);
  if (data === null) return error === null ? <Skeleton lines={10} /> : <ErrorNote error={error} />;
  return (
    <>
      <ErrorNote error={error}>
        <p>{tell('boardOld', { at: formatInstant(data.at, lang) })}</p>
      </ErrorNote>
      <Alerts data={data} />
      <Figures data={data} />
      <Calls data={data} />
      <Tables data={data} address={address} />
    </>
  );
}

function Alerts({ data }: { data: BoardView }) {
  const { tell, pick } = usePhoneSpeech();
  const { alerts, carrier } = data;
  return (
    <section aria-labelledby="alerts" className="board-alerts">
      <h2 id="alerts">{tell('alerts')}</h2>
      {alerts.length === 0 && carrier.refusedWebhooks === 0 ? <p className="muted">{tell('noAlerts')}</p> : null}
      <ul>
        {alerts.map(({ kind, subject, sentence }) => (
          <li key={`${kind} ${subject}`}>
            <Note kind="warning">
              <p>{pick(sentence)}</p>
            </Note>
          </li>
        ))}
        {carrier.refusedWebhooks > 0 ? (
          <li>
            <Note kind="warning">
              <p>{tell('refusedWebhooks', { count: carrier.refusedWebhooks })}</p>
            </Note>
          </li>
        ) : null}
      </ul>
      {carrier.replayedWebhooks > 0 ? (
        <p className="muted">{tell('replayedWebhooks', { count: carrier.replayedWebhooks })}</p>
      ) : null}
    </section>
  );
}

function Figures({ data }: { data: BoardView }) {
  const { tell } = usePhoneSpeech();
  const { board, towns, calls, lines, reviews } = data;
  const { total, eligibility } = board;
  const targets = towns.flatMap(({ target }) => target ?? []);
  const target = targets.length === 0 ? null : targets.reduce((sum, one) => sum + one, 0);
  return (
    <section className="board-figures" aria-label={tell('board')}>
      <Figure name={tell('completes')} value={formatCount(total.completes)}>
        {target === null ? tell('noTarget') : tell('ofTarget', { target: formatCount(target) })}
      </Figure>
      <Figure name={tell('callsNow')} value={formatCount(calls.length)}>
        {tell('linesOf', { lines: formatCount(lines) })}
      </Figure>
      <Figure name={tell('openCases')} value={formatCount(total.open)}>
        {tell('ofCases', { cases: formatCount(total.cases) })}
      </Figure>
      <Figure name="RR3" value={formatShare(total.rates.RR3)}>
        {eligibility === null ? tell('eligibilityUnknown') : tell('eligibilityIs', { e: eligibility.toFixed(3) })}
      </Figure>
      <Figure name={tell('refusalRate')} value={formatShare(total.rates.REF1)}>
        REF1
      </Figure>
      <Figure name={tell('reviews')} value={formatCount(reviews.open)}>
        {tell('reviewsDone', { done: formatCount(reviews.done) })}
      </Figure>
    </section>
  );
}

function Figure({ name, value, children }: { name: string; value: string; children: React.ReactNode }) {
  return (
    <div>
      <p className="overline">{name}</p>
      <p className="board-figure">{value}</p>
      <p className="muted">{children}</p>
    </div>
  );
}
