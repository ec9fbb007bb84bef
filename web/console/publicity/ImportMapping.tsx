import { LEDGER_FIELDS, type LedgerField, type LedgerMapping } from '../../../src/core/publicity/columns.ts';
import { SelectField, TextField } from '../parts/fields.tsx';
import { useLedgerSpeech } from './speech.ts';
import type { Kind, LedgerImportReport } from './wire.ts';
import { COLUMN_WORDS } from './wording.ts';

/** What each column holds, and what each unknown word means: both may be corrected, and are remembered. */
export function ImportMapping(props: {
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
