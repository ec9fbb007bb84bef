import { useState } from 'react';
import { Link } from 'wouter';
import { useAddress } from '../address.ts';
import { useStaff } from '../context.tsx';
import { ErrorNote, Loaded, Page } from '../parts/page.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { useRemote, useTask } from '../remote.ts';
import { STATE_WORDS } from '../wording.ts';
import { BoardTab } from './Board.tsx';
import { CasesTab } from './Cases.tsx';
import { getCampaign, pauseCampaign, resumeCampaign, startCampaign } from './calls.ts';
import { NumbersTab } from './Numbers.tsx';
import './phone.css';
import { QuotasTab } from './Quotas.tsx';
import { ReasonDialog } from './ReasonDialog.tsx';
import { ReviewsTab } from './Reviews.tsx';
import { SetupTab } from './Setup.tsx';
import { SuppressionsTab } from './Suppressions.tsx';
import { usePhoneSpeech } from './speech.ts';
import type { CampaignView } from './wire.ts';
import { CAMPAIGN_WORDS } from './wording.ts';

/** The phone side of a wave, for whoever manages or watches it. */
export function PhonePage({ code }: { code: string }) {
  const { tell } = usePhoneSpeech();
  const campaign = useRemote(`campaign ${code}`, () => getCampaign(code));
  if (campaign.data === null) {
    return (
      <Page title={tell('phoneSurvey')}>
        <Loaded remote={campaign}>{() => null}</Loaded>
      </Page>
    );
  }
  return <Campaign campaign={campaign.data} reload={campaign.reload} />;
}

function Campaign({ campaign, reload }: { campaign: CampaignView; reload: () => void }) {
  const { tell, pick } = usePhoneSpeech();
  const { may } = useStaff();
  const address = useAddress();
  const [asksPause, setAsksPause] = useState(false);
  const { wave, state } = campaign;
  const mayManage = may('fieldwork.manage');
  const go = useTask(async () => {
    await (state === 'draft' ? startCampaign(wave.code) : resumeCampaign(wave.code));
    reload();
  });
  const tab = address.get('tab') ?? 'board';
  const tabs: (readonly [string, string])[] = [
    ['board', tell('board')],
    ['cases', tell('cases')],
    ...(mayManage
      ? ([
          ['setup', tell('setup')],
          ['numbers', tell('numbers')],
          ['quotas', tell('quotas')],
        ] as const)
      : []),
    ...(may('recording.listen') ? ([['reviews', tell('reviews')]] as const) : []),
    ...(may('suppression.manage') ? ([['suppressions', tell('suppressions')]] as const) : []),
  ];
  // Nobody is called any more in a closed wave, whatever its phone survey was doing.
  const isOver = wave.state === 'closed';
  const maySteer = mayManage && !isOver;
  return (
    <Page
      title={tell('phoneSurveyOf', { wave: wave.title })}
      lead={
        <span className="marks">
          <span className={isOver || state !== 'running' ? 'mark' : 'mark mark-open'}>
            {pick(isOver ? STATE_WORDS.closed : CAMPAIGN_WORDS[state])}
          </span>
          {!isOver && state === 'paused' && campaign.pauseReason ? (
            <span>{tell('pausedFor', { reason: campaign.pauseReason })}</span>
          ) : null}
        </span>
      }
      actions={
        <>
          <Link href={`/waves/${encodeURIComponent(wave.code)}`} className="button">
            {tell('toWave')}
          </Link>
          {maySteer && state === 'running' ? (
            <button type="button" className="button" onClick={() => setAsksPause(true)}>
              {tell('pause')}
            </button>
          ) : null}
          {maySteer && state !== 'running' ? (
            <button
              type="button"
              className="button button-main"
              disabled={go.busy || campaign.updatedAt === null}
              onClick={() => void go.run()}
            >
              {tell(state === 'draft' ? 'start' : 'resume')}
            </button>
          ) : null}
        </>
      }
    >
      <ErrorNote error={go.error} />
      <Tabs address={address} label={tell('phoneSurvey')} tabs={tabs} />
      {tab === 'board' ? <BoardTab campaign={campaign} address={address} /> : null}
      {tab === 'cases' ? <CasesTab wave={wave.code} address={address} /> : null}
      {tab === 'setup' && mayManage ? <SetupTab campaign={campaign} reload={reload} /> : null}
      {tab === 'numbers' && mayManage ? <NumbersTab campaign={campaign} reload={reload} /> : null}
      {tab === 'quotas' && mayManage ? <QuotasTab campaign={campaign} reload={reload} /> : null}
      {tab === 'reviews' ? <ReviewsTab wave={wave.code} address={address} /> : null}
      {tab === 'suppressions' ? <SuppressionsTab address={address} /> : null}
      {asksPause ? (
        <ReasonDialog
          title={tell('pauseTitle')}
          body={tell('pauseBody')}
          action={tell('pause')}
          run={async (reason) => {
            await pauseCampaign(wave.code, reason);
            reload();
          }}
          onClose={() => setAsksPause(false)}
        />
      ) : null}
    </Page>
  );
}
