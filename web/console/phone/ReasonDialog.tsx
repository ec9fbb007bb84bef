import { type ReactNode, useState } from 'react';
import { Dialog } from '../parts/confirm.tsx';
import { TextField } from '../parts/fields.tsx';
import { ErrorNote } from '../parts/page.tsx';
import { useTask } from '../remote.ts';
import { usePhoneSpeech } from './speech.ts';

/** Asks for the reason of what others will notice; it is kept in the log. */
export function ReasonDialog(props: {
  title: string;
  body: string;
  action: string;
  children?: ReactNode;
  run: (reason: string) => Promise<void>;
  onClose: () => void;
}) {
  const { tell, say } = usePhoneSpeech();
  const [reason, setReason] = useState('');
  const task = useTask(async () => {
    await props.run(reason.trim());
    props.onClose();
  });
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void task.run();
        }}
      >
        <p>{props.body}</p>
        {props.children}
        <TextField label={tell('reason')} hint={tell('reasonHint')} value={reason} onChange={setReason} />
        <ErrorNote error={task.error} />
        <div className="buttons">
          <button type="submit" className="button button-main" disabled={task.busy || reason.trim().length < 2}>
            {task.busy ? say('working') : props.action}
          </button>
          <button type="button" className="button" onClick={props.onClose}>
            {say('cancel')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
