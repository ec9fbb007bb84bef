import { type ReactNode, useState } from 'react';
import { formatCount } from '../../shared/format.ts';
import { MODE_WORDS } from '../../shared/wording.ts';
import { listUnits } from '../calls.ts';
import { SelectField, TextField } from '../parts/fields.tsx';
import { ImportJobs, JobUnderWay, useImportJobs } from '../parts/import-jobs.tsx';
import { Empty, ErrorNote, Note } from '../parts/page.tsx';
import { Facts, Problems, Table } from '../parts/table.tsx';
import { CheckedUpload } from '../parts/upload.tsx';
import { useRemote, useTask } from '../remote.ts';
import { AreaField } from './AreaField.tsx';
import { numberJobs, startDraw, startNumbers } from './calls.ts';
import { placesOf, readDraws } from './pasted.ts';
import { usePhoneSpeech } from './speech.ts';
import { Wrong } from './Wrong.tsx';
import type { CampaignView, NumberDraw, NumberReport } from './wire.ts';

/** The numbers of a wave: out of a list, or drawn at random from prefixes. Both are checked before they are written. */
export function NumbersTab({ campaign, reload }: { campaign: CampaignView; reload: () => void }) {
  const { tell, pick } = usePhoneSpeech();
  const [months, setMonths] = useState('6');
  const [areaCode, setAreaCode] = useState('');
  const [mode, setMode] = useState<'phone' | 'keypad' | ''>(campaign.modes[0] ?? '');
  const source = numberJobs(campaign.wave.code);
  const jobs = useImportJobs(source);
  const underWay = jobs.job && <JobUnderWay source={source} job={jobs.job} onChange={jobs.all.reload} />;
  if (campaign.updatedAt === null) return <Empty title={tell('setupFirst')} />;
  const choice = mode === '' ? null : mode;
  return (
    <>
      <p>{tell('casesSoFar', { count: formatCount(campaign.cases) })}</p>
      <div className="field-row numbers-options">
        <TextField
          label={tell('months')}
          hint={tell('monthsHint')}
          type="number"
          min={0}
          max={120}
          value={months}
          onChange={setMonths}
        />
        <TextField
          label={tell('areaCode')}
          hint={tell('areaCodeHint')}
          value={areaCode}
          onChange={setAreaCode}
          optional
        />
        {campaign.modes.length > 1 ? (
          <SelectField
            label={tell('mode')}
            hint={tell('modeHint')}
            value={mode}
            onChange={(value) => setMode(value as typeof mode)}
            options={campaign.modes.map((one) => [one, pick(MODE_WORDS[one])])}
          />
        ) : null}
      </div>
      <section className="block" aria-labelledby="numbers-list">
        <h2 id="numbers-list">{tell('numbersList')}</h2>
        <p className="hint">{tell('numbersListHint')}</p>
        <CheckedUpload<NumberReport>
          fields={[{ label: tell('numbersFile'), hint: tell('numbersFileHint'), accept: '.csv,.xlsx,text/csv' }]}
          send={async ([file], dryRun) => {
            if (!file) throw new RangeError('no file');
            const order = { file, months, areaCode, mode: choice };
            const report = await jobs.run(() => startNumbers(campaign.wave.code, order, dryRun));
            if (!dryRun) reload();
            return report;
          }}
          title={() => tell('numbersChecked')}
          review={(report) => <Report report={report} />}
          confirm={({ accepted, removed }) =>
            accepted === 0
              ? null
              : tell(removed.invalid > 0 ? 'numbersTakeGood' : 'numbersTake', {
                  count: formatCount(accepted),
                  bad: formatCount(removed.invalid),
                })
          }
          done={({ accepted }) => tell('numbersTaken', { count: formatCount(accepted) })}
          progress={underWay}
        />
      </section>
      <Draw
        campaign={campaign}
        months={months}
        mode={choice}
        draw={(order) => jobs.run(() => startDraw(order))}
        progress={underWay}
        reload={reload}
      />
      <ImportJobs
        source={source}
        all={jobs.all}
        except={jobs.job?.id}
        review={(report) => <Report report={report} />}
      />
    </>
  );
}

/** What a list or a draw amounts to: how many are good, by town, and what was left out and why. */
function Report({ report }: { report: NumberReport }) {
  const { tell } = usePhoneSpeech();
  const { rows, accepted, removed, byTown, problems } = report;
  return (
    <>
      <Facts
        facts={[
          [tell('rows'), formatCount(rows)],
          [tell('accepted'), formatCount(accepted)],
          [tell('invalid'), formatCount(removed.invalid)],
          [tell('duplicates'), formatCount(removed.duplicates)],
          [tell('suppressed'), formatCount(removed.suppressed)],
          [tell('recentlyUsed'), formatCount(removed.recentlyUsed)],
        ]}
      />
      {byTown.length === 0 ? null : (
        <Table
          caption={tell('by-town')}
          rows={byTown}
          keyOf={({ code }) => code}
          columns={[
            { head: tell('town'), names: true, cell: ({ name, code }) => `${name} ${code}` },
            { head: tell('accepted'), number: true, cell: ({ accepted: own }) => formatCount(own) },
          ]}
        />
      )}
      <Problems title={tell('numbersProblems')} problems={problems} />
    </>
  );
}

function Draw(props: {
  campaign: CampaignView;
  months: string;
  mode: 'phone' | 'keypad' | null;
  draw: (order: NumberDraw) => Promise<NumberReport>;
  progress: ReactNode;
  reload: () => void;
}) {
  const { campaign, months, mode, draw, progress, reload } = props;
  const { tell, say } = usePhoneSpeech();
  const units = useRemote('units', listUnits);
  const [text, setText] = useState('');
  const [method, setMethod] = useState<'systematic' | 'two-stage'>('systematic');
  const [prefixCount, setPrefixCount] = useState('');
  const [seed, setSeed] = useState('1');
  const [digits, setDigits] = useState<'7' | '8'>('7');
  const [checked, setChecked] = useState<NumberReport | null>(null);
  const [taken, setTaken] = useState<number | null>(null);
  const pasted = readDraws(text, placesOf(units.data?.units ?? []));
  const task = useTask(async (dryRun: boolean) => {
    setTaken(null);
    const report = await draw({
      wave: campaign.wave.code,
      towns: pasted.rows,
      method,
      seed: Number(seed),
      ...(method === 'two-stage' && prefixCount !== '' ? { prefixCount: Number(prefixCount) } : {}),
      landlineDigits: digits === '8' ? 8 : 7,
      months: Number(months),
      ...(mode === null ? {} : { mode }),
      dryRun,
    });
    setChecked(dryRun ? report : null);
    if (!dryRun) {
      setTaken(report.accepted);
      reload();
    }
  });
  const change =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      set(value);
      setChecked(null);
      setTaken(null);
      task.clear();
    };
  return (
    <section className="block" aria-labelledby="numbers-draw">
      <h2 id="numbers-draw">{tell('draw')}</h2>
      <p className="hint">{tell('drawHint')}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void task.run(true);
        }}
      >
        <AreaField
          label={tell('drawTowns')}
          hint={tell('drawTownsHint')}
          rows={4}
          value={text}
          onChange={change(setText)}
        />
        <Wrong wrong={pasted.wrong} />
        <div className="field-row">
          <SelectField
            label={tell('drawMethod')}
            value={method}
            onChange={(value) => change(setMethod)(value as typeof method)}
            options={[
              ['systematic', tell('systematic')],
              ['two-stage', tell('twoStage')],
            ]}
          />
          {method === 'two-stage' ? (
            <TextField
              label={tell('prefixCount')}
              type="number"
              min={1}
              value={prefixCount}
              onChange={change(setPrefixCount)}
            />
          ) : null}
          <TextField
            label={tell('seed')}
            hint={tell('seedHint')}
            type="number"
            value={seed}
            onChange={change(setSeed)}
          />
          <SelectField
            label={tell('landlineDigits')}
            value={digits}
            onChange={(value) => change(setDigits)(value as typeof digits)}
            options={[
              ['7', '7'],
              ['8', '8'],
            ]}
          />
        </div>
        <div className="buttons">
          <button
            type="submit"
            className="button"
            disabled={task.busy || pasted.rows.length === 0 || pasted.wrong.length > 0}
          >
            {say(task.busy ? 'working' : 'check')}
          </button>
        </div>
      </form>
      {task.busy ? progress : null}
      <ErrorNote error={task.error} />
      {taken === null ? null : (
        <Note kind="done">
          <p>{tell('numbersTaken', { count: formatCount(taken) })}</p>
        </Note>
      )}
      {checked ? (
        <section className="block report" aria-labelledby="drawn">
          <h3 id="drawn">{tell('numbersChecked')}</h3>
          <Report report={checked} />
          <div className="buttons">
            <button
              type="button"
              className="button button-main"
              disabled={task.busy || checked.accepted === 0}
              onClick={() => void task.run(false)}
            >
              {tell('numbersTake', { count: formatCount(checked.accepted) })}
            </button>
          </div>
        </section>
      ) : null}
    </section>
  );
}
