import { useEffect, useState } from 'react';
import { ApiError } from '../../shared/api.ts';
import { formatCount, formatInstant } from '../../shared/format.ts';
import { getImportJob, listImportJobs, listImports, startImport } from '../calls.ts';
import { useSpeech } from '../context.tsx';
import { Empty, ErrorNote, Loaded } from '../parts/page.tsx';
import { Facts, Problems, Table } from '../parts/table.tsx';
import { CheckedUpload, problemsOf } from '../parts/upload.tsx';
import { useRemote } from '../remote.ts';
import type { ImportJob, ImportJobListing, ImportReport, WaveView } from '../wire.ts';
import { JOB_WORDS } from '../wording.ts';

/** How often a page asks how an import goes. */
const ASK_MS = 700;

/** Asks until the job has ended; what refused it is thrown, as if the request itself had been refused. */
async function waitFor(wave: string, job: ImportJob, onShare: (share: number) => void): Promise<ImportReport> {
  for (let now = job; ; now = await getImportJob(wave, job.id)) {
    if (now.report) return now.report;
    if (now.error) throw new ApiError(now.error.code, now.error.details);
    if (now.state !== 'running') throw new ApiError('IMPORT_INTERRUPTED', { file: now.fileName });
    onShare(now.share);
    await new Promise((resolve) => window.setTimeout(resolve, ASK_MS));
  }
}

export function ImportsTab({ wave }: { wave: WaveView }) {
  const { say } = useSpeech();
  const jobs = useRemote(`import jobs ${wave.code}`, () => listImportJobs(wave.code));
  // Every job that ends may have added to it.
  const ended = jobs.data?.jobs.filter(({ state }) => state === 'done').length ?? 0;
  const history = useRemote(`imports ${wave.code} ${ended}`, () => listImports(wave.code));
  const [share, setShare] = useState<number>();
  const isRunning = jobs.data?.jobs.some(({ state }) => state === 'running') ?? false;
  const { reload } = jobs;
  useEffect(() => {
    if (!isRunning || jobs.loading) return;
    const timer = window.setTimeout(reload, ASK_MS * 2);
    return () => window.clearTimeout(timer);
  }, [isRunning, jobs.loading, reload]);
  return (
    <>
      <p>{say('importsLead')}</p>
      <CheckedUpload<ImportReport>
        fields={[
          { label: say('dataFile'), hint: say('dataFileHint'), accept: '.csv,.xlsx,text/csv' },
          { label: say('mappingFile'), hint: say('mappingHint'), accept: '.json,application/json', optional: true },
        ]}
        send={async ([file, mapping], dryRun) => {
          if (!file) throw new RangeError('no file of interviews');
          const files = { file, mapping: (await mapping?.text()) ?? null };
          setShare(undefined);
          try {
            return await waitFor(wave.code, await startImport(wave.code, files, dryRun), setShare);
          } finally {
            jobs.reload();
          }
        }}
        title={({ created }) => say(created > 0 ? 'checkedTitle' : 'importNothing')}
        review={(report) => <Checked report={report} />}
        confirm={({ created }) => (created > 0 ? say('confirmImport', { count: formatCount(created) }) : null)}
        done={({ created }) => <p>{say('importDone', { count: formatCount(created) })}</p>}
        {...(share === undefined ? {} : { progress: share })}
      />
      <section className="block">
        <h2>{say('importJobs')}</h2>
        <p className="hint">{say('importJobsLead')}</p>
        <Loaded remote={jobs} lines={4}>
          {({ jobs: list }) =>
            list.length === 0 ? (
              <Empty title={say('importJobsEmpty')} />
            ) : (
              <ul className="jobs">
                {list.map((job) => (
                  <li key={job.id}>
                    <Job wave={wave} job={job} />
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </section>
      <section className="block">
        <h2>{say('importHistory')}</h2>
        <History remote={history} />
      </section>
    </>
  );
}

/** One check or import: how it stands, and its report for whoever left the page meanwhile. */
function Job({ wave, job }: { wave: WaveView; job: ImportJobListing }) {
  const { say, pick, lang } = useSpeech();
  const [isOpen, setOpen] = useState(false);
  const { fileName, dryRun, state, share, startedAt, startedBy } = job;
  const words = say('importJob', {
    what: say(dryRun ? 'check' : 'importJobWrite'),
    file: fileName,
    at: formatInstant(startedAt, lang),
    who: startedBy,
  });
  const isBad = state === 'refused' || state === 'interrupted';
  const mark = <span className={isBad ? 'mark mark-warning' : 'mark'}>{pick(JOB_WORDS[state])}</span>;
  if (state === 'running' || state === 'interrupted') {
    return (
      <p>
        {words} {mark} {state === 'running' ? <progress aria-label={words} value={share} /> : null}
      </p>
    );
  }
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {words} {mark}
      </summary>
      {isOpen ? <JobReport wave={wave} id={job.id} /> : null}
    </details>
  );
}

function JobReport({ wave, id }: { wave: WaveView; id: string }) {
  const { say } = useSpeech();
  const job = useRemote(`import job ${id}`, () => getImportJob(wave.code, id));
  return (
    <Loaded remote={job} lines={4}>
      {({ report, error }) => {
        const refusal = error && new ApiError(error.code, error.details);
        return (
          <div className="report">
            {report ? <Checked report={report} /> : null}
            <ErrorNote error={refusal} />
            <Problems title={say('problems')} problems={problemsOf(refusal)} />
          </div>
        );
      }}
    </Loaded>
  );
}

function Checked({ report }: { report: ImportReport }) {
  const { say } = useSpeech();
  return (
    <>
      {report.alreadyImported ? <p>{say('alreadyImported')}</p> : null}
      <Facts
        facts={[
          [say('rows'), formatCount(report.rows)],
          [say('created'), formatCount(report.created)],
          [say('unchanged'), formatCount(report.unchanged)],
          [
            say('byDisposition'),
            Object.entries(report.byDisposition)
              .map(([code, count]) => `${code}: ${formatCount(count)}`)
              .join('；') || say('none'),
          ],
        ]}
      />
      {report.unusedColumns.length > 0 ? (
        <p className="muted">{say('unusedColumns', { columns: report.unusedColumns.join('、') })}</p>
      ) : null}
      <Problems title={say('warnings')} problems={report.warnings} />
      <details>
        <summary>
          {say('mappingUsed')}
          {report.guessed ? `（${say('mappingGuessed')}）` : ''}
        </summary>
        <pre>{JSON.stringify(report.mapping, null, 2)}</pre>
      </details>
    </>
  );
}

function History({ remote }: { remote: ReturnType<typeof useRemote<Awaited<ReturnType<typeof listImports>>>> }) {
  const { say, lang } = useSpeech();
  return (
    <Loaded remote={remote} lines={4}>
      {({ imports }) =>
        imports.length === 0 ? (
          <Empty title={say('importsEmpty')} />
        ) : (
          <Table
            caption={say('importHistory')}
            rows={imports}
            keyOf={({ id }) => id}
            columns={[
              { head: say('file'), names: true, cell: ({ fileName }) => fileName },
              { head: say('rows'), number: true, cell: ({ rows }) => formatCount(rows) },
              { head: say('created'), number: true, cell: ({ created }) => formatCount(created) },
              { head: say('importedAt'), cell: ({ importedAt }) => formatInstant(importedAt, lang) },
              { head: say('importedBy'), cell: ({ importedBy }) => importedBy },
            ]}
          />
        )
      }
    </Loaded>
  );
}
