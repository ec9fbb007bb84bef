import { useState } from 'react';
import { Link } from 'wouter';
import { CASE_EVENTS } from '../../../src/core/sample/case-state.ts';
import { DISPOSITIONS, findDisposition } from '../../../src/core/sample/dispositions.ts';
import { formatCount, formatInstant } from '../../shared/format.ts';
import type { Address } from '../address.ts';
import { useStaff } from '../context.tsx';
import { SelectField, UnitField } from '../parts/fields.tsx';
import { Empty, Loaded } from '../parts/page.tsx';
import { Table } from '../parts/table.tsx';
import { useRemote } from '../remote.ts';
import { type CaseAction, changeCase, getBoard, listCases } from './calls.ts';
import { ReasonDialog } from './ReasonDialog.tsx';
import { usePhoneSpeech } from './speech.ts';
import type { CaseView, KeptAnswers } from './wire.ts';
import { CASE_STATE_WORDS } from './wording.ts';

type Person = readonly [id: string, name: string];

/** The cases of a wave, and what a manager does to one of them: always with a reason. */
export function CasesTab({ wave, address }: { wave: string; address: Address }) {
  const { tell, pick, say } = usePhoneSpeech();
  const { may } = useStaff();
  const of = {
    state: address.get('state'),
    unit: address.get('unit'),
    interviewer: address.get('interviewer'),
    before: address.get('before'),
  };
  const cases = useRemote(`cases ${wave} ${JSON.stringify(of)}`, () => listCases(wave, of));
  const board = useRemote(`people ${wave}`, () => getBoard(wave));
  const people = (board.data?.interviewers ?? []).map(({ id, name }): Person => [id, name]);
  const [asking, setAsking] = useState<{ action: CaseAction; one: CaseView } | null>(null);
  const filter = (name: string) => (value: string) => address.set({ [name]: value, before: null });
  return (
    <>
      <div className="table-tools">
        <SelectField
          label={tell('state')}
          value={of.state ?? ''}
          required={false}
          onChange={filter('state')}
          options={[
            ['', say('all')],
            ...Object.entries(CASE_STATE_WORDS).map(([state, text]) => [state, pick(text)] as const),
          ]}
        />
        <UnitField
          label={tell('unit')}
          value={of.unit ?? ''}
          required={false}
          onChange={filter('unit')}
          first={['', say('all')]}
        />
        <SelectField
          label={tell('interviewer')}
          value={of.interviewer ?? ''}
          required={false}
          onChange={filter('interviewer')}
          options={[['', say('all')], ...people]}
        />
      </div>
      <Loaded remote={cases} lines={12}>
        {({ cases: rows, next }) =>
          rows.length === 0 ? (
            <Empty title={tell('casesNone')} />
          ) : (
            <>
              <CaseTable rows={rows} people={people} ask={may('fieldwork.manage') ? setAsking : null} />
              <nav className="buttons" aria-label={tell('cases')}>
                {of.before ? (
                  <Link href={address.with({ before: null })} className="button">
                    {tell('firstPage')}
                  </Link>
                ) : null}
                {next === null ? null : (
                  <Link href={address.with({ before: next })} className="button">
                    {tell('nextPage')}
                  </Link>
                )}
              </nav>
            </>
          )
        }
      </Loaded>
      {asking ? <CaseDialog {...asking} people={people} reload={cases.reload} onClose={() => setAsking(null)} /> : null}
    </>
  );
}

const CASE_ACTIONS: readonly CaseAction[] = ['release', 'reassign', 'reopen', 'recode', 'hold', 'unhold'];

/** What the case's state lets a manager do: the table of the states itself says so. */
function actionsOf(one: CaseView): CaseAction[] {
  const isPossible = (action: CaseAction): boolean =>
    action === 'release'
      ? one.leaseBy !== null && CASE_EVENTS.reassign.includes(one.state)
      : CASE_EVENTS[action].includes(one.state);
  return CASE_ACTIONS.filter(isPossible);
}

function CaseTable(props: {
  rows: readonly CaseView[];
  people: readonly Person[];
  ask: ((asking: { action: CaseAction; one: CaseView }) => void) | null;
}) {
  const { rows, people, ask } = props;
  const { tell, pick, lang } = usePhoneSpeech();
  const nameOf = (id: string | null): string => (id === null ? '' : (people.find(([own]) => own === id)?.[1] ?? id));
  return (
    <Table
      caption={tell('cases')}
      rows={rows}
      keyOf={({ id }) => id}
      columns={[
        {
          head: tell('number'),
          names: true,
          cell: ({ numbers, id }) => (
            <>
              <span className="nowrap">{numbers[0] ?? tell('numberGone')}</span>
              <span className="under">{id.slice(-6)}</span>
            </>
          ),
        },
        { head: tell('town'), cell: ({ unit }) => <span className="nowrap">{unit.name}</span> },
        {
          head: tell('state'),
          cell: ({ state, holdReason, overQuota }) => (
            <>
              <span className="nowrap">{pick(CASE_STATE_WORDS[state])}</span>
              {holdReason ? (
                <span className="under">{holdReason === 'quota-full' ? tell('quotaFull') : holdReason}</span>
              ) : null}
              {overQuota ? <span className="under">{tell('overQuota')}</span> : null}
            </>
          ),
        },
        {
          head: tell('result'),
          cell: ({ disposition }) => {
            const label = disposition === null ? null : findDisposition(disposition)?.label;
            return disposition === null ? '' : `${disposition} ${label ? pick(label) : ''}`;
          },
        },
        { head: tell('attempts'), number: true, cell: ({ attempts }) => formatCount(attempts) },
        {
          head: tell('when'),
          cell: ({ appointmentStart, dueAt, lastAttemptAt, state }) => (
            <span className="nowrap">
              {appointmentStart !== null
                ? tell('appointmentAt', { at: formatInstant(appointmentStart, lang) })
                : state === 'FINAL'
                  ? formatInstant(lastAttemptAt, lang)
                  : tell('dueAt', { at: formatInstant(dueAt, lang) })}
            </span>
          ),
        },
        {
          head: tell('interviewer'),
          cell: ({ leaseBy, assignedTo }) => (
            <>
              {nameOf(leaseBy)}
              {assignedTo ? <span className="under">{tell('assignedTo', { name: nameOf(assignedTo) })}</span> : null}
            </>
          ),
        },
        ...(ask === null
          ? []
          : [
              {
                head: tell('actions'),
                cell: (one: CaseView) => (
                  <span className="row-actions">
                    {actionsOf(one).map((action) => (
                      <button key={action} type="button" className="link" onClick={() => ask({ action, one })}>
                        {tell(action)}
                      </button>
                    ))}
                  </span>
                ),
              },
            ]),
      ]}
    />
  );
}

function CaseDialog(props: {
  action: CaseAction;
  one: CaseView;
  people: readonly Person[];
  reload: () => void;
  onClose: () => void;
}) {
  const { action, one, people, reload, onClose } = props;
  const { tell, pick } = usePhoneSpeech();
  const [to, setTo] = useState('');
  const [disposition, setDisposition] = useState(one.disposition ?? '');
  const [answers, setAnswers] = useState<KeptAnswers>('keep');
  return (
    <ReasonDialog
      title={`${tell(action)} · ${one.unit.name} ${one.numbers[0] ?? ''}`}
      body={tell(`${action}Body`)}
      action={tell(action)}
      run={async (reason) => {
        await changeCase(one.id, action, {
          reason,
          ...(action === 'reassign' ? { to: to || null } : {}),
          ...(action === 'recode' ? { disposition } : {}),
          ...(action === 'reopen' ? { answers } : {}),
        });
        reload();
      }}
      onClose={onClose}
    >
      {action === 'reassign' ? (
        <SelectField
          label={tell('interviewer')}
          value={to}
          required={false}
          onChange={setTo}
          options={[['', tell('anyone')], ...people]}
        />
      ) : null}
      {action === 'reopen' ? (
        <SelectField
          label={tell('answersOf')}
          hint={tell(answers === 'keep' ? 'answersKeepHint' : 'answersAsideHint')}
          value={answers}
          onChange={(value) => setAnswers(value === 'set-aside' ? 'set-aside' : 'keep')}
          options={[
            ['keep', tell('answersKeep')],
            ['set-aside', tell('answersAside')],
          ]}
        />
      ) : null}
      {action === 'recode' ? (
        <SelectField
          label={tell('result')}
          value={disposition}
          onChange={setDisposition}
          options={DISPOSITIONS.map(({ code, label }) => [code, `${code} ${pick(label)}`])}
        />
      ) : null}
    </ReasonDialog>
  );
}
