import { useState } from 'react';
import { ApiError } from '../../shared/api.ts';
import { Dialog } from '../parts/confirm.tsx';
import { TextField } from '../parts/fields.tsx';
import { ErrorNote } from '../parts/page.tsx';
import { useTask } from '../remote.ts';
import { useLedgerSpeech } from './speech.ts';

/** Asks why before something that others will read. */
export function ReasonDialog(props: {
  title: string;
  body: string;
  action: string;
  run: (reason: string) => Promise<unknown>;
  onClose: () => void;
}) {
  const { tell } = useLedgerSpeech();
  const [reason, setReason] = useState('');
  const task = useTask(async () => {
    await props.run(reason);
    props.onClose();
  });
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          void task.run();
        }}
      >
        <p>{props.body}</p>
        <TextField label={tell('reason')} value={reason} onChange={setReason} />
        <ErrorNote error={task.error} />
        <div className="buttons">
          <button type="submit" className="button button-main" disabled={task.busy || reason.trim() === ''}>
            {task.busy ? tell('working') : props.action}
          </button>
          <button type="button" className="button" onClick={props.onClose}>
            {tell('cancel')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** The month is closed: it can be done all the same, as a correction that says why. */
export const isClosed = (error: unknown): boolean => error instanceof ApiError && error.code === 'OUTPUT_MONTH_CLOSED';
