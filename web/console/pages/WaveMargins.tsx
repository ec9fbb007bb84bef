import { useState } from 'react';
import { formatCount, formatInstant } from '../../shared/format.ts';
import { getMargins, removeMargins, setMargins } from '../calls.ts';
import { useSpeech, useStaff } from '../context.tsx';
import { Why } from '../method/Why.tsx';
import { ConfirmByName } from '../parts/confirm.tsx';
import { CheckField, FileField, SelectField } from '../parts/fields.tsx';
import { ErrorNote, Loaded, Note } from '../parts/page.tsx';
import { Facts, Problems } from '../parts/table.tsx';
import { problemsOf } from '../parts/upload.tsx';
import { useRemote, useTask } from '../remote.ts';
import type { MarginsReport, MarginsView, WaveView } from '../wire.ts';
import { WEIGHTING_WORDS } from '../wording.ts';

/** What the wave's figures are weighted to; whoever manages waves may change it. */
export function WaveMargins({ wave }: { wave: WaveView }) {
  const { say } = useSpeech();
  const { may } = useStaff();
  const margins = useRemote(`margins ${wave.code}`, () => getMargins(wave.code));
  return (
    <section className="block" aria-labelledby="margins">
      <h2 id="margins">
        <Why about="weighting">{say('margins')}</Why>
      </h2>
      <Loaded remote={margins} lines={3}>
        {({ margins: view }) => (
          <>
            {view ? <Present view={view} /> : <p>{say('marginsNone')}</p>}
            {may('wave.manage') ? <Change wave={wave} isSet={view !== null} reload={margins.reload} /> : null}
          </>
        )}
      </Loaded>
    </section>
  );
}

function Present({ view }: { view: MarginsView }) {
  const { say, pick, lang } = useSpeech();
  const people = view.areas.reduce((sum, { population }) => sum + population, 0);
  return (
    <div className="report">
      <Facts
        facts={[
          [say('marginsMethod'), pick(WEIGHTING_WORDS[view.method]), 'weighting'],
          [say('marginsAreas'), say('marginsAreasText', { count: view.areas.length, people: formatCount(people) })],
          [say('marginsBands'), view.ageBands.join(lang === 'zh' ? '、' : ', ')],
          [say('marginsCap'), say('marginsCapText', { cap: view.cap }), 'trimming'],
          [say('marginsMerging'), say(view.collapse ? 'marginsMayMerge' : 'marginsMayNotMerge')],
          [say('marginsSetBy'), `${view.setBy} · ${formatInstant(view.setAt, lang)}`],
        ]}
      />
    </div>
  );
}

function Change({ wave, isSet, reload }: { wave: WaveView; isSet: boolean; reload: () => void }) {
  const { say, pick } = useSpeech();
  const [file, setFile] = useState<File | null>(null);
  const [method, setMethod] = useState('raking');
  const [collapse, setCollapse] = useState(false);
  const [asking, setAsking] = useState(false);
  const [report, setReport] = useState<MarginsReport | null>(null);
  const task = useTask(async () => {
    if (!file) return;
    setReport(null);
    setReport(await setMargins(wave.code, { file, method, collapse }));
    reload();
  });
  return (
    <details open={report !== null || undefined}>
      <summary>{say(isSet ? 'marginsReplace' : 'marginsSet')}</summary>
      <p className="hint">{say('marginsLead')}</p>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void task.run();
        }}
      >
        <FileField
          label={say('marginsFile')}
          hint={say('marginsFileHint')}
          accept=".csv,.xlsx,text/csv"
          onChange={(chosen) => {
            setFile(chosen);
            setReport(null);
            task.clear();
          }}
        />
        <SelectField
          label={say('marginsMethod')}
          value={method}
          onChange={setMethod}
          options={Object.entries(WEIGHTING_WORDS).map(([value, text]) => [value, pick(text)])}
        />
        <CheckField label={say('marginsCollapse')} checked={collapse} onChange={setCollapse} />
        <div className="buttons">
          <button type="submit" className="button button-main" disabled={task.busy || !file}>
            {say(task.busy ? 'working' : isSet ? 'marginsReplace' : 'marginsSet')}
          </button>
          {isSet ? (
            <button type="button" className="button" onClick={() => setAsking(true)}>
              {say('marginsRemove')}
            </button>
          ) : null}
        </div>
      </form>
      <ErrorNote error={task.error} />
      <Problems title={say('problems')} problems={problemsOf(task.error)} />
      {report ? (
        <Note kind="done">
          <p>{say('marginsDone')}</p>
        </Note>
      ) : null}
      <Problems title={say('warnings')} problems={report?.warnings ?? []} />
      {asking ? (
        <ConfirmByName
          title={say('marginsRemoveTitle', { title: wave.title })}
          body={say('marginsRemoveBody')}
          label={say('confirmByName', { code: wave.code })}
          expected={wave.code}
          action={say('marginsRemove')}
          run={async () => {
            await removeMargins(wave.code);
            setReport(null);
            reload();
          }}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </details>
  );
}
