import { useState } from 'react';
import { Link } from 'wouter';
import { formatCount, formatDay } from '../../shared/format.ts';
import { useAddress } from '../address.ts';
import { useStaff } from '../context.tsx';
import { CopyButton } from '../parts/copy.tsx';
import { SelectField, TextField, UnitField } from '../parts/fields.tsx';
import { Empty, ErrorNote, Loaded } from '../parts/page.tsx';
import { Table } from '../parts/table.tsx';
import { useRemote, useTask } from '../remote.ts';
import { createInstrument, listInstruments, readInstrument } from './calls.ts';
import { useKinds, useUnits, writingUnits } from './catalogue.ts';
import { Section } from './Section.tsx';
import { useLedgerSpeech } from './speech.ts';

/** What goes out through these is printed, and can carry a code. */
const PRINTED: readonly (string | null)[] = ['leaflet', 'board-banner'];

/** Batches of printed things with a code each: what residents open and answer through it is counted. */
export function InstrumentsPage() {
  const { tell, lang, pick } = useLedgerSpeech();
  const { may } = useStaff();
  const address = useAddress();
  const unit = address.get('unit');
  const kinds = useKinds();
  const remote = useRemote(`instruments ${unit}`, () => listInstruments({ unit }));
  const code = address.get('code');
  const names = new Map((kinds.data?.kinds ?? []).map((kind) => [kind.code, kind.name]));
  return (
    <Section title={tell('instruments')} lead={tell('instrumentsLead')}>
      <div className="filters no-print">
        <UnitField
          label={tell('unit')}
          first={['', tell('all')]}
          required={false}
          value={unit ?? ''}
          onChange={(value) => address.set({ unit: value })}
        />
      </div>
      {code ? <Instrument code={code} /> : null}
      {may('output.write') && !code ? (
        <NewInstrument
          onMade={(made) => {
            remote.reload();
            address.set({ code: made });
          }}
        />
      ) : null}
      <div className="no-print">
        <Loaded remote={remote}>
          {({ instruments }) =>
            instruments.length === 0 ? (
              <Empty title={tell('instrumentsEmpty')}>
                <p>{tell('instrumentsEmptyHow')}</p>
              </Empty>
            ) : (
              <Table
                caption={tell('instruments')}
                rows={instruments}
                keyOf={(one) => one.code}
                columns={[
                  {
                    head: tell('label'),
                    names: true,
                    cell: (one) => <Link href={address.with({ code: one.code })}>{one.label}</Link>,
                  },
                  { head: tell('instrumentCode'), cell: (one) => <code>{one.code}</code> },
                  { head: tell('unit'), cell: (one) => one.unit.name },
                  { head: tell('kind'), cell: ({ kind }) => pick(names.get(kind) ?? { zh: kind, en: kind }) },
                  { head: tell('scans'), number: true, cell: ({ scans }) => formatCount(scans) },
                  { head: tell('completes'), number: true, cell: ({ completes }) => formatCount(completes) },
                  {
                    head: tell('madeAt'),
                    cell: ({ createdAt }) => formatDay(new Date(createdAt).toISOString().slice(0, 10), lang),
                  },
                ]}
              />
            )
          }
        </Loaded>
      </div>
    </Section>
  );
}

function NewInstrument({ onMade }: { onMade: (code: string) => void }) {
  const { tell, pick } = useLedgerSpeech();
  const { user } = useStaff();
  const units = useUnits();
  const kinds = useKinds();
  const offered = writingUnits(units.data?.units ?? []);
  const printed = (kinds.data?.kinds ?? []).filter(({ channel }) => PRINTED.includes(channel));
  const [label, setLabel] = useState('');
  const [unit, setUnit] = useState(user.unit?.code ?? '');
  const [kind, setKind] = useState('leaflet');
  const task = useTask(async () => {
    const made = await createInstrument({ label, kind, unit: unit || (offered[0]?.code ?? '') });
    setLabel('');
    onMade(made.code);
  });
  return (
    <details className="no-print new-instrument">
      <summary>{tell('instrumentNew')}</summary>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void task.run();
        }}
      >
        <TextField label={tell('label')} hint={tell('labelHint')} value={label} onChange={setLabel} />
        {offered.length > 1 ? (
          <SelectField
            label={tell('unit')}
            hint={tell('instrumentUnitHint')}
            value={unit}
            onChange={setUnit}
            options={offered.map(({ code, name }) => [code, name] as const)}
          />
        ) : null}
        <SelectField
          label={tell('kind')}
          value={kind}
          onChange={setKind}
          options={printed.map((one) => [one.code, pick(one.name)] as const)}
        />
        <ErrorNote error={task.error} />
        <div className="buttons">
          <button type="submit" className="button button-main" disabled={task.busy}>
            {task.busy ? tell('working') : tell('instrumentMake')}
          </button>
        </div>
      </form>
    </details>
  );
}

/** One batch: its code to print, and its scans and answers by day. */
function Instrument({ code }: { code: string }) {
  const { tell, lang } = useLedgerSpeech();
  const address = useAddress();
  const remote = useRemote(`instrument ${code}`, () => readInstrument(code));
  return (
    <section className="instrument" aria-labelledby="instrument">
      <Loaded remote={remote} lines={6}>
        {(one) => (
          <>
            <h2 id="instrument">
              {one.unit.name} {one.label}
            </h2>
            <div className="instrument-sheet">
              <img
                className="qr"
                src={`/api/instruments/${encodeURIComponent(one.code)}/qr.svg`}
                alt={tell('qrAlt', { label: one.label })}
                width={240}
                height={240}
              />
              <div>
                <p>
                  <code>{one.url}</code>
                </p>
                <p className="no-print">
                  <CopyButton text={one.url} />
                </p>
                <p className="buttons no-print">
                  <a
                    className="button"
                    href={`/api/instruments/${encodeURIComponent(one.code)}/qr.svg`}
                    download={`${one.label}-${one.code}.svg`}
                  >
                    {tell('qrDownload')}
                  </a>
                  <button type="button" className="button" onClick={() => window.print()}>
                    {tell('print')}
                  </button>
                  <Link className="button" href={address.with({ code: null })}>
                    {tell('toInstruments')}
                  </Link>
                </p>
                <p className="muted no-print">{tell('instrumentPrivacy')}</p>
              </div>
            </div>
            <div className="no-print">
              {one.days.length === 0 ? (
                <p className="muted">{tell('noScans')}</p>
              ) : (
                <Table
                  caption={tell('scansByDay')}
                  rows={one.days}
                  keyOf={({ day }) => day}
                  columns={[
                    { head: tell('date'), names: true, cell: ({ day }) => formatDay(day, lang) },
                    { head: tell('scans'), number: true, cell: ({ scans }) => formatCount(scans) },
                    { head: tell('completes'), number: true, cell: ({ completes }) => formatCount(completes) },
                  ]}
                />
              )}
            </div>
          </>
        )}
      </Loaded>
    </section>
  );
}
