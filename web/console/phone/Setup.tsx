import { useState } from 'react';
import { MODE_WORDS } from '../../shared/wording.ts';
import { CheckField, SelectField, TextField } from '../parts/fields.tsx';
import { ErrorNote, Note } from '../parts/page.tsx';
import { useTask } from '../remote.ts';
import { AreaField } from './AreaField.tsx';
import { saveCampaign } from './calls.ts';
import { readDays } from './hours-text.ts';
import {
  HoursFields,
  hoursText,
  newSlot,
  RegionFields,
  readHours,
  readRegion,
  readSlot,
  regionText,
  SlotFields,
  slotText,
} from './SetupHours.tsx';
import { usePhoneSpeech } from './speech.ts';
import type { CallingRules, CampaignView } from './wire.ts';
import { CARRIER_WORDS } from './wording.ts';

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
  const [callIns, setCallIns] = useState(campaign.callIns);
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
      ...{ carrier, modes, rules: read, recording, callIns, consentText: consent },
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
        {regions.map((region, i) => (
          <RegionFields
            key={region.id}
            region={region}
            usual={hours}
            change={(changes) => setRegions(regions.map((other, k) => (k === i ? { ...other, ...changes } : other)))}
            remove={() => setRegions(regions.filter((_, k) => k !== i))}
          />
        ))}
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
        <SelectField
          label={tell('callIns')}
          hint={tell('callInsHint')}
          value={callIns}
          onChange={(value) => setCallIns(value === 'call-back' ? 'call-back' : 'answer')}
          options={[
            ['answer', tell('callInsAnswer')],
            ['call-back', tell('callInsBack')],
          ]}
        />
        <p className="hint">{tell('promptsLink')}</p>
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
