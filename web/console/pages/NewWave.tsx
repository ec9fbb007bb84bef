import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { MODES, type Mode } from '../../../src/core/indicators/types.ts';
import { inBrackets } from '../../shared/format.ts';
import { MODE_WORDS } from '../../shared/wording.ts';
import { createWave, editWave, listSurveys } from '../calls.ts';
import { useSpeech } from '../context.tsx';
import { CheckField, SelectField, TextField, UnitField } from '../parts/fields.tsx';
import { Empty, ErrorNote, Loaded, Page } from '../parts/page.tsx';
import { useRemote, useTask } from '../remote.ts';
import type { SurveyListed, WaveKind, WaveView } from '../wire.ts';
import { KIND_WORDS } from '../wording.ts';

export function NewWavePage() {
  const { say } = useSpeech();
  const [, navigate] = useLocation();
  const surveys = useRemote('surveys', listSurveys);
  return (
    <Page title={say('newWave')} lead={say('wavesLead')}>
      <Loaded remote={surveys}>
        {({ surveys: list }) =>
          list.length === 0 ? (
            <Empty title={say('surveysEmpty')}>
              <Link href="/surveys/publish" className="button">
                {say('publish')}
              </Link>
            </Empty>
          ) : (
            <WaveForm surveys={list} wave={null} done={(wave) => navigate(`/waves/${encodeURIComponent(wave.code)}`)} />
          )
        }
      </Loaded>
    </Page>
  );
}

/** Changes a wave that was never opened. */
export function EditWave({ wave, done }: { wave: WaveView; done: () => void }) {
  const surveys = useRemote('surveys', listSurveys);
  return <Loaded remote={surveys}>{({ surveys: list }) => <WaveForm surveys={list} wave={wave} done={done} />}</Loaded>;
}

/** Plans a wave, or changes the draft of one. */
function WaveForm(props: { surveys: readonly SurveyListed[]; wave: WaveView | null; done: (wave: WaveView) => void }) {
  const { say, pick, lang } = useSpeech();
  const { surveys, wave, done } = props;
  const first = surveys[0];
  const [code, setCode] = useState('');
  const [title, setTitle] = useState(wave?.title ?? '');
  const [survey, setSurvey] = useState(
    wave ? `${wave.survey.code}@${wave.survey.version}` : `${first?.surveyCode}@${first?.version}`,
  );
  const [rootUnit, setRootUnit] = useState(wave?.root.code ?? '');
  const [period, setPeriod] = useState(wave?.period ?? '');
  const [kind, setKind] = useState<WaveKind>(wave?.kind ?? 'official');
  const [modes, setModes] = useState<readonly Mode[]>(wave?.modes ?? ['phone', 'web-open']);
  const [start, setStart] = useState(wave?.fieldworkStart ?? '');
  const [end, setEnd] = useState(wave?.fieldworkEnd ?? '');
  const task = useTask(async () => {
    const [surveyCode = '', version] = survey.split('@');
    const plan = {
      title: title.trim(),
      survey: surveyCode,
      version: Number(version),
      rootUnit,
      period: period.trim(),
      kind,
      modes,
      fieldworkStart: start,
      fieldworkEnd: end,
    };
    done(await (wave ? editWave(wave.code, plan) : createWave({ code: code.trim(), ...plan })));
  });
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        void task.run();
      }}
    >
      {wave ? null : <TextField label={say('code')} hint={say('waveCodeHint')} value={code} onChange={setCode} />}
      <TextField label={say('waveTitle')} hint={say('waveTitleHint')} value={title} onChange={setTitle} optional />
      <SelectField
        label={say('surveys')}
        value={survey}
        onChange={setSurvey}
        options={surveys.map((one) => [
          `${one.surveyCode}@${one.version}`,
          say('versionOf', { title: pick(one.title), version: one.version }),
        ])}
      />
      <UnitField label={say('rootUnit')} hint={say('rootUnitHint')} value={rootUnit} onChange={setRootUnit} />
      <TextField label={say('period')} hint={say('periodHint')} value={period} onChange={setPeriod} />
      <SelectField
        label={say('kind')}
        value={kind}
        onChange={(value) => setKind(value === 'self-test' ? 'self-test' : 'official')}
        options={[
          ['official', pick(KIND_WORDS.official)],
          ['self-test', pick(KIND_WORDS['self-test']) + inBrackets(say('selfTestMark'), lang)],
        ]}
      />
      <fieldset className="field">
        <legend>{say('modes')}</legend>
        {MODES.map((mode) => (
          <CheckField
            key={mode}
            label={pick(MODE_WORDS[mode])}
            checked={modes.includes(mode)}
            onChange={(on) => setModes(MODES.filter((one) => (one === mode ? on : modes.includes(one))))}
          />
        ))}
      </fieldset>
      <div className="field-row">
        <TextField label={say('fieldworkStart')} type="date" value={start} onChange={setStart} />
        <TextField label={say('fieldworkEnd')} type="date" value={end} onChange={setEnd} min={start} />
      </div>
      <ErrorNote error={task.error} />
      <div className="buttons">
        <button type="submit" className="button button-main" disabled={task.busy}>
          {task.busy ? say('working') : say(wave ? 'save' : 'createWave')}
        </button>
        <Link href={wave ? `/waves/${encodeURIComponent(wave.code)}` : '/waves'} className="button">
          {say('cancel')}
        </Link>
      </div>
    </form>
  );
}
