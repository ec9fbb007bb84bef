import { KeyButton } from './KeyButton.tsx';
import { Stage } from './Stage.tsx';
import { useDeskSpeech } from './speech.ts';
import { clockOf } from './times.ts';
import type { DeskView } from './wire.ts';

/** Nothing in hand: one key takes the next case. */
export function Idle({ waiting, busy, next }: { waiting: DeskView['waiting']; busy: boolean; next: () => void }) {
  const { tell } = useDeskSpeech();
  const why =
    waiting === null
      ? null
      : waiting.reason === 'not-running'
        ? tell('notRunning')
        : waiting.nextAt === null
          ? tell('noneDue')
          : tell('noneDueUntil', { time: clockOf(waiting.nextAt) });
  return (
    <Stage name="idle" title={tell('ready')}>
      {why === null ? null : (
        <div className="note note-plain" role="status">
          <p>{why}</p>
        </div>
      )}
      <p>{tell('readyHow')}</p>
      <KeyButton name="Enter" text={tell('next')} press={next} off={busy} main />
    </Stage>
  );
}

export function OnBreak({ since, end }: { since: number; end: () => void }) {
  const { tell } = useDeskSpeech();
  return (
    <Stage name="break" title={tell('onBreak', { time: clockOf(since) })}>
      <p>{tell('onBreakHow')}</p>
      <KeyButton name="B" text={tell('endBreak')} press={end} main />
    </Stage>
  );
}
