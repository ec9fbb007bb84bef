import { useState } from 'react';
import { Link } from 'wouter';
import { PLATFORM_NAMES } from '../../../src/core/publicity/media-accounts.ts';
import { formatDay } from '../../shared/format.ts';
import { useAddress } from '../address.ts';
import { useStaff } from '../context.tsx';
import { SelectField } from '../parts/fields.tsx';
import { Empty, ErrorNote, Loaded } from '../parts/page.tsx';
import { Table } from '../parts/table.tsx';
import { useTask } from '../remote.ts';
import { Account } from './Account.tsx';
import { AccountForm, type Named } from './AccountForm.tsx';
import { addAccount } from './account-calls.ts';
import { useAccounts, useUnits, writingUnits } from './catalogue.ts';
import { Section } from './Section.tsx';
import { useLedgerSpeech } from './speech.ts';
import { UndoNote, useUndo } from './UndoNote.tsx';
import type { MediaAccountView } from './wire.ts';

/** Accounts under which units publish, by unit and name and in no other order. */
export function AccountsPage() {
  const { tell, pick, lang } = useLedgerSpeech();
  const { may } = useStaff();
  const address = useAddress();
  const remote = useAccounts();
  const undo = useUndo(remote.reload);
  const chosen = remote.data?.accounts.find(({ id }) => id === address.get('id'));
  return (
    <Section title={tell('accounts')} lead={tell('accountsLead')}>
      <UndoNote undo={undo} />
      {chosen ? <Account key={`${chosen.id} ${chosen.version}`} account={chosen} tellDone={undo.tell} /> : null}
      {may('output.write') && !chosen ? (
        <NewAccount
          onAdded={(id, name) => {
            undo.tell({ text: tell('accountAdded', { name }), undo: null });
            address.set({ id });
          }}
        />
      ) : null}
      {chosen ? null : (
        <Loaded remote={remote}>
          {({ accounts }) =>
            accounts.length === 0 ? (
              <Empty title={tell('accountsEmpty')}>
                <p>{tell('accountsEmptyHow')}</p>
              </Empty>
            ) : (
              <Table
                caption={tell('accounts')}
                rows={accounts}
                keyOf={({ id }) => id}
                columns={[
                  {
                    head: tell('accountName'),
                    names: true,
                    cell: ({ id, name }) => <Link href={address.with({ id })}>{name}</Link>,
                  },
                  { head: tell('platform'), cell: ({ platform }) => pick(PLATFORM_NAMES[platform]) },
                  { head: tell('unit'), cell: ({ unit }) => unit.name },
                  { head: tell('followers'), cell: (account) => <Newest account={account} /> },
                  {
                    head: tell('state'),
                    cell: ({ endedOn }) =>
                      endedOn === null ? tell('accountInUse') : tell('accountEnded', { day: formatDay(endedOn, lang) }),
                  },
                ]}
              />
            )
          }
        </Loaded>
      )}
    </Section>
  );
}

function Newest({ account }: { account: MediaAccountView }) {
  const { tell, lang } = useLedgerSpeech();
  const figure = account.followers.at(-1);
  if (!figure) return <span className="muted">{tell('followersNone')}</span>;
  return tell('followersOn', { n: figure.quantity.text, day: formatDay(figure.day, lang) });
}

function NewAccount({ onAdded }: { onAdded: (id: string, name: string) => void }) {
  const { tell } = useLedgerSpeech();
  const { user } = useStaff();
  const units = useUnits();
  const offered = writingUnits(units.data?.units ?? []);
  const [unit, setUnit] = useState(user.unit?.code ?? '');
  const task = useTask(async (named: Named) => {
    const { id } = await addAccount({ ...named, unit: unit || (offered[0]?.code ?? '') });
    onAdded(id, named.name);
  });
  return (
    <details className="no-print new-instrument">
      <summary>{tell('accountNew')}</summary>
      {offered.length > 1 ? (
        <SelectField
          label={tell('unit')}
          value={unit}
          onChange={setUnit}
          options={offered.map(({ code, name }) => [code, name] as const)}
        />
      ) : null}
      <AccountForm
        start={{ platform: 'wechat', name: '', aliases: [] }}
        action={tell('accountAdd')}
        busy={task.busy}
        onSubmit={(named) => void task.run(named)}
      />
      <ErrorNote error={task.error} />
    </details>
  );
}
