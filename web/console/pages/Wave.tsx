import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { periodText } from '../../../src/core/period.ts';
import { formatDay, formatInstant } from '../../shared/format.ts';
import { MODE_WORDS } from '../../shared/wording.ts';
import { useAddress } from '../address.ts';
import { closeWave, deleteWave, listWaves, openWave } from '../calls.ts';
import { useSpeech, useStaff } from '../context.tsx';
import { ConfirmByName } from '../parts/confirm.tsx';
import { Loaded, Page } from '../parts/page.tsx';
import { Facts } from '../parts/table.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { useRemote } from '../remote.ts';
import type { WaveView } from '../wire.ts';
import { KIND_WORDS } from '../wording.ts';
import { EditWave } from './NewWave.tsx';
import { ImportsTab } from './WaveImports.tsx';
import { InvitationsTab, LinksTab } from './WaveLinks.tsx';
import { WaveMargins } from './WaveMargins.tsx';
import { StateMark } from './Waves.tsx';

export function WavePage({ code }: { code: string }) {
  const { say } = useSpeech();
  const waves = useRemote('waves', listWaves);
  const wave = waves.data?.waves.find((one) => one.code === code) ?? null;
  if (waves.data !== null && wave === null) {
    return (
      <Page title={say('notFoundTitle')}>
        <p>
          <Link href="/waves">{say('waves')}</Link>
        </p>
      </Page>
    );
  }
  if (wave === null) {
    return (
      <Page title={code}>
        <Loaded remote={waves}>{() => null}</Loaded>
      </Page>
    );
  }
  return <WaveDetails wave={wave} reload={waves.reload} />;
}

function WaveDetails({ wave, reload }: { wave: WaveView; reload: () => void }) {
  const { say } = useSpeech();
  const { may } = useStaff();
  const address = useAddress();
  const [, navigate] = useLocation();
  const [asking, setAsking] = useState<'state' | 'delete' | null>(null);
  const mayEdit = may('wave.manage') && wave.state === 'draft';
  const isOpen = wave.state === 'open';
  const tab = address.get('tab') ?? 'overview';
  const tabs: (readonly [string, string])[] = [
    ['overview', say('overview')],
    ...(may('link.read') ? [['links', say('links')] as const] : []),
    ...(may('invitation.create') ? [['invitations', say('invitations')] as const] : []),
    ...(may('response.import') ? [['imports', say('imports')] as const] : []),
    ...(mayEdit ? [['edit', say('edit')] as const] : []),
  ];
  return (
    <Page
      title={wave.title}
      lead={<StateMark wave={wave} />}
      actions={
        <>
          {may('result.read') ? (
            <Link href={`/results?wave=${encodeURIComponent(wave.code)}`} className="button">
              {say('seeResults')}
            </Link>
          ) : null}
          {may('fieldwork.read') && wave.modes.some((mode) => mode === 'phone' || mode === 'keypad') ? (
            <Link href={`/waves/${encodeURIComponent(wave.code)}/phone`} className="button">
              {say('phoneSurvey')}
            </Link>
          ) : null}
          {mayEdit ? (
            <button type="button" className="button" onClick={() => setAsking('delete')}>
              {say('deleteWave')}
            </button>
          ) : null}
          {may('wave.manage') ? (
            <button
              type="button"
              className={isOpen ? 'button' : 'button button-main'}
              onClick={() => setAsking('state')}
            >
              {say(isOpen ? 'closeWave' : wave.state === 'closed' ? 'reopenWave' : 'openWave')}
            </button>
          ) : null}
        </>
      }
    >
      <Tabs address={address} label={wave.title} tabs={tabs} />
      {tab === 'links' ? <LinksTab wave={wave} /> : null}
      {tab === 'invitations' ? <InvitationsTab wave={wave} /> : null}
      {tab === 'imports' ? <ImportsTab wave={wave} /> : null}
      {tab === 'edit' && mayEdit ? (
        <EditWave
          wave={wave}
          done={() => {
            reload();
            address.set({ tab: null });
          }}
        />
      ) : null}
      {tab === 'overview' ? (
        <>
          <Overview wave={wave} />
          <WaveMargins wave={wave} />
        </>
      ) : null}
      {asking === 'state' ? (
        <ConfirmByName
          title={say(isOpen ? 'closeWaveTitle' : 'openWaveTitle', { title: wave.title })}
          body={say(isOpen ? 'closeWaveBody' : 'openWaveBody')}
          label={say('confirmByName', { code: wave.code })}
          expected={wave.code}
          action={say(isOpen ? 'closeWave' : 'openWave')}
          run={async () => {
            await (isOpen ? closeWave(wave.code) : openWave(wave.code));
            reload();
          }}
          onClose={() => setAsking(null)}
        />
      ) : null}
      {asking === 'delete' ? (
        <ConfirmByName
          title={say('deleteWaveTitle', { title: wave.title })}
          body={say('deleteWaveBody')}
          label={say('confirmByName', { code: wave.code })}
          expected={wave.code}
          action={say('deleteWave')}
          run={async () => {
            await deleteWave(wave.code);
            navigate('/waves');
          }}
          onClose={() => setAsking(null)}
        />
      ) : null}
    </Page>
  );
}

function Overview({ wave }: { wave: WaveView }) {
  const { say, pick, lang } = useSpeech();
  const { may } = useStaff();
  const survey = say('versionOf', { title: pick(wave.survey.title), version: wave.survey.version });
  return (
    <Facts
      facts={[
        [say('code'), <code key="code">{wave.code}</code>],
        [say('kind'), pick(KIND_WORDS[wave.kind])],
        [say('period'), periodText(wave.period, lang)],
        [say('rootUnit'), wave.root.name],
        [
          say('surveys'),
          may('survey.read') ? (
            <Link key="survey" href={`/surveys/${wave.survey.code}?version=${wave.survey.version}`}>
              {survey}
            </Link>
          ) : (
            survey
          ),
        ],
        [say('series'), `${pick(wave.series.title)} (${wave.series.code})`],
        [say('modes'), wave.modes.map((mode) => pick(MODE_WORDS[mode])).join(lang === 'zh' ? '、' : ', ')],
        [
          say('fieldwork'),
          say('dateSpan', { from: formatDay(wave.fieldworkStart, lang), to: formatDay(wave.fieldworkEnd, lang) }),
        ],
        [say('openedAt'), formatInstant(wave.openedAt, lang)],
        [say('closedAt'), formatInstant(wave.closedAt, lang)],
      ]}
    />
  );
}
