import { useState } from 'react';
import { Link } from 'wouter';
import type { LedgerMapping } from '../../../src/core/publicity/columns.ts';
import { formatCount } from '../../shared/format.ts';
import { useSpeech, useStaff } from '../context.tsx';
import { FileField, SelectField, TextField } from '../parts/fields.tsx';
import { ImportJobs, JobUnderWay, useImportJobs } from '../parts/import-jobs.tsx';
import { ErrorNote, Loaded, Note } from '../parts/page.tsx';
import { Facts, Problems } from '../parts/table.tsx';
import { problemsOf } from '../parts/upload.tsx';
import { useRemote, useTask } from '../remote.ts';
import { LEDGER_JOBS, listLedgerImports, startLedgerImport, undoImport } from './calls.ts';
import { useKinds, useUnits, writingUnits } from './catalogue.ts';
import { ImportHistory } from './ImportHistory.tsx';
import { ImportMapping } from './ImportMapping.tsx';
import { ImportPreview } from './ImportPreview.tsx';
import { Section } from './Section.tsx';
import { useLedgerSpeech } from './speech.ts';
import { UndoNote, useUndo } from './UndoNote.tsx';
import type { LedgerImportReport } from './wire.ts';

/** The spreadsheet people keep, as a file or pasted: read, looked at, corrected, and taken over whole or not at all. */
export function ImportPage() {
  const { tell } = useLedgerSpeech();
  const jobs = useImportJobs(LEDGER_JOBS);
  // Every job that ends may have added to it.
  const ended = jobs.all.data?.jobs.filter(({ state }) => state === 'done').length ?? 0;
  const history = useRemote(`ledger imports ${ended}`, listLedgerImports);
  const undo = useUndo(history.reload);
  return (
    <Section title={tell('import')} lead={tell('importLead')}>
      <UndoNote undo={undo} />
      <Taking
        jobs={jobs}
        onTaken={(report) =>
          undo.tell({
            text: tell('importTaken', { n: formatCount(report.created) }),
            undo: report.importId === null ? null : () => undoImport(report.importId ?? ''),
          })
        }
      />
      <ImportJobs
        source={LEDGER_JOBS}
        all={jobs.all}
        except={jobs.job?.id}
        review={(report) => <JobFacts report={report} />}
      />
      <section className="block" aria-labelledby="imports">
        <h2 id="imports">{tell('importHistory')}</h2>
        <Loaded remote={history} lines={4}>
          {({ imports }) => <ImportHistory imports={imports} onUndone={(text) => undo.tell({ text, undo: null })} />}
        </Loaded>
      </section>
    </Section>
  );
}

type Jobs = ReturnType<typeof useImportJobs<LedgerImportReport>>;

function Taking({ jobs, onTaken }: { jobs: Jobs; onTaken: (report: LedgerImportReport) => void }) {
  const { tell } = useLedgerSpeech();
  const { user } = useStaff();
  const units = useUnits();
  const kinds = useKinds();
  const [file, setFile] = useState<File | null>(null);
  const [text, setText] = useState('');
  const [unit, setUnit] = useState(user.unit?.code ?? '');
  const [reason, setReason] = useState('');
  const [report, setReport] = useState<LedgerImportReport | null>(null);
  const [mapping, setMapping] = useState<LedgerMapping | null>(null);
  const task = useTask(async (how: { dryRun: boolean; mapping: LedgerMapping | null }) => {
    const source = { file, text, unit, reason: reason.trim() };
    const next = await jobs.run(() => startLedgerImport({ ...source, mapping: how.mapping }, how.dryRun));
    if (how.dryRun || next.alreadyImported) {
      setReport(next);
      setMapping(next.mapping);
      return;
    }
    setReport(null);
    setText('');
    onTaken(next);
  });
  const forget = (): void => {
    setReport(null);
    setMapping(null);
    task.clear();
  };
  const isClosed = report?.problems.some(({ code }) => code === 'OUTPUT_MONTH_CLOSED') ?? false;
  const offered = writingUnits(units.data?.units ?? []);
  return (
    <>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void task.run({ dryRun: true, mapping: null });
        }}
      >
        {offered.length > 1 ? (
          <SelectField
            label={tell('importUnit')}
            hint={tell('importUnitHint')}
            value={unit}
            required={false}
            onChange={(value) => {
              setUnit(value);
              forget();
            }}
            options={[
              ...(user.unit ? [] : [['', '—'] as const]),
              ...offered.map(({ code, name }) => [code, name] as const),
            ]}
          />
        ) : null}
        <FileField
          label={tell('importFile')}
          hint={tell('importFileHint')}
          accept=".csv,.xlsx,text/csv"
          required={false}
          onChange={(next) => {
            setFile(next);
            forget();
          }}
        />
        {file === null ? (
          <div className="field">
            <label htmlFor="pasted">{tell('importPaste')}</label>
            <p className="hint" id="pasted-hint">
              {tell('importPasteHint')}
            </p>
            <textarea
              id="pasted"
              rows={5}
              aria-describedby="pasted-hint"
              value={text}
              onChange={({ target }) => {
                setText(target.value);
                forget();
              }}
            />
          </div>
        ) : null}
        <div className="buttons">
          <button
            type="submit"
            className={report ? 'button' : 'button button-main'}
            disabled={task.busy || (file === null && text.trim() === '')}
          >
            {tell('importCheck')}
          </button>
        </div>
      </form>
      {jobs.job ? <JobUnderWay source={LEDGER_JOBS} job={jobs.job} onChange={jobs.all.reload} /> : null}
      <ErrorNote error={task.error} />
      <Problems title={tell('problems')} problems={problemsOf(task.error)} />
      {report?.alreadyImported ? (
        <Note kind="plain">
          <p>
            {tell('importAlready')}{' '}
            {report.importId ? <Link href={`/publicity?import=${report.importId}`}>{tell('ofImport')}</Link> : null}
          </p>
        </Note>
      ) : null}
      {report && mapping && !report.alreadyImported ? (
        <section className="block" aria-labelledby="checked">
          <h2 id="checked">{tell('importChecked')}</h2>
          <Facts
            facts={[
              [tell('rowsInFile'), formatCount(report.rows)],
              [tell('rowsNew'), formatCount(report.created)],
              [tell('rowsKnown'), formatCount(report.unchanged)],
            ]}
          />
          <ImportMapping
            report={report}
            mapping={mapping}
            kinds={kinds.data?.kinds ?? []}
            onChange={setMapping}
            isChanged={JSON.stringify(mapping) !== JSON.stringify(report.mapping)}
            onAgain={() => void task.run({ dryRun: true, mapping })}
          />
          {isClosed || reason !== '' ? (
            <TextField label={tell('importReason')} value={reason} required={false} onChange={setReason} />
          ) : null}
          <Problems title={tell('problems')} problems={report.problems} />
          <Problems title={tell('findings')} problems={report.warnings} />
          <div className="buttons">
            <button
              type="button"
              className="button button-main"
              disabled={
                task.busy ||
                report.created === 0 ||
                (report.count > 0 && !(isClosed && reason.trim() !== '')) ||
                JSON.stringify(mapping) !== JSON.stringify(report.mapping)
              }
              onClick={() => void task.run({ dryRun: false, mapping })}
            >
              {tell('importWrite', { n: formatCount(report.created) })}
            </button>
            {report.count > 0 ? <span className="muted">{tell('importAllOrNone')}</span> : null}
          </div>
          <ImportPreview report={report} kinds={kinds.data?.kinds ?? []} />
        </section>
      ) : null}
    </>
  );
}

/** What a check or an import found, for whoever left the page meanwhile. */
function JobFacts({ report }: { report: LedgerImportReport }) {
  const { tell } = useLedgerSpeech();
  const { say } = useSpeech();
  const { rows, created, unchanged, problems, warnings, alreadyImported, importId } = report;
  return (
    <>
      {alreadyImported ? <p>{tell('importAlready')}</p> : null}
      <Facts
        facts={[
          [tell('rowsInFile'), formatCount(rows)],
          [say('created'), formatCount(created)],
          [tell('rowsKnown'), formatCount(unchanged)],
        ]}
      />
      {importId ? <Link href={`/publicity?import=${importId}`}>{tell('ofImport')}</Link> : null}
      <Problems title={tell('problems')} problems={problems} />
      <Problems title={tell('findings')} problems={warnings} />
    </>
  );
}
