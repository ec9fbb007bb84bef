import { useState } from 'react';
import { Link } from 'wouter';
import { useAddress } from '../address.ts';
import { query } from '../calls.ts';
import { useStaff } from '../context.tsx';
import { SelectField, TextField, UnitField } from '../parts/fields.tsx';
import { Empty, ErrorNote, Loaded } from '../parts/page.tsx';
import { useRemote, useTask } from '../remote.ts';
import { Calendar } from './Calendar.tsx';
import { listOutputs } from './calls.ts';
import { useKinds } from './catalogue.ts';
import { EditMany } from './EditMany.tsx';
import { EntryTable } from './EntryTable.tsx';
import { ReasonDialog } from './ReasonDialog.tsx';
import { accept, edit, sendBack, withdraw } from './reviewing.ts';
import { Section } from './Section.tsx';
import { useLedgerSpeech } from './speech.ts';
import { UndoNote, useUndo } from './UndoNote.tsx';
import { useOutbox } from './useOutbox.ts';
import type { OutputPage, OutputState, OutputView } from './wire.ts';
import { STATE_WORDS } from './wording.ts';

const FILTERS = ['unit', 'kind', 'state', 'from', 'to', 'import'] as const;

/** The entries, from new to old; what is shown lives in the address. */
export function LedgerPage() {
  const { tell } = useLedgerSpeech();
  const { may } = useStaff();
  const address = useAddress();
  const isCalendar = address.get('view') === 'calendar';
  const narrowed = {
    ...{ unit: address.get('unit'), kinds: address.get('kind'), states: address.get('state') },
    ...{ from: address.get('from'), to: address.get('to'), importId: address.get('import') },
  };
  const asked = { ...narrowed, afterDate: address.get('afterDate'), afterId: address.get('after') };
  // What the outbox sends meanwhile belongs to the list.
  const sent = useOutbox().view.receipts[0]?.id ?? '';
  const remote = useRemote(isCalendar ? null : `outputs ${JSON.stringify(asked)} ${sent}`, () => listOutputs(asked));
  const isNarrowed = FILTERS.some((name) => address.get(name) !== null);
  return (
    <Section
      title={tell('list')}
      lead={tell('listLead')}
      actions={
        <>
          {may('output.write') ? (
            <Link href="/publicity/new" className="button button-main">
              {tell('enter')}
            </Link>
          ) : null}
          <a className="button" href={`/api/ledger/outputs.csv${query(narrowed)}`} download>
            {tell('downloadCsv')}
          </a>
        </>
      }
    >
      <Filters />
      {isCalendar ? (
        <Calendar key={sent} address={address} unit={asked.unit} kinds={asked.kinds} states={asked.states} />
      ) : (
        <Loaded remote={remote} lines={14}>
          {(page) =>
            page.outputs.length > 0 ? (
              <Entries page={page} reload={remote.reload} />
            ) : isNarrowed ? (
              <Empty title={tell('listNothing')}>
                <p>
                  <Link href="/publicity">{tell('clearFilters')}</Link>
                </p>
              </Empty>
            ) : (
              <Empty title={tell('listEmpty')}>{may('output.write') ? <p>{tell('listEmptyHow')}</p> : null}</Empty>
            )
          }
        </Loaded>
      )}
    </Section>
  );
}

function Filters() {
  const { tell, pick } = useLedgerSpeech();
  const address = useAddress();
  const kinds = useKinds();
  const isCalendar = address.get('view') === 'calendar';
  // Another question begins at its first page.
  const field = (name: (typeof FILTERS)[number]) => ({
    value: address.get(name) ?? '',
    required: false,
    onChange: (value: string) => address.set({ [name]: value, after: null, afterDate: null }),
  });
  return (
    <div className="filters">
      <UnitField label={tell('unit')} first={['', tell('all')]} {...field('unit')} />
      <SelectField
        label={tell('kind')}
        {...field('kind')}
        options={[['', tell('all')], ...(kinds.data?.kinds ?? []).map((kind) => [kind.code, pick(kind.name)] as const)]}
      />
      <SelectField
        label={tell('state')}
        {...field('state')}
        options={[
          ['', tell('all')],
          ...(Object.keys(STATE_WORDS) as OutputState[]).map((state) => [state, pick(STATE_WORDS[state])] as const),
        ]}
      />
      {isCalendar ? null : (
        <>
          <TextField label={tell('from')} type="date" {...field('from')} />
          <TextField label={tell('to')} type="date" {...field('to')} />
        </>
      )}
      <p className="view-switch">
        {(['list', 'calendar'] as const).map((view) => (
          <Link
            key={view}
            href={address.with({
              view: view === 'list' ? null : view,
              ...(view === 'calendar' ? { from: null, to: null, after: null, afterDate: null } : { month: null }),
            })}
            aria-current={(view === 'calendar') === isCalendar ? 'true' : undefined}
          >
            {tell(view === 'list' ? 'asList' : 'asCalendar')}
          </Link>
        ))}
      </p>
    </div>
  );
}

type Asking = { readonly what: 'return' | 'withdraw' | 'edit'; readonly outputs: readonly OutputView[] };

function Entries({ page, reload }: { page: OutputPage; reload: () => void }) {
  const { tell } = useLedgerSpeech();
  const { may } = useStaff();
  const address = useAddress();
  const kinds = useKinds();
  const undo = useUndo(reload);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [asking, setAsking] = useState<Asking | null>(null);
  const mayReview = may('output.review');
  const mayWrite = may('output.write');
  const picked = page.outputs.filter(({ id }) => chosen.has(id));

  /** A key on a row means what is chosen; the row itself when nothing is. */
  const meant = (output: OutputView): readonly OutputView[] => (picked.length > 0 ? picked : [output]);

  /** Does it, says what was done, and frees the choice. */
  async function does(word: 'acceptedN' | 'sentBack' | 'withdrawn' | 'editedN', work: ReturnType<typeof accept>) {
    const { n, undo: back } = await work;
    setChosen(new Set());
    undo.tell({ text: tell(word, { n }), undo: n > 0 ? back : null });
  }
  const accepting = useTask((outputs: readonly OutputView[]) => does('acceptedN', accept(outputs)));
  const run = {
    return: (outputs: readonly OutputView[], reason: string) => does('sentBack', sendBack(outputs, reason)),
    withdraw: (outputs: readonly OutputView[], reason: string) => does('withdrawn', withdraw(outputs, reason)),
  };
  return (
    <>
      <UndoNote undo={undo} />
      <ErrorNote error={accepting.error} />
      <div className="bulk">
        {mayWrite ? <span className="muted">{tell('chosen', { n: picked.length })}</span> : null}
        {mayReview ? (
          <>
            <button
              type="button"
              className="button button-small"
              disabled={picked.length === 0 || accepting.busy}
              onClick={() => void accepting.run(picked)}
            >
              {tell('accept')}
            </button>
            <BulkButton
              word="sendBack"
              picked={picked}
              onClick={() => setAsking({ what: 'return', outputs: picked })}
            />
          </>
        ) : null}
        {mayWrite ? (
          <>
            <BulkButton word="editMany" picked={picked} onClick={() => setAsking({ what: 'edit', outputs: picked })} />
            <BulkButton
              word="withdraw"
              picked={picked}
              onClick={() => setAsking({ what: 'withdraw', outputs: picked })}
            />
          </>
        ) : null}
        <span className="muted keys-help">
          {tell(mayReview ? 'keysHelp' : mayWrite ? 'keysHelpWrite' : 'keysHelpRead')}
        </span>
      </div>
      <EntryTable
        outputs={page.outputs}
        chosen={chosen}
        onChoose={mayWrite ? setChosen : null}
        onAccept={mayReview ? (output) => void accepting.run(meant(output)) : null}
        onReturn={mayReview ? (output) => setAsking({ what: 'return', outputs: meant(output) }) : null}
      />
      <nav className="buttons" aria-label={tell('list')}>
        {address.get('after') ? (
          <Link href={address.with({ after: null, afterDate: null })} className="button">
            {tell('newest')}
          </Link>
        ) : null}
        {page.next ? (
          <Link href={address.with({ after: page.next.id, afterDate: page.next.startDate })} className="button">
            {tell('older')}
          </Link>
        ) : null}
      </nav>
      {asking?.what === 'edit' ? (
        <EditMany
          n={asking.outputs.length}
          kinds={kinds.data?.kinds ?? []}
          run={(change, reason) => does('editedN', edit(asking.outputs, change, { reason, mayReview }))}
          onClose={() => setAsking(null)}
        />
      ) : null}
      {asking && asking.what !== 'edit' ? (
        <ReasonDialog
          title={tell(asking.what === 'return' ? 'sendBackTitle' : 'withdrawTitle')}
          body={tell(asking.what === 'return' ? 'sendBackBody' : 'withdrawBody')}
          action={tell(asking.what === 'return' ? 'sendBack' : 'withdraw')}
          run={(reason) => (asking.what === 'edit' ? Promise.resolve() : run[asking.what](asking.outputs, reason))}
          onClose={() => setAsking(null)}
        />
      ) : null}
    </>
  );
}

function BulkButton(props: {
  word: 'sendBack' | 'editMany' | 'withdraw';
  picked: readonly OutputView[];
  onClick: () => void;
}) {
  const { tell } = useLedgerSpeech();
  return (
    <button type="button" className="button button-small" disabled={props.picked.length === 0} onClick={props.onClick}>
      {tell(props.word)}
    </button>
  );
}
