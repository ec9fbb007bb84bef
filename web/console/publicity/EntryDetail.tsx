import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { MEDIA_LEVEL_NAMES } from '../../../src/core/publicity/names.ts';
import { useStaff } from '../context.tsx';
import { ErrorNote, Loaded, Note } from '../parts/page.tsx';
import { type Fact, Facts } from '../parts/table.tsx';
import { useRemote, useTask } from '../remote.ts';
import { Attachments } from './Attachments.tsx';
import { changeOutput, listClosings, readHistory, readOutput, reopenOutputs, restoreOutput } from './calls.ts';
import { useKinds, useUnits } from './catalogue.ts';
import { draftOf, inputOf } from './draft.ts';
import { EntryForm } from './EntryForm.tsx';
import { EntryHistory } from './EntryHistory.tsx';
import { Days, Reached, StateMark } from './EntryTable.tsx';
import { isClosed, ReasonDialog } from './ReasonDialog.tsx';
import { isPlain, quantityText, readBack } from './reading.ts';
import { accept, sendBack, withdraw } from './reviewing.ts';
import { Section } from './Section.tsx';
import { useLedgerSpeech } from './speech.ts';
import { UndoNote, useUndo } from './UndoNote.tsx';
import type { OutputView } from './wire.ts';

/** One entry: what it says, its photos, what can be done with it, and everything that was done. */
export function EntryDetailPage({ id }: { id: string }) {
  const { tell } = useLedgerSpeech();
  const remote = useRemote(`output ${id}`, () => readOutput(id));
  const history = useRemote(`history ${id} ${remote.data?.version}`, () => readHistory(id));
  return (
    <Section title={tell('entry')}>
      <p>
        <Link href="/publicity">‹ {tell('toList')}</Link>
      </p>
      <Loaded remote={remote}>{(output) => <Detail output={output} reload={remote.reload} />}</Loaded>
      <section className="block" aria-labelledby="history">
        <h2 id="history">{tell('history')}</h2>
        <Loaded remote={history} lines={3}>
          {({ events }) => <EntryHistory events={events} />}
        </Loaded>
      </section>
    </Section>
  );
}

const ASKING_WORDS = {
  return: { title: 'sendBackTitle', body: 'sendBackBody', action: 'sendBack' },
  withdraw: { title: 'withdrawTitle', body: 'withdrawBody', action: 'withdraw' },
  restore: { title: 'restoreClosedTitle', body: 'closedBody', action: 'restore' },
} as const;

function Detail({ output, reload }: { output: OutputView; reload: () => void }) {
  const { tell, pick, lang } = useLedgerSpeech();
  const { may } = useStaff();
  const undo = useUndo(reload);
  const [asking, setAsking] = useState<'return' | 'withdraw' | 'restore' | null>(null);
  const { state } = output;
  const isOpen = state === 'submitted' || state === 'returned' || state === 'accepted';
  const mayReview = may('output.review');
  const task = useTask(async (deed: 'accept' | 'restore' | 'reopen') => {
    if (deed !== 'accept') {
      try {
        await (deed === 'restore' ? restoreOutput(output) : reopenOutputs([output.id]));
      } catch (error) {
        if (!isClosed(error)) throw error;
        setAsking('restore');
        return;
      }
      undo.tell({ text: tell('undone'), undo: null });
      return;
    }
    const { n, undo: back } = await accept([output]);
    undo.tell({ text: tell('acceptedN', { n }), undo: back });
  });
  async function run(reason: string): Promise<void> {
    if (asking === 'restore') {
      await (state === 'returned' ? reopenOutputs([output.id], reason) : restoreOutput(output, reason));
      undo.tell({ text: tell('undone'), undo: null });
      return;
    }
    const done = asking === 'return' ? await sendBack([output], reason) : await withdraw([output], reason);
    undo.tell({ text: tell(asking === 'return' ? 'sentBack' : 'withdrawn', { n: done.n }), undo: done.undo });
  }
  const facts: readonly (Fact | null)[] = [
    [tell('state'), <StateMark key="state" state={state} />],
    [tell('unit'), output.unit.name],
    [tell('date'), <Days key="days" output={output} />],
    output.place ? [tell('placeShort'), output.place] : null,
    [
      tell('quantity'),
      <>
        {quantityText(output.quantity, output.countedIn, lang)}{' '}
        {isPlain(output.quantity) ? null : (
          <span className="muted">
            {lang === 'zh' ? readBack(output.quantity, output.countedIn, lang) : output.quantity.text}
          </span>
        )}
        {output.measure === 'stock' ? <span className="under">{tell('standsAs')}</span> : null}
      </>,
    ],
    output.reach.length > 0 ? [tell('reached'), <Reached key="reached" output={output} />] : null,
    output.title ? [tell('titleOther'), output.title] : null,
    output.outlet ? [tell('outlet'), output.outlet] : null,
    output.mediaLevel
      ? [
          tell('mediaLevel'),
          <>
            {pick(MEDIA_LEVEL_NAMES[output.mediaLevel])}
            {output.ownLevel === output.mediaLevel ? null : (
              <span className="under">
                {tell('raisedLevel', {
                  own: output.ownLevel ? pick(MEDIA_LEVEL_NAMES[output.ownLevel]) : tell('empty'),
                })}
              </span>
            )}
          </>,
        ]
      : null,
    output.link
      ? [
          tell('link'),
          <a key="link" href={output.link} rel="noreferrer noopener" target="_blank">
            {output.link}
          </a>,
        ]
      : null,
    output.note ? [tell('note'), output.note] : null,
    output.mergedInto
      ? [
          tell('mergedInto'),
          <Link key="merged" href={`/publicity/entries/${output.mergedInto}`}>
            {tell('entry')}
          </Link>,
        ]
      : null,
    output.importId
      ? [
          tell('import'),
          <Link key="import" href={`/publicity?import=${output.importId}`}>
            {tell('ofImport')}
          </Link>,
        ]
      : null,
  ];
  return (
    <>
      <h2 className="entry-heading">
        {pick(output.kindName)} {quantityText(output.quantity, output.countedIn, lang)}
      </h2>
      <UndoNote undo={undo} />
      {output.returnReason ? (
        <Note kind="warning">
          <p>{tell('returnedBecause', { reason: output.returnReason })}</p>
        </Note>
      ) : null}
      {output.correctionReason ? (
        <Note kind="plain">
          <p>{tell('correction', { reason: output.correctionReason })}</p>
        </Note>
      ) : null}
      <Facts facts={facts.filter((fact): fact is Fact => fact !== null)} />
      <ErrorNote error={task.error} />
      <div className="buttons">
        {isOpen && may('output.write') ? (
          <Link href={`/publicity/entries/${output.id}/edit`} className="button">
            {tell('edit')}
          </Link>
        ) : null}
        {may('output.write') ? (
          <Link href={`/publicity/new?again=${output.id}`} className="button">
            {tell('repeat')}
          </Link>
        ) : null}
        {mayReview && state === 'submitted' ? (
          <button type="button" className="button button-main" onClick={() => void task.run('accept')}>
            {tell('accept')}
          </button>
        ) : null}
        {mayReview && (state === 'submitted' || state === 'accepted') ? (
          <button type="button" className="button" onClick={() => setAsking('return')}>
            {tell('sendBack')}
          </button>
        ) : null}
        {mayReview && (state === 'returned' || state === 'accepted') ? (
          <button type="button" className="button" onClick={() => void task.run('reopen')}>
            {tell('takeBack')}
          </button>
        ) : null}
        {isOpen && may('output.write') ? (
          <button type="button" className="button" onClick={() => setAsking('withdraw')}>
            {tell('withdraw')}
          </button>
        ) : null}
        {(state === 'withdrawn' && may('output.write')) || (state === 'merged' && mayReview) ? (
          <button type="button" className="button" onClick={() => void task.run('restore')}>
            {tell('restore')}
          </button>
        ) : null}
      </div>
      <Attachments output={output} />
      {asking ? (
        <ReasonDialog
          title={tell(ASKING_WORDS[asking].title)}
          body={tell(ASKING_WORDS[asking].body)}
          action={tell(ASKING_WORDS[asking].action)}
          run={run}
          onClose={() => setAsking(null)}
        />
      ) : null}
    </>
  );
}

export function EntryEditPage({ id }: { id: string }) {
  const { tell } = useLedgerSpeech();
  const remote = useRemote(`output ${id}`, () => readOutput(id));
  return (
    <Section title={tell('changeTitle')}>
      <p>
        <Link href={`/publicity/entries/${id}`}>‹ {tell('entry')}</Link>
      </p>
      <Loaded remote={remote}>{(output) => <EditEntry output={output} />}</Loaded>
    </Section>
  );
}

function EditEntry({ output }: { output: OutputView }) {
  const { tell, pick } = useLedgerSpeech();
  const [, navigate] = useLocation();
  const kinds = useKinds();
  const units = useUnits();
  const year = output.startDate.slice(0, 4) || '2000';
  const closings = useRemote(`closed ${output.unitCode} ${year}`, () => listClosings({ unit: output.unitCode, year }));
  const task = useTask(async (change: Parameters<typeof changeOutput>[1]) => {
    await changeOutput(output, change);
    navigate(`/publicity/entries/${output.id}`);
  });
  return (
    <>
      <h2 className="entry-heading">{pick(output.kindName)}</h2>
      <ErrorNote error={task.error} />
      <Loaded remote={kinds}>
        {(catalogue) => (
          <EntryForm
            kinds={catalogue.kinds}
            units={(units.data?.units ?? []).filter(({ code }) => code === output.unitCode)}
            places={[]}
            start={draftOf(output)}
            takesPhotos={false}
            closed={closings.data?.closings.map(({ month }) => month) ?? []}
            action={tell('saveChange')}
            busy={task.busy}
            onSubmit={(draft) => {
              const reason = draft.reason.trim();
              void task.run({ ...inputOf(draft), ...(reason ? { reason } : {}) });
            }}
          />
        )}
      </Loaded>
    </>
  );
}
