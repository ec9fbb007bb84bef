import { REACH_NAMES, unitName } from '../../../src/core/publicity/names.ts';
import { formatDay } from '../../shared/format.ts';
import { Table } from '../parts/table.tsx';
import { isPlain, readBack } from './reading.ts';
import { useLedgerSpeech } from './speech.ts';
import type { Kind, LedgerImportReport, PreviewRow } from './wire.ts';

/** The first rows as they would be entered, with each quantity as it was understood. */
export function ImportPreview({ report, kinds }: { report: LedgerImportReport; kinds: readonly Kind[] }) {
  const { tell, pick, lang } = useLedgerSpeech();
  const known = new Map(kinds.map((kind) => [kind.code, kind]));
  const kindOf = (row: PreviewRow): Kind | null => (row.kind === null ? null : (known.get(row.kind) ?? null));
  if (report.preview.length === 0) return null;
  return (
    <section className="block">
      <h3>{tell('previewTitle', { n: report.preview.length })}</h3>
      <Table
        caption={tell('previewTitle', { n: report.preview.length })}
        rows={report.preview}
        keyOf={({ row }) => String(row)}
        columns={[
          { head: tell('row'), number: true, cell: ({ row }) => row },
          {
            head: tell('kind'),
            names: true,
            cell: (row) => {
              const kind = kindOf(row);
              return (
                <>
                  {kind ? pick(kind.name) : <span className="mark mark-warning">{tell('unknownWord')}</span>}
                  {kind?.name.zh === row.word ? null : <span className="under">{row.word}</span>}
                </>
              );
            },
          },
          { head: tell('unit'), cell: ({ unit, entry }) => [unit?.name, entry?.place].filter(Boolean).join(' ') },
          {
            head: tell('date'),
            cell: ({ entry }) =>
              entry === null ? '' : entry.startDate === '' ? entry.statedPeriod : formatDay(entry.startDate, lang),
          },
          {
            head: tell('quantity'),
            cell: (row) =>
              row.entry === null ? (
                <span className="mark mark-warning">{tell('rowRefused')}</span>
              ) : (
                <>
                  {row.entry.quantity.text}
                  {isPlain(row.entry.quantity) ? null : (
                    <span className="under">
                      {readBack(row.entry.quantity, unitName(kindOf(row) ?? { unit: '' }), lang)}
                    </span>
                  )}
                  {row.countsElsewhere ? <span className="under">{tell('countsElsewhere')}</span> : null}
                </>
              ),
          },
          {
            head: tell('reached'),
            cell: ({ entry }) =>
              entry?.reach.map(({ reach, quantity }) => (
                <span key={reach} className="detail">
                  <span className="muted">{pick(REACH_NAMES[reach].name)}</span> {quantity.text}
                </span>
              )),
          },
          { head: tell('titleOther'), cell: ({ entry }) => entry?.title },
        ]}
      />
    </section>
  );
}
