import { useState } from 'react';
import { MEDIA_LEVELS } from '../../../src/core/publicity/kinds.ts';
import { MEDIA_LEVEL_NAMES, unitName } from '../../../src/core/publicity/names.ts';
import { ApiError } from '../../shared/api.ts';
import { inBrackets } from '../../shared/format.ts';
import { Dialog } from '../parts/confirm.tsx';
import { SelectField, TextField } from '../parts/fields.tsx';
import { ErrorNote } from '../parts/page.tsx';
import { useTask } from '../remote.ts';
import { useLedgerSpeech } from './speech.ts';
import type { Kind, OutputEdit } from './wire.ts';

/** One change for many entries: what is left empty stays as it is. */
export function EditMany(props: {
  n: number;
  kinds: readonly Kind[];
  run: (change: OutputEdit, reason: string | undefined) => Promise<unknown>;
  onClose: () => void;
}) {
  const { tell, pick, lang } = useLedgerSpeech();
  const [fields, setFields] = useState({ kind: '', startDate: '', place: '', outlet: '', mediaLevel: '', note: '' });
  const [reason, setReason] = useState('');
  const change = Object.fromEntries(Object.entries(fields).filter(([, value]) => value.trim() !== ''));
  const task = useTask(async () => {
    await props.run(change, reason.trim() || undefined);
    props.onClose();
  });
  const field = (name: keyof typeof fields) => ({
    value: fields[name],
    required: false,
    onChange: (value: string) => setFields({ ...fields, [name]: value }),
  });
  const isClosed = task.error instanceof ApiError && task.error.code === 'OUTPUT_MONTH_CLOSED';
  return (
    <Dialog title={tell('editManyTitle', { n: props.n })} onClose={props.onClose}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          void task.run();
        }}
      >
        <p>{tell('editManyBody')}</p>
        <SelectField
          label={tell('kind')}
          {...field('kind')}
          options={[
            ['', '—'],
            ...props.kinds.map(
              (kind) => [kind.code, pick(kind.name) + inBrackets(pick(unitName(kind)), lang)] as const,
            ),
          ]}
        />
        <TextField label={tell('date')} type="date" {...field('startDate')} />
        <TextField label={tell('place')} {...field('place')} />
        <TextField label={tell('outlet')} {...field('outlet')} />
        <SelectField
          label={tell('mediaLevel')}
          {...field('mediaLevel')}
          options={[['', '—'], ...MEDIA_LEVELS.map((level) => [level, pick(MEDIA_LEVEL_NAMES[level])] as const)]}
        />
        <TextField label={tell('note')} {...field('note')} />
        <ErrorNote error={task.error} />
        {isClosed || reason !== '' ? <TextField label={tell('reason')} value={reason} onChange={setReason} /> : null}
        <div className="buttons">
          <button type="submit" className="button button-main" disabled={task.busy || Object.keys(change).length === 0}>
            {task.busy ? tell('working') : tell('save')}
          </button>
          <button type="button" className="button" onClick={props.onClose}>
            {tell('cancel')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
