import { useState } from 'react';
import { formatCount } from '../../shared/format.ts';
import { listUnits } from '../calls.ts';
import { Empty, ErrorNote, Loaded, Note } from '../parts/page.tsx';
import { Table } from '../parts/table.tsx';
import { useRemote, useTask } from '../remote.ts';
import { AreaField } from './AreaField.tsx';
import { saveQuotas } from './calls.ts';
import { placesOf, quotasText, readQuotas } from './pasted.ts';
import { usePhoneSpeech } from './speech.ts';
import { Wrong } from './Wrong.tsx';
import type { CampaignView } from './wire.ts';
import { SEX_WORDS } from './wording.ts';

/** How many interviews are wanted of whom: town × sex × age band, as a spreadsheet gives it. */
export function QuotasTab({ campaign, reload }: { campaign: CampaignView; reload: () => void }) {
  const { tell } = usePhoneSpeech();
  const units = useRemote('units', listUnits);
  if (campaign.updatedAt === null) return <Empty title={tell('setupFirst')} />;
  return (
    <Loaded remote={units}>
      {({ units: list }) => <Edit key={String(campaign.updatedAt)} campaign={campaign} units={list} reload={reload} />}
    </Loaded>
  );
}

function Edit(props: {
  campaign: CampaignView;
  units: readonly { readonly code: string; readonly name: string }[];
  reload: () => void;
}) {
  const { campaign, units, reload } = props;
  const { tell, pick, say } = usePhoneSpeech();
  const head = [tell('unit'), tell('sex'), tell('ageBand'), tell('target')];
  const [text, setText] = useState(campaign.quotas.length === 0 ? '' : quotasText(campaign.quotas, head));
  const [isSaved, setIsSaved] = useState(false);
  const read = readQuotas(text, placesOf(units));
  const names = new Map(units.map(({ code, name }) => [code, name]));
  const done = new Map(campaign.quotas.map((cell) => [`${cell.unitCode} ${cell.sex} ${cell.ageBand}`, cell.completes]));
  const task = useTask(async () => {
    await saveQuotas(campaign.wave.code, read.rows);
    setIsSaved(true);
    reload();
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void task.run();
      }}
    >
      <p className="hint">{tell('quotasLead')}</p>
      <AreaField
        label={tell('quotasPaste')}
        hint={tell('quotasPasteHint')}
        rows={8}
        value={text}
        onChange={(value) => {
          setText(value);
          setIsSaved(false);
          task.clear();
        }}
      />
      <Wrong wrong={read.wrong} />
      <ErrorNote error={task.error} />
      {isSaved ? (
        <Note kind="done">
          <p>{tell('quotasSaved', { count: formatCount(read.rows.length) })}</p>
        </Note>
      ) : null}
      <div className="buttons">
        <button type="submit" className="button button-main" disabled={task.busy || read.wrong.length > 0}>
          {task.busy ? say('working') : tell('quotasSave', { count: formatCount(read.rows.length) })}
        </button>
      </div>
      {read.rows.length === 0 ? (
        <Empty title={tell('quotasNone')} />
      ) : (
        <Table
          caption={tell('quotas')}
          rows={read.rows.map((cell, i) => ({ ...cell, i }))}
          keyOf={({ i }) => String(i)}
          columns={[
            {
              head: tell('unit'),
              names: true,
              cell: ({ unitCode }) => (unitCode === '*' ? tell('anyUnit') : (names.get(unitCode) ?? unitCode)),
            },
            { head: tell('sex'), cell: ({ sex }) => pick(SEX_WORDS[sex]) },
            { head: tell('ageBand'), cell: ({ ageBand }) => (ageBand === '*' ? tell('any') : ageBand) },
            { head: tell('target'), number: true, cell: ({ target }) => formatCount(target) },
            {
              head: tell('completes'),
              number: true,
              cell: ({ unitCode, sex, ageBand }) => formatCount(done.get(`${unitCode} ${sex} ${ageBand}`) ?? 0),
            },
          ]}
        />
      )}
    </form>
  );
}
