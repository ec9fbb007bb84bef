import { useState } from 'react';
import { Link } from 'wouter';
import { AUDIENCES, CHANNELS, MEASURES, STAGES } from '../../../src/core/publicity/kinds.ts';
import { ApiError } from '../../shared/api.ts';
import { useAddress } from '../address.ts';
import { CheckField, SelectField, TextField } from '../parts/fields.tsx';
import { ErrorNote, Loaded, Note } from '../parts/page.tsx';
import { Table } from '../parts/table.tsx';
import { useTask } from '../remote.ts';
import { saveKind } from './calls.ts';
import { useKinds } from './catalogue.ts';
import { Section } from './Section.tsx';
import { useLedgerSpeech } from './speech.ts';
import type { Kind } from './wire.ts';
import { AUDIENCE_WORDS, CHANNEL_WORDS, MEASURE_WORDS, STAGE_WORDS } from './wording.ts';

const NEW: Kind = {
  ...{ code: '', name: { zh: '', en: '' }, unit: '', unitAliases: [], measure: 'flow', stage: 'output' },
  ...{ audience: 'residents', inMedia: false, channel: null, aliases: [] },
};

/** The catalogue of kinds: what exists, and one form to add a kind or teach one other words. */
export function KindsPage() {
  const { tell, pick } = useLedgerSpeech();
  const address = useAddress();
  const remote = useKinds();
  const [saved, setSaved] = useState<string | null>(null);
  const code = address.get('kind');
  return (
    <Section
      title={tell('kinds')}
      lead={tell('kindsLead')}
      actions={
        <Link href={address.with({ kind: 'new' })} className="button button-main">
          {tell('kindNew')}
        </Link>
      }
    >
      <div aria-live="polite">
        {saved ? (
          <Note kind="done">
            <p>{tell('kindSaved', { name: saved })}</p>
          </Note>
        ) : null}
      </div>
      <Loaded remote={remote} lines={14}>
        {({ kinds }) => {
          const changed = kinds.find((kind) => kind.code === code);
          return (
            <>
              {changed || code === 'new' ? (
                <KindForm
                  key={code}
                  kind={changed ?? NEW}
                  isNew={!changed}
                  others={kinds}
                  onClose={() => address.set({ kind: null })}
                  onSaved={(kind) => {
                    setSaved(kind.name.zh);
                    address.set({ kind: null });
                    remote.reload();
                  }}
                />
              ) : null}
              <Table
                caption={tell('kinds')}
                rows={kinds}
                keyOf={(kind) => kind.code}
                columns={[
                  {
                    head: tell('kind'),
                    names: true,
                    cell: (kind) => (
                      <Link className="nowrap" href={address.with({ kind: kind.code })}>
                        {pick(kind.name)}
                      </Link>
                    ),
                  },
                  {
                    head: tell('kindUnit'),
                    cell: (kind) => [kind.unit, ...kind.unitAliases, ...(kind.unitEn ? [kind.unitEn] : [])].join('、'),
                  },
                  {
                    head: tell('measure'),
                    cell: (kind) => <span className="nowrap">{pick(MEASURE_WORDS[kind.measure])}</span>,
                  },
                  {
                    head: tell('stage'),
                    cell: (kind) => <span className="nowrap">{pick(STAGE_WORDS[kind.stage])}</span>,
                  },
                  {
                    head: tell('channel'),
                    cell: (kind) => (kind.channel ? pick(CHANNEL_WORDS[kind.channel]) : tell('channelNone')),
                  },
                  { head: tell('kindAliases'), cell: (kind) => kind.aliases.join('、') },
                ]}
              />
            </>
          );
        }}
      </Loaded>
    </Section>
  );
}

const listOf = (text: string): string[] =>
  text
    .split(/[、,，;；\n]/)
    .map((word) => word.trim())
    .filter((word) => word !== '');

function KindForm(props: {
  kind: Kind;
  isNew: boolean;
  others: readonly Kind[];
  onClose: () => void;
  onSaved: (kind: Kind) => void;
}) {
  const { tell, pick } = useLedgerSpeech();
  const [kind, setKind] = useState(props.kind);
  const [aliases, setAliases] = useState(props.kind.aliases.join('、'));
  const [units, setUnits] = useState(props.kind.unitAliases.join('、'));
  const task = useTask(async () => {
    const other = props.isNew ? props.others.find(({ code }) => code === kind.code) : undefined;
    // The code of another kind would change that one instead of adding one.
    if (other) throw new ApiError('KIND_TAKEN', { value: kind.code, kind: pick(other.name) });
    const whole = { ...kind, aliases: listOf(aliases), unitAliases: listOf(units) };
    await saveKind(whole);
    props.onSaved(whole);
  });
  const change = (part: Partial<Kind>): void => setKind({ ...kind, ...part });
  const choice = <T extends string>(all: readonly T[], words: Readonly<Record<T, { zh: string; en: string }>>) =>
    all.map((one) => [one, pick(words[one])] as const);
  return (
    <form
      className="form report kind-form"
      onSubmit={(event) => {
        event.preventDefault();
        void task.run();
      }}
    >
      <h2>{props.isNew ? tell('kindNew') : tell('kindChange', { name: pick(kind.name) })}</h2>
      {props.isNew ? (
        <TextField
          label={tell('kindCode')}
          hint={tell('kindCodeHint')}
          value={kind.code}
          onChange={(code) => change({ code })}
        />
      ) : null}
      <TextField
        label={tell('kindNameZh')}
        value={kind.name.zh}
        onChange={(zh) => change({ name: { ...kind.name, zh } })}
      />
      <TextField
        label={tell('kindNameEn')}
        value={kind.name.en}
        onChange={(en) => change({ name: { ...kind.name, en } })}
      />
      {props.isNew ? (
        <>
          <TextField label={tell('kindUnit')} value={kind.unit} onChange={(unit) => change({ unit })} />
          <SelectField
            label={tell('measure')}
            hint={tell('measureHint')}
            value={kind.measure}
            onChange={(value) => change({ measure: MEASURES.find((one) => one === value) ?? 'flow' })}
            options={choice(MEASURES, MEASURE_WORDS)}
          />
        </>
      ) : (
        <p className="hint">
          {tell('kindUnit')} {kind.unit} · {pick(MEASURE_WORDS[kind.measure])} · {tell('kindUnitFixed')}
        </p>
      )}
      <TextField
        label={tell('kindUnitEn')}
        hint={tell('kindUnitEnHint')}
        optional
        value={kind.unitEn ?? ''}
        onChange={(unitEn) => change({ unitEn: unitEn || undefined })}
      />
      <TextField label={tell('kindUnitAliases')} hint={tell('listHint')} optional value={units} onChange={setUnits} />
      <SelectField
        label={tell('stage')}
        value={kind.stage}
        onChange={(value) => change({ stage: STAGES.find((one) => one === value) ?? 'output' })}
        options={choice(STAGES, STAGE_WORDS)}
      />
      <SelectField
        label={tell('audience')}
        value={kind.audience}
        onChange={(value) => change({ audience: AUDIENCES.find((one) => one === value) ?? 'residents' })}
        options={choice(AUDIENCES, AUDIENCE_WORDS)}
      />
      <SelectField
        label={tell('channel')}
        value={kind.channel ?? ''}
        required={false}
        onChange={(value) => change({ channel: CHANNELS.find((one) => one === value) ?? null })}
        options={[['', tell('channelNone')], ...choice(CHANNELS, CHANNEL_WORDS)]}
      />
      <CheckField label={tell('inMedia')} checked={kind.inMedia} onChange={(inMedia) => change({ inMedia })} />
      <TextField label={tell('kindAliases')} hint={tell('listHint')} optional value={aliases} onChange={setAliases} />
      <ErrorNote error={task.error} />
      <div className="buttons">
        <button type="submit" className="button button-main" disabled={task.busy}>
          {task.busy ? tell('working') : tell('save')}
        </button>
        <button type="button" className="button" onClick={props.onClose}>
          {tell('cancel')}
        </button>
      </div>
    </form>
  );
}
