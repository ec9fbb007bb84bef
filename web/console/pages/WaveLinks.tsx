import { useState } from 'react';
import { errorSentence } from '../../../src/core/errors.ts';
import { planStrata } from '../../../src/core/indicators/strata.ts';
import { formatCount } from '../../shared/format.ts';
import { LEVEL_WORDS } from '../../shared/wording.ts';
import { useAddress } from '../address.ts';
import { createInvitations, listLinks, listUnits } from '../calls.ts';
import { useSpeech } from '../context.tsx';
import { CopyButton, downloadText, writeCsv } from '../parts/copy.tsx';
import { TextField, UnitField } from '../parts/fields.tsx';
import { Empty, ErrorNote, Loaded, Note } from '../parts/page.tsx';
import { Table } from '../parts/table.tsx';
import { useRemote, useTask } from '../remote.ts';
import type { LinkView, WaveView } from '../wire.ts';

export function LinksTab({ wave }: { wave: WaveView }) {
  const { say, pick } = useSpeech();
  const address = useAddress();
  const remote = useRemote(`links ${wave.code}`, () => listLinks(wave.code));
  const q = address.get('q') ?? '';
  return (
    <>
      <p>{say('linksLead')}</p>
      {wave.state === 'open' ? null : (
        <Note kind="warning">
          <p>{say('linksNotOpen')}</p>
        </Note>
      )}
      <Loaded remote={remote}>
        {({ links }) => {
          if (links.length === 0 || !wave.modes.includes('web-open')) return <Empty title={say('linksEmpty')} />;
          const names = new Map(links.map(({ unit }) => [unit.code, unit.name]));
          const above = ({ unit }: LinkView): string => names.get(unit.parentCode ?? '') ?? '';
          const rows = links.filter((link) => `${above(link)}${link.unit.name} ${link.unit.code}`.includes(q));
          return (
            <>
              <div className="table-tools">
                <TextField
                  label={say('searchUnits')}
                  type="search"
                  required={false}
                  value={q}
                  onChange={(value) => address.set({ q: value }, { replace: true })}
                />
                <button
                  type="button"
                  className="button"
                  onClick={() =>
                    downloadText(
                      `links-${wave.code}.csv`,
                      writeCsv([
                        [say('code'), say('unit'), say('link'), say('participants')],
                        ...rows.map(({ unit, url, participants }) => [unit.code, unit.name, url, participants]),
                      ]),
                    )
                  }
                >
                  {say('downloadCsv')}
                </button>
              </div>
              {rows.length === 0 ? (
                <Empty title={say('nothingFound', { q })} />
              ) : (
                <Table
                  caption={say('links')}
                  rows={rows}
                  keyOf={({ unit }) => unit.code}
                  columns={[
                    {
                      head: say('unit'),
                      names: true,
                      cell: (link) => (
                        <>
                          {link.unit.name}
                          {above(link) ? <span className="under">{above(link)}</span> : null}
                        </>
                      ),
                    },
                    { head: say('level'), cell: ({ unit }) => pick(LEVEL_WORDS[unit.level]) },
                    { head: say('link'), cell: ({ url }) => <a href={url}>{url}</a> },
                    {
                      head: say('copy'),
                      cell: ({ unit, url }) => <CopyButton text={url} label={say('copyLink', { unit: unit.name })} />,
                    },
                    {
                      head: say('participants'),
                      number: true,
                      cell: ({ participants }) => formatCount(participants),
                    },
                  ]}
                />
              )}
            </>
          );
        }}
      </Loaded>
    </>
  );
}

export function InvitationsTab({ wave }: { wave: WaveView }) {
  const { say, lang } = useSpeech();
  const units = useRemote('units', listUnits);
  const [unit, setUnit] = useState('');
  const [count, setCount] = useState('50');
  const [validUntil, setValidUntil] = useState(wave.fieldworkEnd);
  const [links, setLinks] = useState<readonly string[]>([]);
  const task = useTask(async () => {
    setLinks((await createInvitations(wave.code, { unit, count: Number(count), validUntil })).links);
  });
  const chosen = units.data?.units.find(({ code }) => code === unit);
  const isUnplaced = chosen && planStrata(units.data?.units ?? []).stratumOf.get(unit) === -1;
  return (
    <>
      <p>{say('invitationsLead')}</p>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void task.run();
        }}
      >
        <UnitField
          label={say('unit')}
          value={unit}
          onChange={(code) => {
            setUnit(code);
            // Links that were made for another unit are not this one's.
            setLinks([]);
          }}
        />
        {isUnplaced ? (
          <Note kind="warning">
            <p>{errorSentence({ code: 'INVITATION_UNPLACED', details: { unit: chosen.name } }, lang)}</p>
          </Note>
        ) : null}
        <div className="field-row">
          <TextField
            label={say('count')}
            hint={say('countHint')}
            type="number"
            min={1}
            max={5000}
            value={count}
            onChange={setCount}
          />
          <TextField label={say('validUntil')} type="date" value={validUntil} onChange={setValidUntil} />
        </div>
        <ErrorNote error={task.error} />
        <div className="buttons">
          <button type="submit" className="button button-main" disabled={task.busy}>
            {task.busy ? say('working') : say('makeInvitations')}
          </button>
        </div>
      </form>
      {links.length > 0 ? (
        <Note kind="done">
          <p>{say('invitationsMade', { count: formatCount(links.length) })}</p>
          <div className="buttons">
            <button
              type="button"
              className="button button-main"
              onClick={() =>
                downloadText(
                  `invitations-${wave.code}-${unit}.csv`,
                  writeCsv([
                    [say('link'), say('unit'), say('validUntil')],
                    ...links.map((link) => [link, unit, validUntil]),
                  ]),
                )
              }
            >
              {say('downloadCsv')}
            </button>
            <CopyButton text={links.join('\n')} label={say('copyAll')} />
          </div>
          <label className="visually-hidden" htmlFor="invitation-links">
            {say('invitations')}
          </label>
          <textarea id="invitation-links" readOnly rows={Math.min(links.length, 8)} value={links.join('\n')} />
        </Note>
      ) : null}
    </>
  );
}
