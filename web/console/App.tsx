import type { ReactNode } from 'react';
import { Redirect, Route, Router, Switch, useLocation, useSearch } from 'wouter';
import { SpeechProvider, type Staff, StaffContext, useSpeech } from './context.tsx';
import { DeskPage } from './desk/Desk.tsx';
import { Frame, SECTIONS } from './Frame.tsx';
import { MethodPage } from './method/MethodPage.tsx';
import { AccountsPage, NewAccountPage } from './pages/Accounts.tsx';
import { AuditPage } from './pages/Audit.tsx';
import { NewWavePage } from './pages/NewWave.tsx';
import { PasswordPage, SignInPage, WelcomePage } from './pages/SignIn.tsx';
import { PublishPage, SurveyPage, SurveysPage } from './pages/Surveys.tsx';
import { ImportUnitsPage, UnitsPage } from './pages/Units.tsx';
import { WavePage } from './pages/Wave.tsx';
import { WavesPage } from './pages/Waves.tsx';
import { Loaded, Page } from './parts/page.tsx';
import { PhonePage } from './phone/Phone.tsx';
import { LedgerPages } from './publicity/Pages.tsx';
import { Courier } from './publicity/useOutbox.ts';
import { useRemote, useWhenBack } from './remote.ts';
import { ResultsPage } from './results/Results.tsx';
import { readSession } from './session.ts';
import type { Permission, SessionUser } from './wire.ts';

export function App() {
  return (
    <Router base="/console">
      <SpeechProvider>
        <Entrance />
      </SpeechProvider>
    </Router>
  );
}

/** Who is there decides which door opens. */
function Entrance() {
  const session = useRemote('session', readSession);
  const [path] = useLocation();
  useWhenBack(session.data?.isRemembered ?? false, session.reload);
  if (path === '/welcome') return <WelcomePage />;
  if (session.data === null) {
    return (
      <Frame>
        <Loaded remote={session}>{() => null}</Loaded>
      </Frame>
    );
  }
  const { user } = session.data;
  if (user === null) {
    return path === '/sign-in' ? <SignInPage session={session.data} onDone={session.reload} /> : <ToSignIn />;
  }
  return <Inside user={user} refresh={session.reload} />;
}

/** Signing in leads back to the address that was asked for. */
function ToSignIn() {
  const [path] = useLocation();
  const search = useSearch();
  const wanted = `${path}${search ? `?${search}` : ''}`;
  const next = wanted === '/' ? '' : `?next=${encodeURIComponent(wanted)}`;
  return <Redirect to={`/sign-in${next}`} replace />;
}

/** Who comes to do one thing begins there; everybody else finds the first section open to them. */
const HOMES: Readonly<Partial<Record<SessionUser['role'], string>>> = {
  publicity: '/publicity/new',
  reviewer: '/publicity/review',
};

function Inside({ user, refresh }: { user: SessionUser; refresh: () => void }) {
  const may = (permission: Permission): boolean => user.permissions.includes(permission);
  const staff: Staff = { user, may, refresh };
  const first = HOMES[user.role] ?? SECTIONS.find(({ permission }) => may(permission))?.path ?? '/password';
  const guard = (permission: Permission, page: ReactNode): ReactNode => (may(permission) ? page : <NotAllowed />);
  return (
    <StaffContext value={staff}>
      {may('output.write') ? <Courier /> : null}
      <Frame staff={staff}>
        <Switch>
          <Route path="/">
            <ToHome home={first} />
          </Route>
          <Route path="/sign-in">
            <AfterSignIn home={first} />
          </Route>
          <Route path="/results">{guard('result.read', <ResultsPage />)}</Route>
          <Route path="/method">
            <MethodPage />
          </Route>
          <Route path="/publicity/*?">
            <LedgerPages refused={<NotAllowed />} missing={<NotFound />} />
          </Route>
          <Route path="/desk">{guard('case.work', <DeskPage />)}</Route>
          <Route path="/waves">{guard('wave.read', <WavesPage />)}</Route>
          <Route path="/waves/new">{guard('wave.manage', <NewWavePage />)}</Route>
          <Route path="/waves/:code">
            {({ code }) => guard('wave.read', <WavePage key={code} code={decodeURIComponent(code)} />)}
          </Route>
          <Route path="/waves/:code/phone">
            {({ code }) => guard('fieldwork.read', <PhonePage key={code} code={decodeURIComponent(code)} />)}
          </Route>
          <Route path="/surveys">{guard('survey.read', <SurveysPage />)}</Route>
          <Route path="/surveys/publish">{guard('survey.publish', <PublishPage />)}</Route>
          <Route path="/surveys/:code">
            {({ code }) => guard('survey.read', <SurveyPage key={code} code={decodeURIComponent(code)} />)}
          </Route>
          <Route path="/units">{guard('unit.read', <UnitsPage />)}</Route>
          <Route path="/units/import">{guard('unit.import', <ImportUnitsPage />)}</Route>
          <Route path="/accounts">{guard('account.manage', <AccountsPage />)}</Route>
          <Route path="/accounts/new">{guard('account.manage', <NewAccountPage />)}</Route>
          <Route path="/audit">{guard('audit.read', <AuditPage />)}</Route>
          <Route path="/password">
            <PasswordPage />
          </Route>
          <Route>
            <NotFound />
          </Route>
        </Switch>
      </Frame>
    </StaffContext>
  );
}

/** The first page this person may open; what the address asks for goes along. */
function ToHome({ home }: { home: string }) {
  const search = useSearch();
  return <Redirect to={`${home}${search ? `?${search}` : ''}`} replace />;
}

function AfterSignIn({ home }: { home: string }) {
  const next = new URLSearchParams(useSearch()).get('next');
  // Only our own paths: an address must not be able to send staff elsewhere.
  return (
    <Redirect
      to={next?.startsWith('/') && !next.startsWith('//') ? next.replace(/^\/console(?=\/)/, '') : home}
      replace
    />
  );
}

function NotFound() {
  const { say } = useSpeech();
  return (
    <Page title={say('notFoundTitle')}>
      <p>{say('notFoundBody')}</p>
    </Page>
  );
}

function NotAllowed() {
  const { say } = useSpeech();
  return (
    <Page title={say('notAllowedTitle')}>
      <p>{say('notAllowedBody')}</p>
    </Page>
  );
}
