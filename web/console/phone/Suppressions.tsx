import { useState } from 'react';
import { Link } from 'wouter';
import { formatCount, formatInstant } from '../../shared/format.ts';
import type { Address } from '../address.ts';
import { TextField } from '../parts/fields.tsx';
import { Empty, ErrorNote, Loaded, Note } from '../parts/page.tsx';
import { Facts, Problems, Table } from '../parts/table.tsx';
import { CheckedUpload } from '../parts/upload.tsx';
import { useRemote, useTask } from '../remote.ts';
import { addSuppression, listSuppressions, removeSuppression, sendSuppressions } from './calls.ts';
import { usePhoneSpeech } from './speech.ts';
import type { SuppressionReport } from './wire.ts';
import { SUPPRESSION_WORDS } from './wording.ts';

/** The do-not-call list, for all waves. It holds no numbers, so none can be shown. */
export function SuppressionsTab({ address }: { address: Address }) {
  const { tell, pick, lang } = usePhoneSpeech();
  const wordOf = (code: string) => pick(SUPPRESSION_WORDS[code] ?? { zh: code, en: code });
  const before = address.get('before');
  const list = useRemote(`suppressions ${before}`, () => listSuppressions(before));
  return (
    <>
      <p className="hint">{tell('suppressionsLead')}</p>
      <div className="columns">
        <One reload={list.reload} />
        <Many reload={list.reload} />
      </div>
      <div className="block">
        <h2>{tell('suppressionsList')}</h2>
        <Loaded remote={list}>
          {({ total, entries, next }) =>
            entries.length === 0 ? (
              <Empty title={tell('suppressionsNone')} />
            ) : (
              <>
                <p>{tell('suppressionsTotal', { count: formatCount(total) })}</p>
                <Table
                  caption={tell('suppressionsList')}
                  rows={entries}
                  keyOf={({ id }) => id}
                  columns={[
                    {
                      head: tell('when'),
                      names: true,
                      cell: ({ at }) => <span className="nowrap">{formatInstant(at, lang)}</span>,
                    },
                    { head: tell('reason'), cell: ({ reason }) => wordOf(reason) },
                    { head: tell('source'), cell: ({ source }) => wordOf(source) },
                    {
                      head: tell('suppressionArea'),
                      cell: ({ unit, mayRemove }) =>
                        `${unit?.name ?? tell('suppressionAsked')}${mayRemove ? '' : tell('suppressionKept')}`,
                    },
                  ]}
                />
                <nav className="buttons" aria-label={tell('suppressionsList')}>
                  {before ? (
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
      </div>
    </>
  );
}

function One({ reload }: { reload: () => void }) {
  const { tell } = usePhoneSpeech();
  const [number, setNumber] = useState('');
  const [reason, setReason] = useState('');
  const [said, setSaid] = useState<string | null>(null);
  const task = useTask(async (remove: boolean) => {
    setSaid(null);
    if (remove) {
      const { removed } = await removeSuppression(number, reason);
      setSaid(tell(removed ? 'suppressionRemoved' : 'suppressionUnknown'));
    } else {
      const { added, cases, ended } = await addSuppression(number, reason);
      setSaid(
        added
          ? tell('suppressionAdded', { cases: formatCount(cases), ended: formatCount(ended) })
          : tell('suppressionKnown'),
      );
    }
    setNumber('');
    reload();
  });
  const isReady = !task.busy && number.trim() !== '' && reason.trim().length >= 2;
  return (
    <form
      aria-labelledby="suppress-one"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) void task.run(false);
      }}
    >
      <h2 id="suppress-one">{tell('suppressOne')}</h2>
      <TextField label={tell('number')} value={number} onChange={setNumber} />
      <TextField label={tell('reason')} hint={tell('reasonHint')} value={reason} onChange={setReason} />
      <ErrorNote error={task.error} />
      {said === null ? null : (
        <Note kind="done">
          <p>{said}</p>
        </Note>
      )}
      <div className="buttons">
        <button type="submit" className="button button-main" disabled={!isReady}>
          {tell('suppress')}
        </button>
        <button type="button" className="button" disabled={!isReady} onClick={() => void task.run(true)}>
          {tell('unsuppress')}
        </button>
      </div>
    </form>
  );
}

function Many({ reload }: { reload: () => void }) {
  const { tell } = usePhoneSpeech();
  const [reason, setReason] = useState('');
  return (
    <section aria-labelledby="suppress-many">
      <h2 id="suppress-many">{tell('suppressMany')}</h2>
      <TextField label={tell('reason')} hint={tell('reasonHint')} value={reason} onChange={setReason} />
      <CheckedUpload<SuppressionReport>
        fields={[{ label: tell('numbersFile'), hint: tell('suppressFileHint'), accept: '.csv,.xlsx,text/csv' }]}
        send={async ([file], dryRun) => {
          if (!file) throw new RangeError('no file');
          const report = await sendSuppressions({ file, reason }, dryRun);
          if (!dryRun) reload();
          return report;
        }}
        title={() => tell('numbersChecked')}
        review={({ rows, added, known, outside, problems }) => (
          <>
            <Facts
              facts={[
                [tell('rows'), formatCount(rows)],
                [tell('suppressNew'), formatCount(added)],
                [tell('suppressKnown'), formatCount(known)],
                ...(outside > 0 ? [[tell('suppressOutside'), formatCount(outside)] as const] : []),
              ]}
            />
            <Problems title={tell('numbersProblems')} problems={problems} />
          </>
        )}
        confirm={({ added, outside }) =>
          added === 0 || outside > 0 ? null : tell('suppressTake', { count: formatCount(added) })
        }
        done={({ cases, ended }) => tell('suppressionAdded', { cases: formatCount(cases), ended: formatCount(ended) })}
      />
    </section>
  );
}
