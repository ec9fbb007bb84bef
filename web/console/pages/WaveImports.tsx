import { formatCount, formatInstant } from '../../shared/format.ts';
import { cancelImportJob, getImportJob, listImportJobs, listImports, startImport } from '../calls.ts';
import { useSpeech } from '../context.tsx';
import { ImportJobs, JobUnderWay, useImportJobs } from '../parts/import-jobs.tsx';
import { Empty, Loaded } from '../parts/page.tsx';
import { Facts, Problems, Table } from '../parts/table.tsx';
import { CheckedUpload } from '../parts/upload.tsx';
import { useRemote } from '../remote.ts';
import type { ImportReport, JobSource, WaveView } from '../wire.ts';

export function ImportsTab({ wave }: { wave: WaveView }) {
  const { say } = useSpeech();
  const source: JobSource<ImportReport> = {
    name: wave.code,
    list: () => listImportJobs(wave.code),
    get: (id) => getImportJob(wave.code, id),
    cancel: (id) => cancelImportJob(wave.code, id),
  };
  const jobs = useImportJobs(source);
  // Every job that ends may have added to it.
  const ended = jobs.all.data?.jobs.filter(({ state }) => state === 'done').length ?? 0;
  const history = useRemote(`imports ${wave.code} ${ended}`, () => listImports(wave.code));
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
          return jobs.run(() => startImport(wave.code, files, dryRun));
        }}
        title={({ created }) => say(created > 0 ? 'checkedTitle' : 'importNothing')}
        review={(report) => <Checked report={report} />}
        confirm={({ created }) => (created > 0 ? say('confirmImport', { count: formatCount(created) }) : null)}
        done={({ created }) => <p>{say('importDone', { count: formatCount(created) })}</p>}
        progress={jobs.job ? <JobUnderWay source={source} job={jobs.job} onChange={jobs.all.reload} /> : null}
      />
      <ImportJobs
        source={source}
        all={jobs.all}
        except={jobs.job?.id}
        review={(report) => <Checked report={report} />}
      />
      <section className="block">
        <h2>{say('importHistory')}</h2>
        <History remote={history} />
      </section>
    </>
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
