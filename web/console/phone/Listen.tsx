import { useState } from 'react';
import { errorSentence } from '../../../src/core/errors.ts';
import { formatInstant } from '../../shared/format.ts';
import { useStaff } from '../context.tsx';
import { keepOwnTelephone, readOwnTelephone } from '../desk/own-telephone.ts';
import { Dialog } from '../parts/confirm.tsx';
import { TextField } from '../parts/fields.tsx';
import { ErrorNote } from '../parts/page.tsx';
import { useTask } from '../remote.ts';
import { leaveCall, listenToCall } from './calls.ts';
import { usePhoneSpeech } from './speech.ts';
import type { LiveCall } from './wire.ts';

/** Who listens to a call, and the way to listen; without one, why not. */
export function Listening({ call, ask }: { call: LiveCall; ask: (call: LiveCall) => void }) {
  const { tell, lang } = usePhoneSpeech();
  const { user, may } = useStaff();
  const { obstacle, by } = call.listening;
  const own = by.find((one) => one.by === user.id);
  const leave = useTask(async (id: string) => {
    await leaveCall(id);
  });
  return (
    <>
      {by.map(({ id, name, since }) => (
        <p key={id}>
          {since === null
            ? tell('listenRinging', { name })
            : tell('listensSince', { name, at: formatInstant(since, lang) })}
        </p>
      ))}
      {own ? (
        <button
          type="button"
          className="button button-small"
          disabled={leave.busy}
          onClick={() => void leave.run(own.id)}
        >
          {tell('listenEnd')}
        </button>
      ) : obstacle !== null ? (
        <span className="muted">{errorSentence({ code: obstacle, details: {} }, lang)}</span>
      ) : may('call.listen') ? (
        <button type="button" className="button button-small" onClick={() => ask(call)}>
          {tell('listen')}
        </button>
      ) : null}
      <ErrorNote error={leave.error} />
    </>
  );
}

/** Asks for the supervisor's own telephone, which the carrier then rings. */
export function ListenDialog({ call, onClose }: { call: LiveCall; onClose: () => void }) {
  const { tell, say } = usePhoneSpeech();
  const [number, setNumber] = useState(readOwnTelephone);
  const task = useTask(async () => {
    await listenToCall(call.attempt, number.trim());
    keepOwnTelephone(number.trim());
    onClose();
  });
  return (
    <Dialog title={tell('listenTitle', { unit: call.unit, name: call.interviewer ?? '' })} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void task.run();
        }}
      >
        <p>{tell('listenBody')}</p>
        <TextField label={tell('listenNumber')} hint={tell('listenNumberHint')} value={number} onChange={setNumber} />
        <ErrorNote error={task.error} />
        <div className="buttons">
          <button type="submit" className="button button-main" disabled={task.busy || number.trim() === ''}>
            {task.busy ? say('working') : tell('listen')}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {say('cancel')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
