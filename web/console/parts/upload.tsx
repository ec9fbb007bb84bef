import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import type { Problem } from '../../../src/core/errors.ts';
import { ApiError } from '../../shared/api.ts';
import { useSpeech } from '../context.tsx';
import { useTask } from '../remote.ts';
import { FileField } from './fields.tsx';
import { ErrorNote, Note } from './page.tsx';
import { Problems } from './table.tsx';

/** The findings a refused file came back with. */
export function problemsOf(error: unknown): readonly Problem[] {
  const problems = error instanceof ApiError ? error.details.problems : null;
  return Array.isArray(problems) ? (problems as Problem[]) : [];
}

interface UploadField {
  readonly label: string;
  readonly hint?: string;
  readonly accept: string;
  readonly optional?: boolean;
}

/**
 * Files that are checked first and written after somebody has read what the check says. Another file is another
 * question: what was said about the last one goes.
 */
export function CheckedUpload<Report>(props: {
  fields: readonly UploadField[];
  /** One file for each field; null where an optional one was left out. */
  send: (files: readonly (File | null)[], dryRun: boolean) => Promise<Report>;
  title: (report: Report) => string;
  review: (report: Report) => ReactNode;
  /** What the button that writes says; null when there is nothing to write. */
  confirm: (report: Report) => string | null;
  done: (report: Report) => ReactNode;
  back?: string;
  /** How far it is, where that is known. */
  progress?: ReactNode;
}) {
  const { say } = useSpeech();
  const [files, setFiles] = useState<readonly (File | null)[]>(props.fields.map(() => null));
  const [checked, setChecked] = useState<Report | null>(null);
  const [written, setWritten] = useState<Report | null>(null);
  const task = useTask(async (dryRun: boolean) => {
    const report = await props.send(files, dryRun);
    setChecked(dryRun ? report : null);
    setWritten(dryRun ? null : report);
  });
  const isComplete = props.fields.every(({ optional }, i) => optional || files[i]);
  const confirm = checked && props.confirm(checked);
  return (
    <>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void task.run(true);
        }}
      >
        {props.fields.map((field, i) => (
          <FileField
            key={field.label}
            {...field}
            onChange={(file) => {
              setFiles(files.map((other, k) => (k === i ? file : other)));
              setChecked(null);
              setWritten(null);
              task.clear();
            }}
          />
        ))}
        <div className="buttons">
          <button
            type="submit"
            className={checked ? 'button' : 'button button-main'}
            disabled={task.busy || !isComplete}
          >
            {say('check')}
          </button>
          {props.back ? (
            <Link href={props.back} className="button">
              {say('back')}
            </Link>
          ) : null}
        </div>
      </form>
      {task.busy
        ? (props.progress ?? (
            <div className="progress" role="status">
              <progress aria-label={say('working')} />
              <p>{say(checked ? 'writing' : 'checking', { file: files[0]?.name ?? '' })}</p>
            </div>
          ))
        : null}
      <ErrorNote error={task.error} />
      <Problems title={say('problems')} problems={problemsOf(task.error)} />
      {written ? <Note kind="done">{props.done(written)}</Note> : null}
      {checked && !task.busy ? (
        <section className="block report" aria-labelledby="checked">
          <h2 id="checked">{props.title(checked)}</h2>
          {props.review(checked)}
          {confirm ? (
            <div className="buttons">
              <button type="button" className="button button-main" onClick={() => void task.run(false)}>
                {confirm}
              </button>
            </div>
          ) : null}
        </section>
      ) : null}
    </>
  );
}
