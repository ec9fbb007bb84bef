import { useId } from 'react';
import { REACH_NAMES } from '../../../src/core/publicity/names.ts';
import { REACHES } from '../../../src/core/publicity/totals.ts';
import { TextField } from '../parts/fields.tsx';
import { today } from './dates.ts';
import type { Draft } from './draft.ts';
import { isReadOff, readTyped, usualReach } from './reading.ts';
import { useLedgerSpeech } from './speech.ts';
import type { Kind } from './wire.ts';

type Reached = Draft['reach'];

/** What reached people: the usual one is there at once, others are added. Reads and persons stay apart. */
export function ReachFields(props: {
  kind: Kind;
  value: Reached;
  error: string | null;
  onChange: (value: Reached) => void;
}) {
  const { tell, pick, lang } = useLedgerSpeech();
  const id = useId();
  const { value, onChange } = props;
  const usual = usualReach(props.kind);
  const left = [...usual, ...REACHES.filter((one) => !usual.includes(one))].filter(
    (one) => !value.some(({ reach }) => reach === one),
  );
  const change = (index: number, part: Partial<Reached[number]>): void =>
    onChange(value.map((one, i) => (i === index ? { ...one, ...part } : one)));
  return (
    <>
      {value.map((one, index) => {
        const { name, unit } = REACH_NAMES[one.reach];
        const read = readTyped(one.quantity, unit, lang);
        return (
          <div key={one.reach} className="reach">
            <TextField
              // 参与人次（人次） would say it twice.
              label={
                pick(name).toLowerCase().includes(unit[lang])
                  ? pick(name)
                  : tell('quantityOf', { what: pick(name), unit: unit[lang] })
              }
              optional
              value={one.quantity}
              error={index === value.length - 1 ? props.error : null}
              onChange={(quantity) =>
                change(index, {
                  quantity,
                  ...(isReadOff(one.reach) && one.asOf === '' && quantity !== '' ? { asOf: today() } : {}),
                })
              }
            />
            <p className="read-back" role="status">
              {read === null ? '' : tell('readAs', { text: read })}
            </p>
            {isReadOff(one.reach) && one.quantity !== '' ? (
              <TextField
                label={tell('asOf')}
                type="date"
                required={false}
                value={one.asOf}
                onChange={(asOf) => change(index, { asOf })}
              />
            ) : null}
          </div>
        );
      })}
      {left.length > 0 ? (
        <p className="quick">
          <label htmlFor={id} className="visually-hidden">
            {tell('addReach')}
          </label>
          <select
            id={id}
            value=""
            onChange={({ target }) => {
              const reach = left.find((one) => one === target.value);
              if (reach) onChange([...value, { reach, quantity: '', asOf: '' }]);
            }}
          >
            <option value="">＋ {tell('addReach')}</option>
            {left.map((one) => (
              <option key={one} value={one}>
                {pick(REACH_NAMES[one].name)}
              </option>
            ))}
          </select>
        </p>
      ) : null}
    </>
  );
}
