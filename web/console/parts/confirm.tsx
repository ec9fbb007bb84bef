import { type ReactNode, useId, useLayoutEffect, useRef, useState } from 'react';
import { useSpeech } from '../context.tsx';
import { useTask } from '../remote.ts';
import { TextField } from './fields.tsx';
import { ErrorNote } from './page.tsx';

/** A modal window of the browser's own: focus is kept inside, Escape closes it. */
export function Dialog(props: { title: string; onClose: () => void; children: ReactNode }) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Closed before it is taken away: the browser then gives the focus back to where it was.
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (dialog && !dialog.open) dialog.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog ref={ref} aria-labelledby={id} onClose={props.onClose}>
      <h2 id={id}>{props.title}</h2>
      {props.children}
    </dialog>
  );
}

/** Asks by name before something that others will notice. */
export function ConfirmByName(props: {
  title: string;
  body: string;
  label: string;
  expected: string;
  action: string;
  run: () => Promise<void>;
  onClose: () => void;
}) {
  const { say } = useSpeech();
  const [typed, setTyped] = useState('');
  const task = useTask(async () => {
    await props.run();
    props.onClose();
  });
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.trim() === props.expected) void task.run();
        }}
      >
        <p>{props.body}</p>
        <TextField label={props.label} value={typed} onChange={setTyped} />
        <ErrorNote error={task.error} />
        <div className="buttons">
          <button type="submit" className="button button-main" disabled={typed.trim() !== props.expected || task.busy}>
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
