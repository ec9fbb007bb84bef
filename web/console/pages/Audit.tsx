import { Link } from 'wouter';
import { formatInstant } from '../../shared/format.ts';
import { useAddress } from '../address.ts';
import { listAudit } from '../calls.ts';
import { useSpeech } from '../context.tsx';
import { SelectField } from '../parts/fields.tsx';
import { Empty, Loaded, Page } from '../parts/page.tsx';
import { Table } from '../parts/table.tsx';
import { useRemote } from '../remote.ts';
import { ACTION_WORDS } from '../wording.ts';

export function AuditPage() {
  const { say, pick, lang } = useSpeech();
  const address = useAddress();
  const before = address.get('before');
  const action = address.get('action');
  const remote = useRemote(`audit ${before} ${action}`, () => listAudit({ before, action }));
  const nameOf = (code: string): string => {
    const words = ACTION_WORDS[code];
    return words ? pick(words) : code;
  };
  return (
    <Page title={say('audit')} lead={say('auditLead')}>
      <div className="table-tools">
        <SelectField
          label={say('action')}
          value={action ?? ''}
          required={false}
          onChange={(value) => address.set({ action: value, before: null })}
          options={[['', say('all')], ...Object.keys(ACTION_WORDS).map((code) => [code, nameOf(code)] as const)]}
        />
      </div>
      <Loaded remote={remote} lines={14}>
        {({ rows, next }) =>
          rows.length === 0 ? (
            <Empty title={say('auditEmpty')} />
          ) : (
            <>
              <Table
                caption={say('audit')}
                rows={rows}
                keyOf={({ id }) => id}
                columns={[
                  {
                    head: say('time'),
                    names: true,
                    cell: ({ at }) => <span className="nowrap">{formatInstant(at, lang)}</span>,
                  },
                  { head: say('who'), cell: ({ actorName }) => <span className="nowrap">{actorName}</span> },
                  { head: say('action'), cell: (row) => <span className="nowrap">{nameOf(row.action)}</span> },
                  {
                    head: say('object'),
                    cell: ({ objectType, objectId }) => (
                      <code>
                        {objectType} {objectId}
                      </code>
                    ),
                  },
                  { head: say('unit'), cell: ({ unitCode }) => (unitCode ? <code>{unitCode}</code> : '') },
                  { head: say('details'), cell: ({ details }) => <AuditDetails details={details} /> },
                ]}
              />
              <nav className="buttons" aria-label={say('audit')}>
                {before ? (
                  <Link href={address.with({ before: null })} className="button">
                    {say('newest')}
                  </Link>
                ) : null}
                {next === null ? null : (
                  <Link href={address.with({ before: String(next) })} className="button">
                    {say('older')}
                  </Link>
                )}
              </nav>
            </>
          )
        }
      </Loaded>
    </Page>
  );
}

function AuditDetails({ details }: { details: unknown }) {
  const entries = typeof details === 'object' && details !== null ? Object.entries(details) : [];
  return (
    <>
      {entries.map(([name, value]) => (
        <span key={name} className="detail">
          <span className="muted">{name}</span> {typeof value === 'string' ? value : JSON.stringify(value)}
        </span>
      ))}
    </>
  );
}
