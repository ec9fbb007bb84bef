import { Link } from 'wouter';
import { periodText } from '../../../src/core/period.ts';
import { formatDay } from '../../shared/format.ts';
import { listWaves } from '../calls.ts';
import { useSpeech, useStaff } from '../context.tsx';
import { Empty, Loaded, Page } from '../parts/page.tsx';
import { Table } from '../parts/table.tsx';
import { useRemote } from '../remote.ts';
import type { WaveView } from '../wire.ts';
import { KIND_WORDS, STATE_WORDS } from '../wording.ts';

export function WavesPage() {
  const { say, pick, lang } = useSpeech();
  const { may } = useStaff();
  const remote = useRemote('waves', listWaves);
  const create = may('wave.manage') ? (
    <Link href="/waves/new" className="button button-main">
      {say('newWave')}
    </Link>
  ) : null;
  return (
    <Page title={say('waves')} lead={say('wavesLead')} actions={create}>
      <Loaded remote={remote}>
        {({ waves }) =>
          waves.length === 0 ? (
            <Empty title={say('wavesEmpty')}>{may('wave.manage') ? <p>{say('wavesEmptyManage')}</p> : null}</Empty>
          ) : (
            <Table
              caption={say('waves')}
              rows={waves}
              keyOf={({ code }) => code}
              columns={[
                {
                  head: say('waveTitle'),
                  names: true,
                  cell: (wave) => <Link href={`/waves/${encodeURIComponent(wave.code)}`}>{wave.title}</Link>,
                },
                { head: say('code'), cell: ({ code }) => <code>{code}</code> },
                { head: say('state'), cell: (wave) => <StateMark wave={wave} /> },
                { head: say('period'), cell: ({ period }) => periodText(period, lang) },
                { head: say('rootUnit'), cell: ({ root }) => root.name },
                {
                  head: say('surveys'),
                  cell: ({ survey }) => say('versionOf', { title: pick(survey.title), version: survey.version }),
                },
                {
                  head: say('fieldwork'),
                  cell: (wave) =>
                    say('dateSpan', {
                      from: formatDay(wave.fieldworkStart, lang),
                      to: formatDay(wave.fieldworkEnd, lang),
                    }),
                },
                {
                  head: say('actions'),
                  cell: ({ code, title }) =>
                    may('result.read') ? (
                      <Link href={`/results?wave=${encodeURIComponent(code)}`}>
                        {say('seeResults')}
                        <span className="visually-hidden">（{title}）</span>
                      </Link>
                    ) : null,
                },
              ]}
            />
          )
        }
      </Loaded>
    </Page>
  );
}

/** State, kind and origin of a wave as words; colour only underlines them. */
export function StateMark({ wave }: { wave: WaveView }) {
  const { say, pick } = useSpeech();
  return (
    <span className="marks">
      <span className={`mark mark-${wave.state}`}>{pick(STATE_WORDS[wave.state])}</span>
      {wave.kind === 'self-test' ? <span className="mark mark-warning">{pick(KIND_WORDS['self-test'])}</span> : null}
      {wave.synthetic ? <span className="mark mark-warning">{say('synthetic')}</span> : null}
    </span>
  );
}
