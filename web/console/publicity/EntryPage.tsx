import { useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { formatDay, formatInstant } from '../../shared/format.ts';
import { useAddress } from '../address.ts';
import { useStaff } from '../context.tsx';
import { Loaded, Note } from '../parts/page.tsx';
import { useRemote, useWhenBack } from '../remote.ts';
import type { UnitView } from '../wire.ts';
import { listClosings, listOutputs, readOutput } from './calls.ts';
import { useKinds, useRemembered, useUnits, writingUnits } from './catalogue.ts';
import { today } from './dates.ts';
import { type Draft, draftAgain, draftOfWaiting, emptyDraft, inputOf, recallDraft, rememberDraft } from './draft.ts';
import { EntryForm } from './EntryForm.tsx';
import { KindPicker } from './KindPicker.tsx';
import { OutboxPanel } from './OutboxPanel.tsx';
import { newClientKey, type Waiting } from './outbox.ts';
import { quantityText } from './reading.ts';
import { Section } from './Section.tsx';
import { useLedgerSpeech } from './speech.ts';
import { useOutbox } from './useOutbox.ts';
import type { Kind, OutputView } from './wire.ts';

/** Enter an output: a kind to tap, then one short form; the network may come and go. */
export function EntryPage() {
  const { tell, lang } = useLedgerSpeech();
  const kinds = useKinds();
  const units = useUnits();
  const keptAt = kinds.data?.keptAt ?? units.data?.keptAt;
  useWhenBack(kinds.data?.keptAt !== undefined, kinds.reload);
  useWhenBack(units.data?.keptAt !== undefined, units.reload);
  const both = {
    data: kinds.data && units.data ? { kinds: kinds.data.kinds, units: units.data.units } : null,
    error: kinds.error ?? units.error,
    loading: kinds.loading || units.loading,
    reload: () => {
      kinds.reload();
      units.reload();
    },
  };
  return (
    <Section title={tell('enter')}>
      {keptAt === undefined ? null : (
        <Note kind="plain">
          <p role="status">{tell('keptCopy', { at: formatInstant(keptAt, lang) })}</p>
        </Note>
      )}
      <Loaded remote={both}>{(data) => <Entering {...data} />}</Loaded>
    </Section>
  );
}

function Entering({ kinds, units }: { kinds: readonly Kind[]; units: readonly UnitView[] }) {
  const address = useAddress();
  const { user } = useStaff();
  const { outbox, view } = useOutbox();
  const own = user.unit?.code ?? null;
  const home = own ?? writingUnits(units)[0]?.code ?? '';
  // What has just gone out is what is repeated next.
  const recent = useRemembered(`recent ${home} ${view.receipts[0]?.id ?? ''}`, () => listOutputs({ unit: own }));
  // An import that was undone is no habit.
  const outputs = (recent.data?.outputs ?? []).filter(({ state }) => state !== 'withdrawn');
  const byCode = new Map(kinds.map((kind) => [kind.code, kind]));
  const again = address.get('again');
  const source = useRemote(again, () => readOutput(again ?? ''));
  const mend = view.items.find(({ clientKey }) => clientKey === address.get('mend'));
  const kind = byCode.get(address.get('kind') ?? '');
  const places = [...new Set(outputs.map(({ place }) => place).filter((place) => place !== ''))];
  const shared = { kinds, units, places };

  if (mend && mend.written === null && view.sending !== mend.clientKey) {
    return <MendEntry key={mend.clientKey} item={mend} {...shared} />;
  }
  if (again) {
    return (
      <Loaded remote={source}>{(output) => <NewEntry key={output.id} start={draftAgain(output)} {...shared} />}</Loaded>
    );
  }
  if (kind) return <NewEntry key={kind.code} start={emptyDraft(kind, home)} mayRecall {...shared} />;
  return (
    <>
      <OutboxPanel outbox={outbox} view={view} kinds={byCode} />
      <KindPicker
        kinds={kinds}
        used={outputs.map((output) => output.kind)}
        onPick={({ code }) => address.set({ kind: code })}
      />
      <Repeats outputs={outputs} />
    </>
  );
}

interface Shared {
  readonly kinds: readonly Kind[];
  readonly units: readonly UnitView[];
  readonly places: readonly string[];
}

/** The closed months of the year an entry is of; none while nobody can be asked. */
function useClosed(unit: string, year: string): readonly string[] {
  const remote = useRemote(unit && /^\d{4}$/.test(year) ? `closed ${unit} ${year}` : null, () =>
    listClosings({ unit, year }),
  );
  return remote.data?.closings.map(({ month }) => month) ?? [];
}

function NewEntry({ start, mayRecall = false, ...shared }: Shared & { start: Draft; mayRecall?: boolean }) {
  const { tell, pick } = useLedgerSpeech();
  const { user } = useStaff();
  const { outbox } = useOutbox();
  const [, navigate] = useLocation();
  const known = useRef(mayRecall ? recallDraft(user.id) : null);
  const [begun, setBegun] = useState(known.current?.kind === start.kind ? known.current : null);
  const [now, setNow] = useState({ unit: start.unit, date: start.startDate });
  // One key for one form: sending it again after a break is still one entry.
  const key = useRef(newClientKey());
  const closed = useClosed(now.unit, now.date.slice(0, 4));
  const kind = shared.kinds.find(({ code }) => code === start.kind);
  return (
    <>
      <p className="entry-kind">
        <strong>{kind ? pick(kind.name) : start.kind}</strong> <Link href="/publicity/new">{tell('otherKind')}</Link>
      </p>
      {begun ? (
        <Note kind="plain">
          <p>
            {tell('draftRestored')}{' '}
            <button
              type="button"
              className="link"
              onClick={() => {
                rememberDraft(user.id, null);
                setBegun(null);
              }}
            >
              {tell('discardDraft')}
            </button>
          </p>
        </Note>
      ) : null}
      <EntryForm
        {...shared}
        key={begun ? 'begun' : 'fresh'}
        start={begun ?? start}
        takesPhotos
        closed={closed}
        action={tell('submitEntry')}
        onChange={(draft) => {
          rememberDraft(user.id, draft);
          setNow({ unit: draft.unit, date: draft.startDate });
        }}
        onSubmit={(draft, photos) => {
          void outbox.put(key.current, waitingOf(draft), photos);
          rememberDraft(user.id, null);
          navigate('/publicity/new');
        }}
      />
    </>
  );
}

/** Mends what waits in the outbox, where the server's refusal stands beside its field. */
function MendEntry({ item, ...shared }: Shared & { item: Waiting }) {
  const { tell, explainRefusal } = useLedgerSpeech();
  const { outbox } = useOutbox();
  const [, navigate] = useLocation();
  const { refused } = item;
  return (
    <>
      <h2>{tell('mendTitle')}</h2>
      {refused && typeof refused.details.field !== 'string' ? (
        <div className="note note-error" role="alert">
          <p>{explainRefusal(refused)}</p>
        </div>
      ) : null}
      <EntryForm
        {...shared}
        start={draftOfWaiting(item.entry)}
        photos={item.photos}
        takesPhotos
        closed={[]}
        refusal={
          refused && {
            field: typeof refused.details.field === 'string' ? refused.details.field : null,
            sentence: explainRefusal(refused),
            needsReason: refused.code === 'OUTPUT_MONTH_CLOSED',
          }
        }
        action={tell('save')}
        onSubmit={(draft, photos) => {
          void outbox.put(item.clientKey, waitingOf(draft), photos);
          navigate('/publicity/new');
        }}
      />
    </>
  );
}

function waitingOf(draft: Draft) {
  const reason = draft.reason.trim();
  return { ...inputOf(draft), unit: draft.unit, ...(reason ? { reason } : {}) };
}

const MOST_REPEATS = 4;

/** Yesterday's entries with a new date. */
function Repeats({ outputs }: { outputs: readonly OutputView[] }) {
  const { tell, pick, lang } = useLedgerSpeech();
  const seen = new Set<string>();
  const latest = outputs.filter(({ kind, place, startDate }) => {
    const what = `${kind} ${place}`;
    if (seen.has(what) || startDate === '' || startDate > today()) return false;
    return seen.add(what);
  });
  if (latest.length === 0) return null;
  return (
    <section className="block" aria-labelledby="again">
      <h2 id="again">{tell('again')}</h2>
      <p className="hint">{tell('againLead')}</p>
      <ul className="repeats">
        {latest.slice(0, MOST_REPEATS).map((output) => {
          const what = `${pick(output.kindName)} ${quantityText(output.quantity, output.countedIn, lang)}`;
          return (
            <li key={output.id}>
              <Link href={`/publicity/new?again=${output.id}`}>
                <strong>{what}</strong>
                <span className="muted">
                  {formatDay(output.startDate, lang)} {output.place}
                </span>
              </Link>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
