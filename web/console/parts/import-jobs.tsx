import { type ReactNode, useEffect, useRef, useState } from 'react';
import { ApiError } from '../../shared/api.ts';
import { formatCount, formatInstant } from '../../shared/format.ts';
import { useSpeech } from '../context.tsx';
import { type Remote, useRemote, useTask } from '../remote.ts';
import type { ImportJob, ImportJobListing, JobSource } from '../wire.ts';
import { JOB_PART_WORDS, JOB_WORDS } from '../wording.ts';
import { Empty, ErrorNote, Loaded } from './page.tsx';
import { Problems } from './table.tsx';
import { problemsOf } from './upload.tsx';

/** How soon a page asks again how an import goes: a small one is through at once. */
const FIRST_MS = 120;
const LONGEST_MS = 700;

/** The jobs of a page: the list of all, and the one that this visit waits for. */
export function useImportJobs<Report>(source: JobSource<Report>) {
  const all = useRemote(`import jobs ${source.name}`, source.list);
  const [job, setJob] = useState<ImportJob<Report> | null>(null);
  const isHere = useRef(true);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);
  const isRunning = all.data?.jobs.some(({ state }) => state === 'running') ?? false;
  const { reload } = all;
  useEffect(() => {
    if (!isRunning || all.loading) return;
    const timer = window.setTimeout(reload, LONGEST_MS * 2);
    return () => window.clearTimeout(timer);
  }, [isRunning, all.loading, reload]);

  return {
    all,
    job,
    /** Starts a job and asks until it has ended; what refused it is thrown, as if the request itself had been refused. */
    async run(start: () => Promise<ImportJob<Report>>): Promise<Report> {
      try {
        let now = await start();
        reload();
        for (let waitMs = FIRST_MS; ; waitMs = Math.min(LONGEST_MS, waitMs * 2)) {
          setJob(now);
          if (now.report) return now.report;
          if (now.error) throw new ApiError(now.error.code, now.error.details);
          if (now.state === 'cancelled') throw new ApiError('IMPORT_CANCELLED', {});
          if (now.state !== 'running') throw new ApiError('IMPORT_INTERRUPTED', { file: now.fileName });
          await new Promise((resolve) => window.setTimeout(resolve, waitMs));
          // Whoever left the page finds the job in the list.
          if (!isHere.current) return await new Promise<never>(() => {});
          now = await source.get(now.id);
        }
      } finally {
        setJob(null);
        reload();
      }
    },
  };
}

/** How far a job is, in rows, and the way to end it. */
export function JobProgress<Report>(props: { source: JobSource<Report>; job: ImportJobListing; onChange: () => void }) {
  const { say } = useSpeech();
  const { source, job, onChange } = props;
  const cancel = useTask(async () => {
    await source.cancel(job.id);
    onChange();
  });
  const { rowsDone: done, rowsTotal: total } = job;
  const rows =
    total === null
      ? say('jobRowsRead', { done: formatCount(done) })
      : say('jobRowsWritten', { done: formatCount(done), total: formatCount(total) });
  return (
    <>
      <progress aria-label={job.fileName} value={job.share} /> <span className="job-rows">{rows}</span>{' '}
      {job.share < 1 ? (
        <button type="button" className="button button-small" disabled={cancel.busy} onClick={() => void cancel.run()}>
          {say('jobCancel')}
        </button>
      ) : null}
      <ErrorNote error={cancel.error} />
    </>
  );
}

/** The job that this visit waits for. */
export function JobUnderWay<Report>(props: { source: JobSource<Report>; job: ImportJobListing; onChange: () => void }) {
  const { say } = useSpeech();
  const { dryRun, fileName } = props.job;
  return (
    <div className="progress">
      <p role="status">{say(dryRun ? 'checking' : 'writing', { file: fileName })}</p>
      <JobProgress {...props} />
    </div>
  );
}

/** The last checks and imports, with their reports for whoever left the page meanwhile. */
export function ImportJobs<Report>(props: {
  source: JobSource<Report>;
  all: Remote<{ jobs: readonly ImportJobListing[] }>;
  /** The job that is shown above. */
  except: string | undefined;
  review: (report: Report) => ReactNode;
}) {
  const { say } = useSpeech();
  const { source, all, except, review } = props;
  return (
    <section className="block" aria-labelledby="import-jobs">
      <h2 id="import-jobs">{say('importJobs')}</h2>
      <p className="hint">{say('importJobsLead')}</p>
      <Loaded remote={all} lines={4}>
        {({ jobs }) =>
          jobs.length === 0 ? (
            <Empty title={say('importJobsEmpty')} />
          ) : (
            <ul className="jobs">
              {jobs
                .filter(({ id }) => id !== except)
                .map((job) => (
                  <li key={job.id}>
                    <Job source={source} job={job} review={review} onChange={all.reload} />
                  </li>
                ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  );
}

function Job<Report>(props: {
  source: JobSource<Report>;
  job: ImportJobListing;
  review: (report: Report) => ReactNode;
  onChange: () => void;
}) {
  const { say, pick, lang } = useSpeech();
  const [isOpen, setOpen] = useState(false);
  const { source, job, review, onChange } = props;
  const { fileName, dryRun, state, rowsDone, rowsTotal, startedAt, startedBy } = job;
  const words = say('importJob', {
    what: say(dryRun ? 'check' : 'importJobWrite'),
    file: fileName,
    at: formatInstant(startedAt, lang),
    who: startedBy,
  });
  const isBad = state === 'refused' || state === 'interrupted';
  const partly = source.keepsRows && rowsTotal !== null ? JOB_PART_WORDS[state] : undefined;
  const mark = (
    <>
      <span className={isBad ? 'mark mark-warning' : 'mark'}>{pick(partly ?? JOB_WORDS[state])}</span>
      {partly ? ` ${say('jobRowsKept', { done: formatCount(rowsDone), total: formatCount(rowsTotal ?? 0) })}` : null}
    </>
  );
  if (state === 'running') {
    return (
      <div>
        {words} {mark} <JobProgress source={source} job={job} onChange={onChange} />
      </div>
    );
  }
  if (state !== 'done' && state !== 'refused') {
    return (
      <p>
        {words} {mark}
      </p>
    );
  }
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {words} {mark}
      </summary>
      {isOpen ? <JobReport source={source} id={job.id} review={review} /> : null}
    </details>
  );
}

function JobReport<Report>(props: { source: JobSource<Report>; id: string; review: (report: Report) => ReactNode }) {
  const { say } = useSpeech();
  const { source, id, review } = props;
  const job = useRemote(`import job ${id}`, () => source.get(id));
  return (
    <Loaded remote={job} lines={4}>
      {({ report, error }) => {
        const refusal = error && new ApiError(error.code, error.details);
        return (
          <div className="report">
            {report ? review(report) : null}
            <ErrorNote error={refusal} />
            <Problems title={say('problems')} problems={problemsOf(refusal)} />
          </div>
        );
      }}
    </Loaded>
  );
}
