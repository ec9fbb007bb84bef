import { useState } from 'react';
import { ErrorNote, Note } from '../parts/page.tsx';
import { useTask } from '../remote.ts';
import { useLedgerSpeech } from './speech.ts';

export interface Done {
  readonly text: string;
  readonly undo: (() => Promise<unknown>) | null;
}

/** What has just been done, and the way back. */
export function useUndo(reload: () => void) {
  const [done, setDone] = useState<Done | null>(null);
  return {
    done,
    forget: () => setDone(null),
    tell: (next: Done): void => {
      setDone(next);
      reload();
    },
  };
}

export function UndoNote({ undo }: { undo: ReturnType<typeof useUndo> }) {
  const { tell } = useLedgerSpeech();
  const task = useTask(async () => {
    await undo.done?.undo?.();
    undo.tell({ text: tell('undone'), undo: null });
  });
  return (
    <div className="undo-note" aria-live="polite">
      {undo.done ? (
        <Note kind="done">
          <p>
            {undo.done.text}{' '}
            {undo.done.undo ? (
              <button type="button" className="link" disabled={task.busy} onClick={() => void task.run()}>
                {tell(task.busy ? 'working' : 'undo')}
              </button>
            ) : null}
          </p>
        </Note>
      ) : null}
      <ErrorNote error={task.error} />
    </div>
  );
}
