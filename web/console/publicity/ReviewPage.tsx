import { useState } from 'react';
import { Link } from 'wouter';
import { periodText } from '../../../src/core/period.ts';
import { MEDIA_LEVEL_NAMES } from '../../../src/core/publicity/names.ts';
import { CHECKS } from '../../../src/core/publicity/plausibility.ts';
import { fill } from '../../../src/core/text.ts';
import { useAddress } from '../address.ts';
import { useStaff } from '../context.tsx';
import { TextField, UnitField } from '../parts/fields.tsx';
import { Empty, ErrorNote, Loaded } from '../parts/page.tsx';
import { type Fact, Facts } from '../parts/table.tsx';
import { useRemote, useTask } from '../remote.ts';
import { judgePair, listMarks, listOutputs, listProposals, mergeOutputs, restoreOutput } from './calls.ts';
import { useUnits, writingUnits } from './catalogue.ts';
import { today } from './dates.ts';
import { Days, Reached, StateMark } from './EntryTable.tsx';
import { isClosed, ReasonDialog } from './ReasonDialog.tsx';
import { quantityText } from './reading.ts';
import { Section } from './Section.tsx';
import { useLedgerSpeech } from './speech.ts';
import { UndoNote, useUndo } from './UndoNote.tsx';
import type { DuplicateProposal, MarkList, OutputView } from './wire.ts';
import { REASON_WORDS, UNJUDGED_WORDS } from './wording.ts';

/** For reviewers what waits, what may have been entered twice and what is worth a look; for all what came back. */
export function ReviewPage() {
  const { tell } = useLedgerSpeech();
  const mayReview = useStaff().may('output.review');
  return (
    <Section title={tell(mayReview ? 'review' : 'returnedPage')} lead={tell(mayReview ? 'reviewLead' : 'returnedLead')}>
      {mayReview ? (
        <>
          <Queue />
          <Doubles />
          <Marks />
        </>
      ) : null}
      <Returned isWhole={!mayReview} />
    </Section>
  );
}

/** How much waits, and the way to it. */
function Queue() {
  const { tell } = useLedgerSpeech();
  const remote = useRemote('queue', () => listOutputs({ states: 'submitted' }));
  return (
    <section aria-labelledby="queue">
      <h2 id="queue">{tell('queueTitle')}</h2>
      <Loaded remote={remote} lines={1}>
        {({ outputs, next }) =>
          outputs.length === 0 ? (
            <p>{tell('queueNone')}</p>
          ) : (
            <p>
              {tell(next ? 'queueMany' : 'queueN', { n: outputs.length })}{' '}
              <Link href="/publicity?state=submitted">{tell('queueGo')}</Link>
            </p>
          )
        }
      </Loaded>
    </section>
  );
}

function Returned({ isWhole }: { isWhole: boolean }) {
  const { tell, pick, lang } = useLedgerSpeech();
  const remote = useRemote('returned', () => listOutputs({ states: 'returned' }));
  return (
    <section className={isWhole ? undefined : 'block'} aria-labelledby="returned">
      <h2 id="returned" className={isWhole ? 'visually-hidden' : undefined}>
        {tell('returnedTitle')}
      </h2>
      <Loaded remote={remote} lines={3}>
        {({ outputs }) =>
          outputs.length === 0 ? (
            <Empty title={tell('returnedNone')} />
          ) : (
            <ul className="returned">
              {outputs.map((output) => (
                <li key={output.id}>
                  <p>
                    <Link href={`/publicity/entries/${output.id}`}>
                      {pick(output.kindName)} {quantityText(output.quantity, output.countedIn, lang)}
                    </Link>{' '}
                    <span className="muted">
                      {output.unit.name} {output.place} <Days output={output} />
                    </span>
                  </p>
                  <p className="returned-reason">{tell('returnedBecause', { reason: output.returnReason ?? '' })}</p>
                  <p>
                    <Link className="button button-small" href={`/publicity/entries/${output.id}/edit`}>
                      {tell('mend')}
                    </Link>
                  </p>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  );
}

function Doubles() {
  const { tell, lang } = useLedgerSpeech();
  const address = useAddress();
  const { unit, month } = useAsked();
  const remote = useRemote(unit && `doubles ${unit} ${month}`, () => listProposals({ unit: unit ?? '', month }));
  const undo = useUndo(remote.reload);
  return (
    <section className="block" aria-labelledby="doubles">
      <h2 id="doubles">{tell('doublesTitle')}</h2>
      <p className="hint">{tell('doublesLead')}</p>
      <div className="filters">
        <UnitField
          label={tell('unit')}
          required={false}
          value={unit ?? ''}
          onChange={(value) => address.set({ unit: value })}
        />
        <MonthField value={month} onChange={(value) => address.set({ month: value })} />
      </div>
      <UndoNote undo={undo} />
      <Loaded remote={remote} lines={6}>
        {({ proposals }) => {
          return proposals.length === 0 ? (
            <Empty title={tell('doublesNone', { month: periodText(month, lang) })} />
          ) : (
            <ul className="doubles">
              {proposals.map((proposal) => (
                <Double
                  key={keyOf(proposal)}
                  proposal={proposal}
                  onMerged={(back) => undo.tell({ text: tell('merged'), undo: back })}
                  onApart={(back) => undo.tell({ text: tell('apart'), undo: back })}
                />
              ))}
            </ul>
          );
        }}
      </Loaded>
    </section>
  );
}

/** Figures of the month that are worth a look. */
function Marks() {
  const { tell, pick, lang } = useLedgerSpeech();
  const { unit, month } = useAsked();
  const remote = useRemote(unit && `marks ${unit} ${month}`, () => listMarks({ unit: unit ?? '', month }));
  return (
    <section className="block" aria-labelledby="marks">
      <h2 id="marks">{tell('marksTitle')}</h2>
      <p className="hint">{tell('marksLead')}</p>
      <Loaded remote={remote} lines={3}>
        {({ marks, unjudged }) => (
          <>
            {marks.length === 0 ? (
              <Empty title={tell('marksNone', { month: periodText(month, lang) })} />
            ) : (
              <ul className="returned">
                {marks.map((mark) => (
                  <li key={`${mark.unit.code} ${mark.kind} ${mark.piece?.id ?? ''}`}>
                    <p>
                      <Link
                        href={
                          mark.piece
                            ? `/publicity/entries/${mark.piece.id}`
                            : `/publicity?unit=${mark.unit.code}&kind=${mark.kind}&from=${month}-01&to=${month}-31`
                        }
                      >
                        {mark.unit.name} {mark.piece?.title || pick(mark.kindName)}
                      </Link>
                    </p>
                    <p className="hint">{pick(mark.sentence)}</p>
                  </li>
                ))}
              </ul>
            )}
            <Unjudged counts={unjudged} />
          </>
        )}
      </Loaded>
    </section>
  );
}

/** What could not be held against anything, because nobody has said the number. */
function Unjudged({ counts }: { counts: MarkList['unjudged'] }) {
  const { tell, pick, lang } = useLedgerSpeech();
  const parts = CHECKS.filter((check) => counts[check] > 0).map((check) =>
    fill(pick(UNJUDGED_WORDS[check]), { n: counts[check] }),
  );
  if (parts.length === 0) return null;
  return <p className="hint">{tell('unjudged', { parts: parts.join(lang === 'zh' ? '；' : '; ') })}</p>;
}

/** The unit and month that the address asks for. */
function useAsked(): { readonly unit: string | null; readonly month: string } {
  const { user } = useStaff();
  const address = useAddress();
  const units = useUnits();
  return {
    unit: address.get('unit') ?? user.unit?.code ?? writingUnits(units.data?.units ?? [])[0]?.code ?? null,
    month: address.get('month') ?? today().slice(0, 7),
  };
}

const keyOf = ({ first, second }: DuplicateProposal): string => `${first.id} ${second.id}`;

/** A month; where the browser has no picker for months, it is typed. */
export function MonthField({ value, onChange }: { value: string; onChange: (month: string) => void }) {
  const { tell } = useLedgerSpeech();
  const [typed, setTyped] = useState(value);
  return (
    <TextField
      label={tell('month')}
      type="month"
      required={false}
      value={typed}
      onChange={(text) => {
        setTyped(text);
        if (/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) onChange(text);
      }}
    />
  );
}

/** Both entries side by side, and which of them stays. */
function Double(props: {
  proposal: DuplicateProposal;
  onMerged: (undo: () => Promise<unknown>) => void;
  onApart: (undo: () => Promise<unknown>) => void;
}) {
  const { tell, pick, lang } = useLedgerSpeech();
  const { first, second, reasons, score } = props.proposal;
  const [asked, setAsked] = useState<readonly [gone: OutputView, stays: OutputView] | null>(null);
  const merge = async (gone: OutputView, stays: OutputView, reason?: string): Promise<void> => {
    await mergeOutputs(gone.id, stays.id, reason);
    // A merger raises the version of what went by one.
    props.onMerged(() => restoreOutput({ id: gone.id, version: gone.version + 1 }, reason));
  };
  const task = useTask(async (gone: OutputView, stays: OutputView) => {
    try {
      await merge(gone, stays);
    } catch (error) {
      if (!isClosed(error)) throw error;
      setAsked([gone, stays]);
    }
  });
  const apart = useTask(async () => {
    await judgePair(first.id, second.id, false);
    props.onApart(() => judgePair(first.id, second.id, true));
  });
  const differs = (of: (output: OutputView) => unknown): boolean => of(first) !== of(second);
  const side = (output: OutputView, other: OutputView) => (
    <div className="double-side">
      <h3>
        <Link href={`/publicity/entries/${output.id}`}>
          {pick(output.kindName)} {quantityText(output.quantity, output.countedIn, lang)}
        </Link>
      </h3>
      <Facts
        facts={(
          [
            [tell('unit'), output.unit.name, differs((one) => one.unitCode)],
            [tell('date'), <Days key="days" output={output} />, differs((one) => one.startDate)],
            [tell('placeShort'), output.place, differs((one) => one.place)],
            [tell('titleOther'), output.title, differs((one) => one.title)],
            [tell('outlet'), output.outlet, differs((one) => one.outlet)],
            [
              tell('mediaLevel'),
              output.mediaLevel ? pick(MEDIA_LEVEL_NAMES[output.mediaLevel]) : '',
              differs((one) => one.mediaLevel),
            ],
            [tell('reached'), output.reach.length > 0 ? <Reached key="reached" output={output} /> : '', false],
            [tell('state'), <StateMark key="state" state={output.state} />, false],
          ] as const
        )
          .filter(([, value, isOther]) => value !== '' || isOther)
          .map(([name, value, isOther]): Fact => [name, isOther ? <mark key={name}>{value || '—'}</mark> : value])}
      />
      <button type="button" className="button" disabled={task.busy} onClick={() => void task.run(other, output)}>
        {tell('mergeInto')}
      </button>
    </div>
  );
  return (
    <li>
      <p>
        {reasons.map((reason) => pick(REASON_WORDS[reason])).join(lang === 'zh' ? '；' : '; ')}{' '}
        <span className="muted">{tell('alike', { percent: Math.round(score * 100) })}</span>{' '}
        <button type="button" className="link" disabled={apart.busy} onClick={() => void apart.run()}>
          {tell('notDouble')}
        </button>
      </p>
      <ErrorNote error={task.error ?? apart.error} />
      {asked ? (
        <ReasonDialog
          title={tell('mergeClosedTitle')}
          body={tell('closedBody')}
          action={tell('mergeInto')}
          run={(reason) => merge(...asked, reason)}
          onClose={() => setAsked(null)}
        />
      ) : null}
      <div className="double">
        {side(first, second)}
        {side(second, first)}
      </div>
    </li>
  );
}
