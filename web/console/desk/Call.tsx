import { useState } from 'react';
import { TextField } from '../parts/fields.tsx';
import { dial, hangUp, reportCall } from './calls.ts';
import { KeyButton } from './KeyButton.tsx';
import { useKeys } from './keyboard.ts';
import { dialledNumber } from './number.ts';
import { keepOwnTelephone, readOwnTelephone } from './own-telephone.ts';
import { Stage } from './Stage.tsx';
import { useDeskSpeech } from './speech.ts';
import type { Desk } from './useDesk.ts';
import type { CallResult, DeskCase } from './wire.ts';

export type ShownNumber = { readonly rank: number; readonly number: string } | null;

/** The number to call: masked, or whole once somebody asked for it. */
export const numberText = (one: DeskCase, shown: ShownNumber): string => {
  const first = one.numbers.find(({ isLive }) => isLive);
  return (shown ? dialledNumber(shown.number) : first?.masked) ?? '—';
};

/** A case in hand that was not called yet. */
export function ToCall(props: {
  one: DeskCase;
  number: ShownNumber;
  desk: Desk;
  release: () => void;
  reveal: () => void;
}) {
  const { one, number, desk, release, reveal } = props;
  const { tell } = useDeskSpeech();
  const [telephone, setTelephone] = useState(readOwnTelephone);
  const call = () => {
    if (one.bridges) keepOwnTelephone(telephone);
    desk.change((held) => dial(held, one.bridges && telephone.trim() ? telephone.trim() : null));
  };
  useKeys({ ...(one.mayCallNow ? { d: call } : {}) });
  return (
    <Stage name={`call ${one.lease}`} title={`${one.unit.name} · ${numberText(one, number)}`}>
      {one.mayCallNow ? <p>{tell('dialHow')}</p> : <Closed />}
      {one.bridges ? (
        <div className="desk-telephone">
          <TextField
            label={tell('ownTelephone')}
            hint={tell('ownTelephoneHint')}
            value={telephone}
            onChange={setTelephone}
            optional
          />
        </div>
      ) : null}
      <div className="buttons">
        <KeyButton name="D" text={tell('dial')} press={call} off={!one.mayCallNow || desk.busy} main />
        <KeyButton name="R" text={tell('reveal')} press={reveal} off={number !== null} />
        <KeyButton name="X" text={tell('release')} press={release} off={desk.busy} />
      </div>
    </Stage>
  );
}

/** The carrier gave the call up before it reached the respondent: there is no result, the case goes back as it was. */
export function NotCalled({ call, release, busy }: { call: string; release: () => void; busy: boolean }) {
  const { tell } = useDeskSpeech();
  return (
    <Stage name={`not-called ${call}`} title={tell('notCalled')}>
      <p>{tell('notCalledHow')}</p>
      <KeyButton name="X" text={tell('release')} press={release} off={busy} main />
    </Stage>
  );
}

function Closed() {
  const { tell } = useDeskSpeech();
  return (
    <div className="note note-warning">
      <p>{tell('outsideHours')}</p>
    </div>
  );
}

const RESULTS: readonly (readonly [
  key: string,
  result: CallResult,
  word: 'resultAnswered' | 'resultBusy' | 'resultNoAnswer' | 'resultFailed',
])[] = [
  ['1', 'answered', 'resultAnswered'],
  ['2', 'busy', 'resultBusy'],
  ['3', 'no-answer', 'resultNoAnswer'],
  ['4', 'failed', 'resultFailed'],
];

/** The call is being made: by hand, and the interviewer says what came of it; or by the carrier. */
export function Connecting(props: {
  one: DeskCase;
  number: ShownNumber;
  desk: Desk;
  reveal: () => void;
  close: () => void;
}) {
  const { one, number, desk, reveal, close } = props;
  const { tell } = useDeskSpeech();
  const isByHand = one.attempt?.carrier === 'manual';
  const report = (result: CallResult) => desk.change((held) => reportCall(held, result));
  const end = () => desk.change(hangUp);
  useKeys(isByHand ? Object.fromEntries(RESULTS.map(([key, result]) => [key, () => report(result)])) : { h: end });
  if (!isByHand) {
    return (
      <Stage name={`connecting ${one.attempt?.id}`} title={`${one.unit.name} · ${numberText(one, number)}`}>
        <p role="status">{tell('ringing')}</p>
        <div className="buttons">
          <KeyButton name="H" text={tell('hangUp')} press={end} off={desk.busy} />
        </div>
      </Stage>
    );
  }
  return (
    <Stage
      name={`dial ${one.attempt?.id}`}
      above={<p className="overline">{tell('dialByHand')}</p>}
      title={numberText(one, number)}
    >
      {number === null ? (
        <p>
          <KeyButton name="R" text={tell('reveal')} press={reveal} />
        </p>
      ) : (
        <p className="muted">{tell('revealed')}</p>
      )}
      <h3>{tell('whatHappened')}</h3>
      <ul className="desk-choices">
        {RESULTS.map(([key, result, word]) => (
          <li key={key}>
            <button
              type="button"
              className="desk-choice"
              disabled={desk.busy}
              aria-keyshortcuts={key}
              onClick={() => report(result)}
            >
              <kbd>{key}</kbd> {tell(word)}
            </button>
          </li>
        ))}
      </ul>
      <p>
        <KeyButton name="E" text={tell('outcome')} press={close} />
      </p>
    </Stage>
  );
}
