import { useState } from 'react';
import { Link } from 'wouter';
import { PLATFORM_NAMES } from '../../../src/core/publicity/media-accounts.ts';
import { parseQuantity } from '../../../src/core/publicity/quantity.ts';
import { formatDay } from '../../shared/format.ts';
import { useAddress } from '../address.ts';
import { useStaff } from '../context.tsx';
import { TextField } from '../parts/fields.tsx';
import { ErrorNote } from '../parts/page.tsx';
import { type Fact, Facts } from '../parts/table.tsx';
import { useTask } from '../remote.ts';
import { AccountForm, type Named } from './AccountForm.tsx';
import { changeAccount, endAccount, noteFollowers, removeFollowers } from './account-calls.ts';
import { today } from './dates.ts';
import { readTyped } from './reading.ts';
import { useLedgerSpeech } from './speech.ts';
import type { Done } from './UndoNote.tsx';
import type { MediaAccountView } from './wire.ts';

type Told = { readonly account: MediaAccountView; readonly tellDone: (done: Done) => void };

/** One account: how many followed it when, what it is called, until when it was in use. */
export function Account({ account, tellDone }: Told) {
  const { tell, pick, lang } = useLedgerSpeech();
  const { may } = useStaff();
  const address = useAddress();
  const mayKeep = account.isOwn && may('output.write');
  const facts: readonly Fact[] = [
    [tell('platform'), pick(PLATFORM_NAMES[account.platform])],
    [tell('unit'), account.unit.name],
    ...(account.aliases.length > 0 ? [[tell('accountAliases'), account.aliases.join('、')] as const] : []),
    [
      tell('state'),
      account.endedOn === null ? tell('accountInUse') : tell('accountEnded', { day: formatDay(account.endedOn, lang) }),
    ],
  ];
  return (
    <section className="instrument" aria-labelledby="account">
      <p>
        <Link href={address.with({ id: null })}>{tell('accountClose')}</Link>
      </p>
      <h2 id="account">{account.name}</h2>
      {account.isOwn ? null : <p className="hint">{tell('accountAbove')}</p>}
      <Facts facts={facts} />
      <Followers account={account} tellDone={tellDone} mayKeep={mayKeep} />
      {mayKeep ? (
        <div className="block account-changes">
          <Rename account={account} tellDone={tellDone} />
          <Ending account={account} tellDone={tellDone} />
        </div>
      ) : null}
    </section>
  );
}

/** The figures by day, the latest first, and one more. */
function Followers({ account, tellDone, mayKeep }: Told & { mayKeep: boolean }) {
  const { tell, lang } = useLedgerSpeech();
  const [day, setDay] = useState(today());
  const [quantity, setQuantity] = useState('');
  const said = (of: string): string => formatDay(of, lang);
  const note = useTask(async () => {
    const before = account.followers.find((one) => one.day === day);
    await noteFollowers(account.id, { day, quantity });
    setQuantity('');
    tellDone({
      text: tell('followersNoted', { day: said(day) }),
      undo: () =>
        before ? noteFollowers(account.id, { day, quantity: before.quantity.text }) : removeFollowers(account.id, day),
    });
  });
  const drop = useTask(async (of: string, text: string) => {
    await removeFollowers(account.id, of);
    tellDone({
      text: tell('followersDropped', { day: said(of) }),
      undo: () => noteFollowers(account.id, { day: of, quantity: text }),
    });
  });
  // Words are refused here, not kept.
  const isNumber = parseQuantity(quantity).kind === 'number';
  const read = isNumber ? readTyped(quantity, { zh: '人', en: 'followers' }, lang) : null;
  return (
    <section className="block" aria-labelledby="followers">
      <h3 id="followers">{tell('followers')}</h3>
      {account.followers.length === 0 ? <p className="muted">{tell('followersNone')}</p> : null}
      <ul className="returned">
        {[...account.followers].reverse().map((one) => (
          <li key={one.day}>
            {tell('followersOn', { n: one.quantity.text, day: said(one.day) })}{' '}
            {mayKeep ? (
              <button
                type="button"
                className="link"
                disabled={drop.busy}
                onClick={() => void drop.run(one.day, one.quantity.text)}
              >
                {tell('followersDrop', { day: said(one.day) })}
              </button>
            ) : null}
          </li>
        ))}
      </ul>
      <ErrorNote error={drop.error} />
      {mayKeep ? (
        <form
          className="form"
          onSubmit={(event) => {
            event.preventDefault();
            void note.run();
          }}
        >
          <TextField label={tell('followers')} hint={tell('followersHint')} value={quantity} onChange={setQuantity} />
          <p className="read-back" role="status">
            {read === null ? '' : tell('readAs', { text: read })}
          </p>
          <TextField label={tell('followersDay')} type="date" value={day} onChange={setDay} />
          <ErrorNote error={note.error} />
          <div className="buttons">
            <button type="submit" className="button button-main" disabled={note.busy}>
              {note.busy ? tell('working') : tell('followersNote')}
            </button>
          </div>
        </form>
      ) : null}
    </section>
  );
}

function Rename({ account, tellDone }: Told) {
  const { tell } = useLedgerSpeech();
  const task = useTask(async (named: Named) => {
    await changeAccount(account, named);
    const before = { platform: account.platform, name: account.name, aliases: account.aliases };
    tellDone({
      text: tell('accountSaved'),
      undo: () => changeAccount({ id: account.id, version: account.version + 1 }, before),
    });
  });
  return (
    <details>
      <summary>{tell('mend')}</summary>
      <AccountForm start={account} action={tell('save')} busy={task.busy} onSubmit={(named) => void task.run(named)} />
      <ErrorNote error={task.error} />
    </details>
  );
}

function Ending({ account, tellDone }: Told) {
  const { tell, lang } = useLedgerSpeech();
  const [day, setDay] = useState(today());
  const { name, endedOn } = account;
  const task = useTask(async (until: string | null) => {
    await endAccount(account, until);
    tellDone({
      text:
        until === null
          ? tell('accountBackDone', { name })
          : tell('accountEndedDone', { name, day: formatDay(until, lang) }),
      undo: () => endAccount({ id: account.id, version: account.version + 1 }, endedOn),
    });
  });
  return (
    <details>
      <summary>{tell(endedOn === null ? 'accountEnd' : 'accountBack')}</summary>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void task.run(endedOn === null ? day : null);
        }}
      >
        {endedOn === null ? (
          <TextField label={tell('accountEndDay')} type="date" value={day} onChange={setDay} />
        ) : null}
        <ErrorNote error={task.error} />
        <div className="buttons">
          <button type="submit" className="button" disabled={task.busy}>
            {tell(endedOn === null ? 'accountEnd' : 'accountBack')}
          </button>
        </div>
      </form>
    </details>
  );
}
