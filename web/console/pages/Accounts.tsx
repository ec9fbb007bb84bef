import { useState } from 'react';
import { Link } from 'wouter';
import { createAccount, listAccounts, resetAccount, updateAccount } from '../calls.ts';
import { useSpeech, useStaff } from '../context.tsx';
import { ConfirmByName, Dialog } from '../parts/confirm.tsx';
import { CopyButton } from '../parts/copy.tsx';
import { SelectField, TextField, UnitField } from '../parts/fields.tsx';
import { Empty, ErrorNote, Loaded, Note, Page } from '../parts/page.tsx';
import { Table } from '../parts/table.tsx';
import { useRemote, useTask } from '../remote.ts';
import { type Account, ROLES, type Role } from '../wire.ts';
import { ROLE_WORDS } from '../wording.ts';

type Asking = { readonly what: 'edit' | 'disable' | 'reset'; readonly account: Account };

export function AccountsPage() {
  const { say, pick } = useSpeech();
  const { user } = useStaff();
  const remote = useRemote('accounts', listAccounts);
  const [asking, setAsking] = useState<Asking | null>(null);
  const [link, setLink] = useState<{ readonly name: string; readonly url: string } | null>(null);
  const enable = useTask(async (account: Account) => {
    await updateAccount(account.id, { disabled: false });
    remote.reload();
  });
  const close = (): void => setAsking(null);
  return (
    <Page
      title={say('accounts')}
      lead={say('accountsLead')}
      actions={
        <Link href="/accounts/new" className="button button-main">
          {say('newAccount')}
        </Link>
      }
    >
      {link ? <OneTimeLink name={link.name} url={link.url} /> : null}
      <ErrorNote error={enable.error} />
      <Loaded remote={remote}>
        {({ accounts }) =>
          accounts.length === 0 ? (
            <Empty title={say('accountsEmpty')} />
          ) : (
            <Table
              caption={say('accounts')}
              rows={accounts}
              keyOf={({ id }) => id}
              columns={[
                { head: say('personName'), names: true, cell: ({ name }) => name },
                { head: say('username'), cell: ({ username }) => <code>{username}</code> },
                { head: say('role'), cell: ({ role }) => pick(ROLE_WORDS[role]) },
                { head: say('unit'), cell: ({ unitName }) => unitName ?? say('allUnits') },
                {
                  head: say('state'),
                  cell: ({ disabled, hasPassword }) => (
                    <span className={`mark mark-${disabled ? 'closed' : hasPassword ? 'open' : 'warning'}`}>
                      {say(disabled ? 'accountDisabled' : hasPassword ? 'accountActive' : 'accountPending')}
                    </span>
                  ),
                },
                {
                  head: say('actions'),
                  cell: (account) => (
                    <span className="row-actions">
                      <RowButton
                        account={account}
                        label={say('edit')}
                        onClick={() => setAsking({ what: 'edit', account })}
                      />
                      <RowButton
                        account={account}
                        label={say('reset')}
                        onClick={() => setAsking({ what: 'reset', account })}
                      />
                      {account.disabled ? (
                        <RowButton account={account} label={say('enable')} onClick={() => void enable.run(account)} />
                      ) : account.id === user.id ? null : (
                        <RowButton
                          account={account}
                          label={say('disable')}
                          onClick={() => setAsking({ what: 'disable', account })}
                        />
                      )}
                    </span>
                  ),
                },
              ]}
            />
          )
        }
      </Loaded>
      {asking?.what === 'edit' ? <EditAccount account={asking.account} onDone={remote.reload} onClose={close} /> : null}
      {asking?.what === 'disable' ? (
        <ConfirmByName
          title={say('disableTitle', { username: asking.account.username })}
          body={say('disableBody')}
          label={say('confirmUsername', { code: asking.account.username })}
          expected={asking.account.username}
          action={say('disable')}
          run={async () => {
            await updateAccount(asking.account.id, { disabled: true });
            remote.reload();
          }}
          onClose={close}
        />
      ) : null}
      {asking?.what === 'reset' ? (
        <ConfirmByName
          title={say('resetTitle', { username: asking.account.username })}
          body={say('resetBody')}
          label={say('confirmUsername', { code: asking.account.username })}
          expected={asking.account.username}
          action={say('reset')}
          run={async () => {
            const reset = await resetAccount(asking.account.id);
            setLink({ name: asking.account.name, url: reset.link });
            remote.reload();
          }}
          onClose={close}
        />
      ) : null}
    </Page>
  );
}

function RowButton(props: { account: Account; label: string; onClick: () => void }) {
  return (
    <button type="button" className="link" onClick={props.onClick}>
      {props.label}
      <span className="visually-hidden">（{props.account.username}）</span>
    </button>
  );
}

/** Shown once: only its hash is kept. */
function OneTimeLink({ name, url }: { name: string; url: string }) {
  const { say } = useSpeech();
  return (
    <Note kind="done">
      <p>{say('oneTimeLinkLead', { name })}</p>
      <p className="one-time-link">
        <code>{url}</code> <CopyButton text={url} label={`${say('copy')} ${say('oneTimeLink')}`} />
      </p>
    </Note>
  );
}

function RoleField({ value, onChange }: { value: Role; onChange: (role: Role) => void }) {
  const { say, pick } = useSpeech();
  return (
    <SelectField
      label={say('role')}
      value={value}
      onChange={(chosen) => onChange(ROLES.find((role) => role === chosen) ?? value)}
      options={ROLES.map((role) => [role, pick(ROLE_WORDS[role])])}
    />
  );
}

function EditAccount({ account, onDone, onClose }: { account: Account; onDone: () => void; onClose: () => void }) {
  const { say } = useSpeech();
  const [name, setName] = useState(account.name);
  const [role, setRole] = useState<Role>(account.role);
  const [unitCode, setUnitCode] = useState(account.unitCode);
  const task = useTask(async () => {
    // Only what was changed: a value left alone is not the business of this edit.
    await updateAccount(account.id, {
      ...(name.trim() === account.name ? {} : { name: name.trim() }),
      ...(role === account.role ? {} : { role }),
      ...(unitCode === account.unitCode ? {} : { unitCode }),
    });
    onDone();
    onClose();
  });
  return (
    <Dialog title={say('editAccount', { username: account.username })} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void task.run();
        }}
      >
        <TextField label={say('personName')} value={name} onChange={setName} />
        <RoleField value={role} onChange={setRole} />
        <UnitField
          label={say('unit')}
          value={unitCode}
          onChange={setUnitCode}
          {...(account.unitCode === '' ? { first: ['', say('allUnits')] as const, optional: true } : {})}
        />
        <ErrorNote error={task.error} />
        <div className="buttons">
          <button type="submit" className="button button-main" disabled={task.busy}>
            {task.busy ? say('working') : say('save')}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {say('cancel')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

export function NewAccountPage() {
  const { say } = useSpeech();
  const { user } = useStaff();
  const [username, setUsername] = useState('');
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('leader');
  const [unitCode, setUnitCode] = useState(user.unit?.code ?? '');
  const [link, setLink] = useState<{ readonly name: string; readonly url: string } | null>(null);
  const task = useTask(async () => {
    const made = await createAccount({ username: username.trim(), name: name.trim(), role, unitCode });
    if (made.link) setLink({ name: made.account.name, url: made.link });
    setUsername('');
    setName('');
  });
  return (
    <Page title={say('newAccount')} lead={say('accountsLead')}>
      {link ? <OneTimeLink name={link.name} url={link.url} /> : null}
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void task.run();
        }}
      >
        <TextField label={say('username')} hint={say('usernameHint')} value={username} onChange={setUsername} />
        <TextField label={say('personName')} value={name} onChange={setName} />
        <RoleField value={role} onChange={setRole} />
        <UnitField
          label={say('unit')}
          value={unitCode}
          onChange={setUnitCode}
          {...(user.unit ? {} : { first: ['', say('allUnits')] as const, optional: true })}
        />
        <ErrorNote error={task.error} />
        <div className="buttons">
          <button type="submit" className="button button-main" disabled={task.busy}>
            {task.busy ? say('working') : say('createAccount')}
          </button>
          <Link href="/accounts" className="button">
            {say('back')}
          </Link>
        </div>
      </form>
    </Page>
  );
}
