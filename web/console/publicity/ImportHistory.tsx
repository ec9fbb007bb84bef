import { useState } from 'react';
import { Link } from 'wouter';
import { formatCount, formatInstant } from '../../shared/format.ts';
import { Empty } from '../parts/page.tsx';
import { Table } from '../parts/table.tsx';
import { undoImport } from './calls.ts';
import { useUnits } from './catalogue.ts';
import { ReasonDialog } from './ReasonDialog.tsx';
import { useLedgerSpeech } from './speech.ts';
import type { LedgerImportListing } from './wire.ts';

/** What was imported, and the way to undo it as a whole. */
export function ImportHistory(props: { imports: readonly LedgerImportListing[]; onUndone: (text: string) => void }) {
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
