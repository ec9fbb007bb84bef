import { useState } from 'react';
import type { Problem } from '../../../src/core/errors.ts';
import { ApiError } from '../../shared/api.ts';
import { formatCount, formatInstant } from '../../shared/format.ts';
import { importInterviews, listImports } from '../calls.ts';
import { useSpeech } from '../context.tsx';
import { FileField } from '../parts/fields.tsx';
import { Empty, ErrorNote, Loaded, Note } from '../parts/page.tsx';
import { Facts, Problems, Table } from '../parts/table.tsx';
import { useRemote, useTask } from '../remote.ts';
import type { ImportReport, WaveView } from '../wire.ts';

/** The findings a refused file came back with. */
export function problemsOf(error: unknown): readonly Problem[] {
  const problems = error instanceof ApiError ? error.details.problems : null;
  return Array.isArray(problems) ? (problems as Problem[]) : [];
}

export function ImportsTab({ wave }: { wave: WaveView }) {
  const { say } = useSpeech();
  const history = useRemote(`imports ${wave.code}`, () => listImports(wave.code));
  const [file, setFile] = useState<File | null>(null);
  const [mapping, setMapping] = useState<File | null>(null);
  const [report, setReport] = useState<ImportReport | null>(null);
  const [written, setWritten] = useState<number | null>(null);
  const task = useTask(async (dryRun: boolean) => {
    if (!file) return;
    const result = await importInterviews(wave.code, { file, mapping: (await mapping?.text()) ?? null }, dryRun);
    if (dryRun) {
      setReport(result);
      return;
    }
    setReport(null);
    setWritten(result.created);
    history.reload();
  });
  // Another file is another question: what was said about the last one goes.
  const choose = (set: (file: File | null) => void) => (chosen: File | null) => {
    set(chosen);
    setReport(null);
    setWritten(null);
    task.clear();
  };
  return (
    <>
      <p>{say('importsLead')}</p>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void task.run(true);
        }}
      >
        <FileField
          label={say('dataFile')}
          hint={say('dataFileHint')}
          accept=".csv,.xlsx,text/csv"
          onChange={choose(setFile)}
        />
        <FileField
          label={say('mappingFile')}
          hint={say('mappingHint')}
          accept=".json,application/json"
          onChange={choose(setMapping)}
          optional
        />
        <div className="buttons">
          <button type="submit" className={report ? 'button' : 'button button-main'} disabled={task.busy || !file}>
            {say('check')}
          </button>
        </div>
      </form>
      {task.busy ? (
        <div className="progress" role="status">
          <progress aria-label={say('working')} />
          <p>{say(report ? 'writing' : 'checking', { file: file?.name ?? '' })}</p>
        </div>
      ) : null}
      <ErrorNote error={task.error} />
      <Problems title={say('problems')} problems={problemsOf(task.error)} />
      {written === null ? null : (
        <Note kind="done">
          <p>{say('importDone', { count: formatCount(written) })}</p>
        </Note>
      )}
      {report && !task.busy ? <Checked report={report} write={() => void task.run(false)} /> : null}
      <section className="block">
        <h2>{say('importHistory')}</h2>
        <History remote={history} />
      </section>
    </>
  );
}

function Checked({ report, write }: { report: ImportReport; write: () => void }) {
  const { say } = useSpeech();
  return (
    <section className="block report" aria-labelledby="checked">
      <h2 id="checked">{report.created > 0 ? say('checkedTitle') : say('importNothing')}</h2>
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
      {report.created > 0 ? (
        <div className="buttons">
          <button type="button" className="button button-main" onClick={write}>
            {say('confirmImport', { count: formatCount(report.created) })}
          </button>
        </div>
      ) : null}
    </section>
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
