import { type ReactNode, useEffect } from 'react';
import { ApiError } from '../../shared/api.ts';
import { useSpeech } from '../context.tsx';
import type { Remote } from '../remote.ts';

/** A page of the desk: its title (also of the window), a line on what it is for, what can be done, the content. */
export function Page(props: { title: string; lead?: ReactNode; actions?: ReactNode; children: ReactNode }) {
  useTitle(props.title);
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{props.title}</h1>
          {props.lead ? <p className="lead">{props.lead}</p> : null}
        </div>
        {props.actions ? <div className="page-actions">{props.actions}</div> : null}
      </header>
      {props.children}
    </div>
  );
}

export function useTitle(title: string): void {
  const { say } = useSpeech();
  const product = say('product');
  useEffect(() => {
    document.title = `${title} · ${product}`;
  }, [title, product]);
}

/** What was refused, said once to everybody: announced, and standing where it happened. */
export function ErrorNote({ error, children }: { error: unknown; children?: ReactNode }) {
  const { explain } = useSpeech();
  if (error === null) return null;
  return (
    <div className="note note-error" role="alert">
      <p>{explain(error)}</p>
      {children}
    </div>
  );
}

export function Note({ kind, children }: { kind: 'done' | 'warning' | 'plain'; children: ReactNode }) {
  return (
    <div className={`note note-${kind}`} role={kind === 'done' ? 'status' : undefined}>
      {children}
    </div>
  );
}

/** Shows what a remote brought, keeps the layout while it loads, and offers a way out when it failed. */
export function Loaded<T>(props: { remote: Remote<T>; lines?: number; children: (data: T) => ReactNode }) {
  const { say } = useSpeech();
  const { data, error, loading, reload } = props.remote;
  if (error !== null) return <Failed error={error} retry={reload} />;
  if (data === null) return <Skeleton lines={props.lines ?? 8} />;
  return (
    <div aria-busy={loading} className={loading ? 'stale' : undefined}>
      {loading ? (
        <p className="visually-hidden" role="status">
          {say('loading')}
        </p>
      ) : null}
      {props.children(data)}
    </div>
  );
}

function Failed({ error, retry }: { error: unknown; retry: () => void }) {
  const { say } = useSpeech();
  const ended = error instanceof ApiError && error.code === 'SIGN_IN_REQUIRED';
  return (
    <div className="state">
      <h2>{say('failed')}</h2>
      <ErrorNote error={error} />
      <p>
        {ended ? (
          <a
            className="button"
            href={`/console/sign-in?next=${encodeURIComponent(window.location.pathname + window.location.search)}`}
          >
            {say('signIn')}
          </a>
        ) : (
          <button type="button" className="button" onClick={retry}>
            {say('retry')}
          </button>
        )}
      </p>
      <p className="muted">{say('failedElsewhere')}</p>
    </div>
  );
}

/** Grey lines where the content will stand. */
export function Skeleton({ lines }: { lines: number }) {
  const { say } = useSpeech();
  return (
    <div className="skeleton" role="status">
      <span className="visually-hidden">{say('loading')}</span>
      {Array.from({ length: lines }, (_, line) => `line-${line}`).map((line) => (
        <div key={line} className="skeleton-line" />
      ))}
    </div>
  );
}

/** An empty list says how to fill it. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <section className="state">
      <p className="state-title">{title}</p>
      {children}
    </section>
  );
}
