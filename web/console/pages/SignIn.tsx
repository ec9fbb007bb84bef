import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { changePassword, describeLink, redeemLink, signIn } from '../calls.ts';
import { useSpeech } from '../context.tsx';
import { Frame } from '../Frame.tsx';
import { TextField } from '../parts/fields.tsx';
import { ErrorNote, Note, Page } from '../parts/page.tsx';
import { useRemote, useTask } from '../remote.ts';
import type { Session } from '../wire.ts';
import { ROLE_WORDS } from '../wording.ts';

const LEAST = 10;

export function SignInPage({ session, onDone }: { session: Session; onDone: () => void }) {
  const { say, lang } = useSpeech();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const task = useTask(async (name: string, secret: string) => {
    await signIn(name, secret);
    onDone();
  });
  return (
    <Frame>
      <Page title={say('signIn')} lead={say('signInLead')}>
        <div className="columns">
          <form
            className="form"
            onSubmit={(event) => {
              event.preventDefault();
              void task.run(username.trim(), password);
            }}
          >
            <TextField
              label={say('username')}
              name="username"
              autoComplete="username"
              value={username}
              onChange={setUsername}
            />
            <TextField
              label={say('password')}
              name="password"
              type="password"
              autoComplete="current-password"
              value={password}
              onChange={setPassword}
            />
            <ErrorNote error={task.error} />
            <div className="buttons">
              <button type="submit" className="button button-main" disabled={task.busy}>
                {task.busy ? say('signingIn') : say('signIn')}
              </button>
            </div>
            <p className="hint">{say('forgot')}</p>
          </form>
          {session.demo ? (
            <section className="aside" aria-labelledby="demo-accounts">
              <h2 id="demo-accounts">{say('demoAccounts')}</h2>
              <p className="muted">{say('demoAccountsLead')}</p>
              <ul className="plain-list">
                {session.demo.accounts.map((account) => (
                  <li key={account.username}>
                    <button
                      type="button"
                      className="button account-button"
                      disabled={task.busy}
                      onClick={() => void task.run(account.username, account.password)}
                    >
                      <strong>{say('signInAs', { name: account.name })}</strong>
                      <span className="muted">
                        {ROLE_WORDS[account.role as keyof typeof ROLE_WORDS]?.[lang] ?? account.role} ·{' '}
                        <code>{account.username}</code> / <code>{account.password}</code>
                      </span>
                    </button>
                  </li>
                ))}
              </ul>
            </section>
          ) : null}
        </div>
      </Page>
    </Frame>
  );
}

/** The new password, typed twice; says what is wrong before the server has to. */
function useNewPassword() {
  const { say } = useSpeech();
  const [first, setFirst] = useState('');
  const [second, setSecond] = useState('');
  const [tried, setTried] = useState(false);
  const tooShort = first.length < LEAST;
  const differ = first !== second;
  return {
    value: first,
    /** True when both are right; otherwise the fields now say what is wrong. */
    check: (): boolean => {
      setTried(true);
      return !tooShort && !differ;
    },
    fields: (
      <>
        <TextField
          label={say('newPassword')}
          hint={say('passwordHint')}
          type="password"
          autoComplete="new-password"
          value={first}
          onChange={setFirst}
          error={tried && tooShort ? say('passwordTooShort', { count: first.length }) : null}
        />
        <TextField
          label={say('repeatPassword')}
          type="password"
          autoComplete="new-password"
          value={second}
          onChange={setSecond}
          error={tried && !tooShort && differ ? say('passwordsDiffer') : null}
        />
      </>
    ),
  };
}

/** Redeems the one-time link of a new or reset account. The token stays out of server logs when it is in the fragment. */
export function WelcomePage() {
  const { say } = useSpeech();
  const [, navigate] = useLocation();
  const [token] = useState(
    () =>
      decodeURIComponent(window.location.hash.slice(1)) ||
      new URLSearchParams(window.location.search).get('token') ||
      '',
  );
  const owner = useRemote(token === '' ? null : token, () => describeLink(token));
  const [activated, setActivated] = useState<string | null>(null);
  const password = useNewPassword();
  const task = useTask(async () => {
    const { username } = await redeemLink(token, password.value);
    setActivated(username);
    await signIn(username, password.value);
    navigate('/', { replace: true });
    window.location.reload();
  });
  return (
    <Frame>
      <Page title={say('welcome')} lead={say('welcomeLead')}>
        {token === '' ? (
          <Note kind="warning">
            <p>{say('welcomeNoToken')}</p>
          </Note>
        ) : activated !== null ? (
          <Note kind="done">
            <p>{say('welcomeDone', { username: activated })}</p>
            <p>
              <Link href="/sign-in" className="button">
                {say('signIn')}
              </Link>
            </p>
          </Note>
        ) : (
          <form
            className="form"
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              if (password.check()) void task.run();
            }}
          >
            <ErrorNote error={owner.error} />
            {owner.data ? <p>{say('welcomeName', { ...owner.data })}</p> : null}
            {password.fields}
            <ErrorNote error={task.error} />
            <div className="buttons">
              <button type="submit" className="button button-main" disabled={task.busy}>
                {task.busy ? say('working') : say('setPassword')}
              </button>
            </div>
          </form>
        )}
      </Page>
    </Frame>
  );
}

export function PasswordPage() {
  const { say } = useSpeech();
  const [current, setCurrent] = useState('');
  const [done, setDone] = useState(false);
  const password = useNewPassword();
  const task = useTask(async () => {
    await changePassword(current, password.value);
    setDone(true);
  });
  return (
    <Page title={say('changePassword')}>
      {done ? (
        <Note kind="done">
          <p>{say('passwordChanged')}</p>
        </Note>
      ) : (
        <form
          className="form"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (password.check()) void task.run();
          }}
        >
          <TextField
            label={say('currentPassword')}
            type="password"
            autoComplete="current-password"
            value={current}
            onChange={setCurrent}
          />
          {password.fields}
          <ErrorNote error={task.error} />
          <div className="buttons">
            <button type="submit" className="button button-main" disabled={task.busy}>
              {task.busy ? say('working') : say('changePassword')}
            </button>
          </div>
        </form>
      )}
    </Page>
  );
}
