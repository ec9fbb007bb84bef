import { useState } from 'react';
import { formatCount, formatInstant } from '../../shared/format.ts';
import { MODE_WORDS } from '../../shared/wording.ts';
import { Table } from '../parts/table.tsx';
import { ListenDialog, Listening } from './Listen.tsx';
import { usePhoneSpeech } from './speech.ts';
import type { BoardView, LiveCall } from './wire.ts';
import { ATTEMPT_WORDS, CASE_STATE_WORDS } from './wording.ts';

const duration = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};

/** The calls that go on now, and how many cases stand where. */
export function Calls({ data }: { data: BoardView }) {
  const { tell, pick, lang } = usePhoneSpeech();
  const { calls, at, states, nextAt, state } = data;
  const [asking, setAsking] = useState<LiveCall | null>(null);
  return (
    <div className="block">
      <h2>{tell('callsNow')}</h2>
      {calls.length === 0 ? (
        <p className="muted">
          {tell('callsNone')}
          {nextAt !== null && state === 'running' ? tell('callsNext', { at: formatInstant(nextAt, lang) }) : null}
        </p>
      ) : (
        <Table
          caption={tell('callsNow')}
          rows={calls}
          keyOf={({ attempt }) => attempt}
          columns={[
            { head: tell('town'), names: true, cell: ({ unit }) => unit },
            { head: tell('interviewer'), cell: ({ interviewer }) => interviewer ?? '' },
            // Where a telephone shows it too.
            { head: tell('listening'), cell: (call) => <Listening call={call} ask={setAsking} /> },
            { head: tell('mode'), cell: ({ mode }) => pick(MODE_WORDS[mode]) },
            { head: tell('state'), cell: ({ state }) => pick(ATTEMPT_WORDS[state]) },
            {
              head: tell('duration'),
              number: true,
              cell: ({ askedAt, answeredAt }) => duration(at - (answeredAt ?? askedAt)),
            },
          ]}
        />
      )}
      {asking ? <ListenDialog call={asking} onClose={() => setAsking(null)} /> : null}
      <ul className="board-states" aria-label={tell('casesByState')}>
        {Object.entries(CASE_STATE_WORDS)
          .filter(([state]) => (states[state] ?? 0) > 0)
          .map(([state, text]) => (
            <li key={state}>
              {pick(text)} <strong>{formatCount(states[state] ?? 0)}</strong>
            </li>
          ))}
      </ul>
    </div>
  );
}
