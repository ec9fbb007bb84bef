import { useState } from 'react';
import { DAY_KINDS } from '../../../src/core/sample/calling-rules.ts';
import { MODE_WORDS } from '../../shared/wording.ts';
import { CheckField, SelectField, TextField } from '../parts/fields.tsx';
import { ErrorNote, Note } from '../parts/page.tsx';
import { useTask } from '../remote.ts';
import { AreaField } from './AreaField.tsx';
import { saveCampaign } from './calls.ts';
import { readDays, readWindows, windowsText } from './hours-text.ts';
import { usePhoneSpeech } from './speech.ts';
import type { CallingRules, CampaignView, DayKind, Hours, Region, Slot } from './wire.ts';
import { CARRIER_WORDS, DAY_WORDS } from './wording.ts';

type HoursText = Readonly<Record<DayKind, string>>;
interface RegionText {
  readonly id: number;
  readonly unitPrefix: string;
  readonly offset: string;
  readonly hours: HoursText | null;
}

const hoursText = (hours: Hours): HoursText =>
  Object.fromEntries(DAY_KINDS.map((kind) => [kind, windowsText(hours[kind])])) as unknown as HoursText;

function readHours(text: HoursText): Hours | null {
  const read = DAY_KINDS.map((kind) => [kind, readWindows(text[kind])] as const);
  return read.some(([, windows]) => windows === null) ? null : (Object.fromEntries(read) as unknown as Hours);
}

const RULE_NUMBERS = [
  'maxAttempts',
  'maxPerDay',
  'minGapMinutes',
  'refusalCoolOffDays',
  'refusalConversions',
  'ringSeconds',
  'leaseMinutes',
] as const;
const DELAYS = ['no-answer', 'busy', 'machine', 'technical', 'dropped', 'other'] as const;

/** How the wave is called: everything that the scheduler and the desk go by. */
export function SetupTab({ campaign, reload }: { campaign: CampaignView; reload: () => void }) {
  const { tell, pick, say } = usePhoneSpeech();
  const { rules, wave } = campaign;
  const [carrier, setCarrier] = useState(campaign.carrier);
  const [modes, setModes] = useState(campaign.modes);
  const [hours, setHours] = useState(hoursText(rules.hours));
  const [regions, setRegions] = useState(rules.regions.map(regionText));
  const [days, setDays] = useState({ holidays: rules.holidays.join('\n'), workdays: rules.workdays.join('\n') });
  const [numbers, setNumbers] = useState(
    Object.fromEntries(RULE_NUMBERS.map((name) => [name, String(rules[name])])) as Record<
      (typeof RULE_NUMBERS)[number],
      string
    >,
  );
  const [delays, setDelays] = useState<Record<string, string>>(
    Object.fromEntries(DELAYS.map((name) => [name, String(rules.delays[name])])),
  );
  const [slots, setSlots] = useState(rules.slots.map(slotText));
  const [target, setTarget] = useState(campaign.targetPerTown === null ? '' : String(campaign.targetPerTown));
  const [lines, setLines] = useState(String(campaign.lines));
  const [perSecond, setPerSecond] = useState(String(campaign.callsPerSecond));
  const [callerId, setCallerId] = useState(campaign.callerId ?? '');
  const [consent, setConsent] = useState(campaign.consentText);
  const [recording, setRecording] = useState(campaign.recording);
  const [share, setShare] = useState(String(Math.round(campaign.reviewShare * 1000) / 10));
  const [problem, setProblem] = useState<string | null>(null);
  const [isSaved, setIsSaved] = useState(false);

  function readRules(): CallingRules | null {
    const own = readHours(hours);
    const read = regions.map(readRegion);
    const holidays = readDays(days.holidays);
    const workdays = readDays(days.workdays);
    const slotsRead = slots.map(readSlot);
    if (own === null || read.includes(null)) setProblem(tell('hoursBad'));
    else if (holidays === null || workdays === null) setProblem(tell('daysBad'));
    else if (slotsRead.includes(null)) setProblem(tell('slotsBad'));
    else {
      return {
        ...rules,
        ...Object.fromEntries(Object.entries(numbers).map(([name, text]) => [name, Number(text)])),
        hours: own,
        regions: read.flatMap((region) => region ?? []),
        ...{ holidays, workdays, slots: slotsRead.flatMap((slot) => slot ?? []) },
        delays: {
          ...rules.delays,
          ...Object.fromEntries(Object.entries(delays).map(([name, text]) => [name, Number(text)])),
        },
      };
    }
    return null;
  }

  const task = useTask(async () => {
    setIsSaved(false);
    setProblem(null);
    const read = readRules();
    if (read === null) return;
    await saveCampaign(wave.code, {
      ...{ carrier, modes, rules: read, recording, consentText: consent },
      targetPerTown: target === '' ? null : Number(target),
      ...{ lines: Number(lines), callsPerSecond: Number(perSecond), callerId: callerId.trim() || null },
      reviewShare: Number(share) / 100,
    });
    setIsSaved(true);
    reload();
  });

  return (
    <form
      className="setup"
      onChange={() => setIsSaved(false)}
      onSubmit={(event) => {
        event.preventDefault();
        void task.run();
      }}
    >
      <p className="hint">{tell('setupLead')}</p>
      <section aria-labelledby="setup-line">
        <h2 id="setup-line">{tell('setupLine')}</h2>
        <div className="field-row">
          <SelectField
            label={tell('carrier')}
            value={carrier}
            onChange={(value) => setCarrier(value as typeof carrier)}
            options={Object.entries(CARRIER_WORDS).map(([value, text]) => [value, pick(text)])}
          />
          <TextField
            label={tell('callerId')}
            hint={tell('callerIdHint')}
            value={callerId}
            onChange={setCallerId}
            optional
          />
          <TextField label={tell('lines')} type="number" min={1} max={2000} value={lines} onChange={setLines} />
          <TextField
            label={tell('callsPerSecond')}
            hint={tell('callsPerSecondHint')}
            value={perSecond}
            onChange={setPerSecond}
          />
        </div>
        <fieldset className="field">
          <legend>{tell('modes')}</legend>
          {(['phone', 'keypad'] as const).map((mode) => (
            <CheckField
              key={mode}
              label={pick(MODE_WORDS[mode])}
              checked={modes.includes(mode)}
              onChange={(checked) => setModes(checked ? [...modes, mode] : modes.filter((other) => other !== mode))}
            />
          ))}
        </fieldset>
      </section>

      <section aria-labelledby="setup-hours">
        <h2 id="setup-hours">{tell('setupHours')}</h2>
        <p className="hint">{tell('setupHoursHint')}</p>
        <HoursFields value={hours} onChange={setHours} />
        <div className="field-row">
          <AreaField
            label={tell('holidays')}
            hint={tell('daysHint')}
            rows={3}
            value={days.holidays}
            onChange={(holidays) => setDays({ ...days, holidays })}
          />
          <AreaField
            label={tell('workdays')}
            hint={tell('workdaysHint')}
            rows={3}
            value={days.workdays}
            onChange={(workdays) => setDays({ ...days, workdays })}
          />
        </div>
        <h3>{tell('regions')}</h3>
        <p className="hint">{tell('regionsHint')}</p>
        {regions.map((region, i) => {
          const change = (changes: Partial<RegionText>) =>
            setRegions(regions.map((other, k) => (k === i ? { ...other, ...changes } : other)));
          return (
            <fieldset key={region.id} className="setup-region">
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
                  onChange={(own) => change({ hours: own ? hours : null })}
                />
                <button type="button" className="button" onClick={() => setRegions(regions.filter((_, k) => k !== i))}>
                  {tell('remove')}
                </button>
              </div>
              {region.hours ? <HoursFields value={region.hours} onChange={(own) => change({ hours: own })} /> : null}
            </fieldset>
          );
        })}
        <button
          type="button"
          className="button"
          onClick={() =>
            setRegions([
              ...regions,
              { id: Math.max(0, ...regions.map(({ id }) => id)) + 1, unitPrefix: '', offset: '480', hours: null },
            ])
          }
        >
          {tell('regionAdd')}
        </button>
      </section>

      <section aria-labelledby="setup-attempts">
        <h2 id="setup-attempts">{tell('setupAttempts')}</h2>
        <div className="field-row">
          {RULE_NUMBERS.map((name) => (
            <TextField
              key={name}
              label={tell(name)}
              type="number"
              min={0}
              value={numbers[name]}
              onChange={(value) => setNumbers({ ...numbers, [name]: value })}
            />
          ))}
        </div>
        <h3>{tell('slots')}</h3>
        <p className="hint">{tell('slotsHint')}</p>
        {slots.map((slot, i) => (
          <SlotFields
            key={slot.code}
            slot={slot}
            change={(changes) => setSlots(slots.map((other, k) => (k === i ? { ...other, ...changes } : other)))}
            remove={() => setSlots(slots.filter((_, k) => k !== i))}
          />
        ))}
        <button
          type="button"
          className="button"
          onClick={() => setSlots([...slots, newSlot(slots.map(({ code }) => code))])}
        >
          {tell('slotAdd')}
        </button>
        <details>
          <summary>{tell('delays')}</summary>
          <div className="field-row">
            {DELAYS.map((name) => (
              <TextField
                key={name}
                label={tell(`delay-${name}`)}
                type="number"
                min={0}
                value={delays[name] ?? ''}
                onChange={(value) => setDelays({ ...delays, [name]: value })}
              />
            ))}
          </div>
        </details>
      </section>

      <section aria-labelledby="setup-people">
        <h2 id="setup-people">{tell('setupPeople')}</h2>
        <div className="field-row">
          <TextField
            label={tell('targetPerTown')}
            hint={tell('targetPerTownHint')}
            type="number"
            min={1}
            max={100000}
            value={target}
            onChange={setTarget}
            optional
          />
          <TextField label={tell('reviewShare')} hint={tell('reviewShareHint')} value={share} onChange={setShare} />
        </div>
        <CheckField label={tell('recording')} checked={recording} onChange={setRecording} />
        <AreaField
          label={tell('consentZh')}
          rows={3}
          value={consent.zh}
          onChange={(zh) => setConsent({ ...consent, zh })}
        />
        <AreaField
          label={tell('consentEn')}
          rows={3}
          value={consent.en}
          onChange={(en) => setConsent({ ...consent, en })}
        />
      </section>

      <ErrorNote error={task.error} />
      {problem === null ? null : (
        <p className="field-error" role="alert">
          {problem}
        </p>
      )}
      {isSaved ? (
        <Note kind="done">
          <p>{tell('setupSaved')}</p>
        </Note>
      ) : null}
      <div className="buttons">
        <button type="submit" className="button button-main" disabled={task.busy}>
          {say(task.busy ? 'working' : 'save')}
        </button>
      </div>
    </form>
  );
}

type SlotText = Pick<Slot, 'code' | 'days'> & { readonly window: string; readonly most: string };

/** A slot with a code that no other has: calls are counted under it. */
function newSlot(taken: readonly string[]): SlotText {
  let n = 1;
  while (taken.includes(`slot-${n}`)) n += 1;
  return { code: `slot-${n}`, days: ['weekday'], window: '', most: '2' };
}

function SlotFields(props: { slot: SlotText; change: (changes: Partial<SlotText>) => void; remove: () => void }) {
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

function HoursFields({ value, onChange }: { value: HoursText; onChange: (value: HoursText) => void }) {
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

const regionText = (region: Region, id: number): RegionText => ({
  id,
  unitPrefix: region.unitPrefix,
  offset: region.offsetMinutes === undefined ? '' : String(region.offsetMinutes),
  hours: region.hours ? hoursText(region.hours) : null,
});

function readRegion({ unitPrefix, offset, hours }: RegionText): Region | null {
  const own = hours === null ? null : readHours(hours);
  if (unitPrefix.trim() === '' || (hours !== null && own === null)) return null;
  return {
    unitPrefix: unitPrefix.trim(),
    ...(offset === '' ? {} : { offsetMinutes: Number(offset) }),
    ...(own === null ? {} : { hours: own }),
  };
}

const slotText = ({ code, days, max, ...window }: Slot): SlotText => ({
  code,
  days,
  window: windowsText([window]),
  most: String(max),
});

function readSlot({ code, days, window, most }: SlotText): Slot | null {
  const [one, ...more] = readWindows(window) ?? [];
  return one && more.length === 0 ? { code, days, ...one, max: Number(most) } : null;
}
