import { useState } from 'react';
import { ApiError } from '../../shared/api.ts';
import { type Address, useAddress } from '../address.ts';
import { listWaves } from '../calls.ts';
import { Empty, ErrorNote, Loaded, Page, Skeleton, useTitle } from '../parts/page.tsx';
import { useRemote } from '../remote.ts';
import type { WaveView } from '../wire.ts';
import { releaseCase, revealNumber } from './calls.ts';
import './desk.css';
import { Connecting, NotCalled, ToCall } from './Call.tsx';
import { Help } from './Help.tsx';
import { Idle, OnBreak } from './Idle.tsx';
import { Interview } from './Interview.tsx';
import { KeyButton } from './KeyButton.tsx';
import { useKeys } from './keyboard.ts';
import { Outcome } from './Outcome.tsx';
import { Side } from './Side.tsx';
import { useDeskSpeech } from './speech.ts';
import { type Desk, useDesk } from './useDesk.ts';

/** The interviewer's desk: everything on one screen, every step one key. */
export function DeskPage() {
  const { tell } = useDeskSpeech();
  const address = useAddress();
  const waves = useRemote('waves', listWaves);
  const callable = waves.data?.waves.filter(({ state, modes }) => state === 'open' && modes.includes('phone')) ?? [];
  const wave = callable.find(({ code }) => code === address.get('wave')) ?? callable[0];
  if (wave) return <Station key={wave.code} wave={wave} waves={callable} address={address} />;
  return (
    <Page title={tell('desk')}>
      <Loaded remote={waves}>
        {() => (
          <Empty title={tell('noWaves')}>
            <p>{tell('noWavesHow')}</p>
          </Empty>
        )}
      </Loaded>
    </Page>
  );
}

/** What was shown last, above the next case. */
interface Closed {
  readonly code: string;
  readonly label: string;
}

function Station({ wave, waves, address }: { wave: WaveView; waves: readonly WaveView[]; address: Address }) {
  const { tell } = useDeskSpeech();
  const desk = useDesk(wave.code);
  const [asksHelp, setAsksHelp] = useState(false);
  const [closed, setClosed] = useState<Closed | 'released' | null>(null);
  // The number of one case shown whole, and the calls whose introduction was read: both end with the case.
  const [shown, setShown] = useState<{ lease: string; rank: number; number: string } | null>(null);
  const [begun, setBegun] = useState<string | null>(null);
  const [outcome, setOutcome] = useState<{ call: string; hint: string | null } | null>(null);
  useTitle(tell('desk'));

  const { view, busy } = desk;
  const current = view?.current ?? null;
  const call = current?.attempt ?? null;
  const isTalking = call !== null && call.answeredAt !== null && call.endedAt === null;
  const isClosing = call !== null && (call.endedAt !== null || outcome?.call === call.id);
  const isCanceled = call?.state === 'canceled';
  const isIdle = view !== null && current === null;
  const mayBreak = isIdle || (current !== null && call === null);

  const next = () => {
    setClosed(null);
    desk.next();
  };
  const reveal = () => {
    const rank = current?.numbers.find(({ isLive }) => isLive)?.rank;
    if (rank === undefined || shown?.lease === current?.lease) return;
    desk.run(async (held) => setShown({ lease: held.lease, ...(await revealNumber(held, rank)) }));
  };
  const release = () => desk.leave(releaseCase, () => setClosed('released'));
  const setBreak = () => desk.setBreak(view?.onBreakSince === null);
  const startOutcome = (hint: string | null = null) => call && setOutcome({ call: call.id, hint });

  useKeys({
    '?': () => setAsksHelp(true),
    ...(desk.offline ? { Enter: desk.retry } : {}),
    ...(desk.lost && !desk.offline ? { Enter: desk.reload } : {}),
    ...(mayBreak && !desk.lost ? { b: setBreak } : {}),
    ...(isIdle && view.onBreakSince === null && !desk.offline && !desk.lost ? { Enter: next, n: next } : {}),
    ...(current && !isClosing && !desk.lost ? { r: reveal } : {}),
    ...(current && (call === null || isCanceled) && !desk.lost ? { x: release } : {}),
    ...(call && !isClosing && !desk.lost ? { e: () => startOutcome() } : {}),
  });

  const number = shown !== null && shown.lease === current?.lease ? shown : null;
  return (
    <div className="desk">
      <h1 className="visually-hidden">{tell('desk')}</h1>
      <header className="desk-head">
        {waves.length > 1 ? (
          <select
            aria-label={tell('wave')}
            value={wave.code}
            disabled={current !== null}
            onChange={(event) => address.set({ wave: event.target.value })}
          >
            {waves.map(({ code, title }) => (
              <option key={code} value={code}>
                {title}
              </option>
            ))}
          </select>
        ) : (
          <strong>{wave.title}</strong>
        )}
        {wave.synthetic ? <span className="mark mark-warning">{tell('synthetic')}</span> : null}
        {view ? <span>{tell('today', { ...view.today })}</span> : null}
        <span className="desk-line" role="status">
          {busy && !desk.offline ? tell('working') : desk.offline ? '' : tell('online')}
        </span>
        <span className="desk-head-side">
          <KeyButton
            name="B"
            text={tell(view?.onBreakSince == null ? 'takeBreak' : 'endBreak')}
            press={setBreak}
            off={!mayBreak}
          />
          <KeyButton name="?" text={tell('keys')} press={() => setAsksHelp(true)} />
        </span>
      </header>
      <Messages desk={desk} closed={closed} />
      {view === null ? (
        desk.failed === null ? (
          <Skeleton lines={6} />
        ) : (
          <p className="desk-stage">
            <ErrorNote error={desk.failed} />
            <button type="button" className="button" onClick={desk.reload}>
              {tell('retryNow')}
            </button>
          </p>
        )
      ) : (
        <div className="desk-body">
          {desk.lost ? (
            <Lost goOn={desk.reload} />
          ) : view.onBreakSince !== null && current === null ? (
            <OnBreak since={view.onBreakSince} end={setBreak} />
          ) : current === null ? (
            <Idle waiting={view.waiting} busy={busy} next={next} />
          ) : call === null ? (
            <ToCall one={current} number={number} desk={desk} release={release} reveal={reveal} />
          ) : isCanceled ? (
            <NotCalled call={call.id} release={release} busy={busy} />
          ) : isClosing ? (
            <Outcome
              key={call.id}
              one={current}
              desk={desk}
              hint={outcome?.call === call.id ? outcome.hint : null}
              back={call.endedAt === null ? () => setOutcome(null) : null}
              done={setClosed}
            />
          ) : isTalking ? (
            <Interview
              one={current}
              desk={desk}
              begun={begun === call.id}
              begin={() => setBegun(call.id)}
              close={startOutcome}
            />
          ) : (
            <Connecting one={current} number={number} desk={desk} reveal={reveal} close={() => startOutcome()} />
          )}
          <Side view={view} number={number} desk={desk} />
        </div>
      )}
      {asksHelp ? <Help onClose={() => setAsksHelp(false)} /> : null}
    </div>
  );
}

/** Whoever is listened to sees it, for as long as it lasts. */
function Listened({ desk }: { desk: Desk }) {
  const { tell } = useDeskSpeech();
  const isListened = (desk.view?.current?.listening.length ?? 0) > 0;
  return (
    <div role="status">
      {isListened ? <p className="note note-warning desk-listened">{tell('listening')}</p> : null}
    </div>
  );
}

function Messages({ desk, closed }: { desk: Desk; closed: Closed | 'released' | null }) {
  const { tell, say } = useDeskSpeech();
  return (
    <div className="desk-messages">
      <Listened desk={desk} />
      {desk.offline ? (
        <div className="note note-warning" role="alert">
          <p>
            {tell('offline')}{' '}
            <button type="button" className="button button-small" onClick={desk.retry}>
              {tell('retryNow')}
            </button>
          </p>
        </div>
      ) : null}
      <ErrorNote error={desk.refusal}>
        {desk.refusal instanceof ApiError && desk.refusal.code === 'SIGN_IN_REQUIRED' ? (
          <p>
            <a href={`/console/sign-in?next=${encodeURIComponent(`/console/desk${window.location.search}`)}`}>
              {say('signIn')}
            </a>
          </p>
        ) : null}
      </ErrorNote>
      {closed !== null && desk.view?.current == null ? (
        <div className="note note-done" role="status">
          <p>{closed === 'released' ? tell('released') : tell('closed', { ...closed })}</p>
        </div>
      ) : null}
    </div>
  );
}

function Lost({ goOn }: { goOn: () => void }) {
  const { tell } = useDeskSpeech();
  return (
    <section className="desk-stage" aria-label={tell('desk')}>
      <div className="note note-warning" role="alert">
        <p>{tell('leaseLost')}</p>
      </div>
      <KeyButton name="Enter" text={tell('goOn')} press={goOn} main />
    </section>
  );
}
