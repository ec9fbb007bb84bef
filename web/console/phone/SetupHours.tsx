import { DAY_KINDS } from '../../../src/core/sample/calling-rules.ts';
import { CheckField, SelectField, TextField } from '../parts/fields.tsx';
import { readWindows, windowsText } from './hours-text.ts';
import { usePhoneSpeech } from './speech.ts';
import type { DayKind, Hours, Region, Slot } from './wire.ts';
import { DAY_WORDS } from './wording.ts';

/** Hours, regions and slots of the settings: as text while they are written, read when they are saved. */

type HoursText = Readonly<Record<DayKind, string>>;
interface RegionText {
  readonly id: number;
  readonly unitPrefix: string;
  readonly offset: string;
  readonly hours: HoursText | null;
}

export const hoursText = (hours: Hours): HoursText =>
  Object.fromEntries(DAY_KINDS.map((kind) => [kind, windowsText(hours[kind])])) as unknown as HoursText;

export function readHours(text: HoursText): Hours | null {
  const read = DAY_KINDS.map((kind) => [kind, readWindows(text[kind])] as const);
  return read.some(([, windows]) => windows === null) ? null : (Object.fromEntries(read) as unknown as Hours);
}

/** A region that lives by another clock, or is called at other hours. */
export function RegionFields(props: {
  region: RegionText;
  /** What its own hours begin with. */
  usual: HoursText;
  change: (changes: Partial<RegionText>) => void;
  remove: () => void;
}) {
  const { region, usual, change, remove } = props;
  const { tell } = usePhoneSpeech();
  return (
    <fieldset className="setup-region">
      <legend className="visually-hidden">{tell('regionOf', { unit: region.unitPrefix })}</legend>
      <div className="field-row">
        <TextField
          label={tell('regionPrefix')}
          value={region.unitPrefix}
          onChange={(unitPrefix) => change({ unitPrefix })}
        />
        <TextField
          label={tell('regionOffset')}
          type="number"
          min={-720}
          max={840}
          value={region.offset}
          onChange={(offset) => change({ offset })}
        />
        <CheckField
          label={tell('regionOwnHours')}
          checked={region.hours !== null}
          onChange={(own) => change({ hours: own ? usual : null })}
        />
        <button type="button" className="button" onClick={remove}>
          {tell('remove')}
        </button>
      </div>
      {region.hours ? <HoursFields value={region.hours} onChange={(own) => change({ hours: own })} /> : null}
    </fieldset>
  );
}

type SlotText = Pick<Slot, 'code' | 'days'> & { readonly window: string; readonly most: string };

/** A slot with a code that no other has: calls are counted under it. */
export function newSlot(taken: readonly string[]): SlotText {
  let n = 1;
  while (taken.includes(`slot-${n}`)) n += 1;
  return { code: `slot-${n}`, days: ['weekday'], window: '', most: '2' };
}

export function SlotFields(props: {
  slot: SlotText;
  change: (changes: Partial<SlotText>) => void;
  remove: () => void;
}) {
  const { slot, change, remove } = props;
  const { tell, pick } = usePhoneSpeech();
  const own = slot.days.join(' ');
  const choices = [...new Set([own, ...DAY_KINDS])];
  return (
    <fieldset className="setup-slot">
      <legend className="visually-hidden">{tell('slotOf', { code: slot.code })}</legend>
      <SelectField
        label={tell('slotDays')}
        value={own}
        onChange={(value) => change({ days: DAY_KINDS.filter((kind) => value.split(' ').includes(kind)) })}
        options={choices.map((value) => [
          value,
          DAY_KINDS.filter((kind) => value.split(' ').includes(kind))
            .map((kind) => pick(DAY_WORDS[kind]))
            .join('、'),
        ])}
      />
      <TextField label={tell('slotWindow')} value={slot.window} onChange={(window) => change({ window })} />
      <TextField
        label={tell('slotMost')}
        type="number"
        min={0}
        max={30}
        value={slot.most}
        onChange={(most) => change({ most })}
      />
      <button type="button" className="button" onClick={remove}>
        {tell('remove')}
      </button>
    </fieldset>
  );
}

export function HoursFields({ value, onChange }: { value: HoursText; onChange: (value: HoursText) => void }) {
  const { tell, pick } = usePhoneSpeech();
  return (
    <div className="field-row">
      {DAY_KINDS.map((kind) => (
        <TextField
          key={kind}
          label={pick(DAY_WORDS[kind])}
          value={value[kind]}
          optional
          error={readWindows(value[kind]) === null ? tell('hoursBad') : null}
          onChange={(text) => onChange({ ...value, [kind]: text })}
        />
      ))}
    </div>
  );
}

export const regionText = (region: Region, id: number): RegionText => ({
  id,
  unitPrefix: region.unitPrefix,
  offset: region.offsetMinutes === undefined ? '' : String(region.offsetMinutes),
  hours: region.hours ? hoursText(region.hours) : null,
});

export function readRegion({ unitPrefix, offset, hours }: RegionText): Region | null {
  const own = hours === null ? null : readHours(hours);
  if (unitPrefix.trim() === '' || (hours !== null && own === null)) return null;
  return {
    unitPrefix: unitPrefix.trim(),
    ...(offset === '' ? {} : { offsetMinutes: Number(offset) }),
    ...(own === null ? {} : { hours: own }),
  };
}

export const slotText = ({ code, days, max, ...window }: Slot): SlotText => ({
  code,
  days,
  window: windowsText([window]),
  most: String(max),
});

export function readSlot({ code, days, window, most }: SlotText): Slot | null {
  const [one, ...more] = readWindows(window) ?? [];
  return one && more.length === 0 ? { code, days, ...one, max: Number(most) } : null;
}
