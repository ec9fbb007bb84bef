import { useState } from 'react';
import { Link } from 'wouter';
import { LEDGER_FIELDS, type LedgerField, type LedgerMapping } from '../../../src/core/publicity/columns.ts';
import { formatCount, formatInstant } from '../../shared/format.ts';
import { useStaff } from '../context.tsx';
import { FileField, SelectField, TextField } from '../parts/fields.tsx';
import { Empty, ErrorNote, Loaded, Note } from '../parts/page.tsx';
import { Facts, Problems, Table } from '../parts/table.tsx';
import { problemsOf } from '../parts/upload.tsx';
import { useRemote, useTask } from '../remote.ts';
import { importLedger, listLedgerImports, undoImport } from './calls.ts';
import { useKinds, useUnits, writingUnits } from './catalogue.ts';
import { ImportPreview } from './ImportPreview.tsx';
import { ReasonDialog } from './ReasonDialog.tsx';
import { Section } from './Section.tsx';
import { useLedgerSpeech } from './speech.ts';
import { UndoNote, useUndo } from './UndoNote.tsx';
import type { Kind, LedgerImportListing, LedgerImportReport } from './wire.ts';
import { COLUMN_WORDS } from './wording.ts';

/** The spreadsheet people keep, as a file or pasted: read, looked at, corrected, and taken over whole or not at all. */
export function ImportPage() {
  const { tell } = useLedgerSpeech();
  const history = useRemote('ledger imports', listLedgerImports);
  const undo = useUndo(history.reload);
  return (
    <Section title={tell('import')} lead={tell('importLead')}>
      <UndoNote undo={undo} />
      <Taking
        onTaken={(report) =>
          undo.tell({
            text: tell('importTaken', { n: formatCount(report.created) }),
            undo: report.importId === null ? null : () => undoImport(report.importId ?? ''),
          })
        }
      />
      <section className="block" aria-labelledby="imports">
        <h2 id="imports">{tell('importHistory')}</h2>
        <Loaded remote={history} lines={4}>
          {({ imports }) => <History imports={imports} onUndone={(text) => undo.tell({ text, undo: null })} />}
        </Loaded>
      </section>
    </Section>
  );
}

function Taking({ onTaken }: { onTaken: (report: LedgerImportReport) => void }) {
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
    const next = await importLedger({ ...source, mapping: how.mapping }, how.dryRun);
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
          optional
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
      {task.busy ? (
        <div className="progress" role="status">
          <progress aria-label={tell('working')} />
          <p>{tell('working')}</p>
        </div>
      ) : null}
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
          <Mapping
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
          <ImportPreview report={report} kinds={kinds.data?.kinds ?? []} />
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
        </section>
      ) : null}
    </>
  );
}

/** What each column holds, and what each unknown word means: both may be corrected, and are remembered. */
function Mapping(props: {
  report: LedgerImportReport;
  mapping: LedgerMapping;
  kinds: readonly Kind[];
  isChanged: boolean;
  onChange: (mapping: LedgerMapping) => void;
  onAgain: () => void;
}) {
  const { tell, pick } = useLedgerSpeech();
  const { report, mapping, kinds } = props;
  const fieldOf = (head: string): LedgerField | '' =>
    LEDGER_FIELDS.find((field) => mapping.columns[field] === head) ?? '';
  function assign(head: string, field: string): void {
    const columns = Object.fromEntries(
      Object.entries(mapping.columns).filter(([name, column]) => column !== head && name !== field),
    );
    props.onChange({ ...mapping, columns: field === '' ? columns : { ...columns, [field]: head } });
  }
  const names = new Map(kinds.map((kind) => [kind.code, pick(kind.name)]));
  return (
    <>
      {report.words.length > 0 ? (
        <section className="mapping" aria-labelledby="words">
          <h3 id="words">{tell('wordsTitle')}</h3>
          <p className="hint">{tell('wordsLead')}</p>
          {report.words.map(({ word, rows, suggestions }) => (
            <SelectField
              key={word}
              label={tell('wordRows', { word, n: rows })}
              value={mapping.kinds[word] ?? ''}
              required={false}
              onChange={(kind) => {
                const { [word]: _before, ...others } = mapping.kinds;
                props.onChange({ ...mapping, kinds: kind === '' ? others : { ...others, [word]: kind } });
              }}
              options={[
                ['', tell('wordChoose')],
                ...suggestions.map((code) => [code, names.get(code) ?? code] as const),
                ...kinds
                  .filter(({ code }) => !suggestions.includes(code))
                  .map((kind) => [kind.code, pick(kind.name)] as const),
              ]}
            />
          ))}
        </section>
      ) : null}
      <details className="mapping" open={report.mappingFrom === 'guessed' && report.unusedColumns.length > 0}>
        <summary>
          {tell('mappingTitle')}（
          {tell(
            report.mappingFrom === 'guessed'
              ? 'mappingGuessed'
              : report.mappingFrom === 'remembered'
                ? 'mappingRemembered'
                : 'mappingGiven',
          )}
          ）
        </summary>
        <div className="mapping-columns">
          {report.header
            .filter((head) => head !== '')
            .map((head) => (
              <SelectField
                key={head}
                label={head}
                value={fieldOf(head)}
                required={false}
                onChange={(field) => assign(head, field)}
                options={[
                  ['', tell('columnUnused')],
                  ...LEDGER_FIELDS.map((field) => [field, pick(COLUMN_WORDS[field])] as const),
                ]}
              />
            ))}
          <TextField
            label={tell('mappingYear')}
            hint={tell('mappingYearHint')}
            required={false}
            value={mapping.year === null ? '' : String(mapping.year)}
            onChange={(text) => props.onChange({ ...mapping, year: /^\d{1,4}$/.test(text) ? Number(text) : null })}
          />
        </div>
      </details>
      {props.isChanged ? (
        <p>
          <button type="button" className="button button-main" onClick={props.onAgain}>
            {tell('importAgain')}
          </button>
        </p>
      ) : null}
    </>
  );
}

function History(props: { imports: readonly LedgerImportListing[]; onUndone: (text: string) => void }) {
  const { tell, lang } = useLedgerSpeech();
  const [asked, setAsked] = useState<LedgerImportListing | null>(null);
  const units = useUnits();
  const nameOf = (code: string): string => units.data?.units.find((unit) => unit.code === code)?.name ?? code;
  if (props.imports.length === 0) return <Empty title={tell('importNone')} />;
  return (
    <>
      <Table
        caption={tell('tableOf', { name: tell('importHistory') })}
        rows={props.imports}
        keyOf={({ id }) => id}
        columns={[
          {
            head: tell('file'),
            names: true,
            cell: (one) => <Link href={`/publicity?import=${one.id}`}>{one.fileName}</Link>,
          },
          { head: tell('unit'), cell: ({ unitCode }) => nameOf(unitCode) },
          { head: tell('rowsInFile'), number: true, cell: ({ rows }) => formatCount(rows) },
          { head: tell('importedAt'), cell: ({ importedAt }) => formatInstant(importedAt, lang) },
          {
            head: tell('state'),
            cell: (one) =>
              one.state === 'undone' ? (
                <span className="mark mark-closed">{tell('importUndone')}</span>
              ) : (
                <button type="button" className="button button-small" onClick={() => setAsked(one)}>
                  {tell('importUndo')}
                </button>
              ),
          },
        ]}
      />
      {asked ? (
        <ReasonDialog
          title={tell('importUndoTitle', { file: asked.fileName })}
          body={tell('importUndoBody', { n: formatCount(asked.rows) })}
          action={tell('importUndo')}
          run={async (reason) => {
            const { withdrawn } = await undoImport(asked.id, reason);
            props.onUndone(tell('importUndoDone', { n: formatCount(withdrawn) }));
          }}
          onClose={() => setAsked(null)}
        />
      ) : null}
    </>
  );
}
