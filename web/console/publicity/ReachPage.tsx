import { useState } from 'react';
import { periodText } from '../../../src/core/period.ts';
import { formatQuantity } from '../../../src/core/publicity/quantity.ts';
import type { Lang } from '../../../src/core/text.ts';
import { formatCount, formatInterval, formatPoints, formatRate, inBrackets, NONE } from '../../shared/format.ts';
import { useAddress } from '../address.ts';
import { listWaves } from '../calls.ts';
import { useStaff } from '../context.tsx';
import { SelectField, UnitField } from '../parts/fields.tsx';
import { Empty, Loaded, Note } from '../parts/page.tsx';
import { Table } from '../parts/table.tsx';
import { useRemote } from '../remote.ts';
import { newestWave } from '../results/newest-wave.ts';
import type { WaveView } from '../wire.ts';
import { STATUS_WORDS } from '../wording.ts';
import { readReach } from './calls.ts';
import { Figure } from './ReportPage.tsx';
import { Scatter } from './Scatter.tsx';
import { Section } from './Section.tsx';
import { useLedgerSpeech } from './speech.ts';
import type { ChannelBeside, Effort, ReachView, TownBeside } from './wire.ts';

/** What was put out beside what residents say: side by side, never one as the cause of the other. */
export function ReachPage() {
  const { tell } = useLedgerSpeech();
  const waves = useRemote('waves', listWaves);
  return (
    <Section title={tell('reach')} lead={tell('reachLead')}>
      <Loaded remote={waves}>
        {({ waves: all }) => {
          const known = all.filter(({ state }) => state !== 'draft');
          return known.length === 0 ? <Empty title={tell('reachNoWave')} /> : <Beside waves={known} />;
        }}
      </Loaded>
    </Section>
  );
}

/** A wave by its period, and by its code where that says more. */
function waveName({ code, period }: Pick<WaveView, 'code' | 'period'>, lang: Lang): string {
  return code === period ? periodText(period, lang) : `${periodText(period, lang)}${inBrackets(code, lang)}`;
}

function Beside({ waves }: { waves: readonly WaveView[] }) {
  const { tell, lang, pick } = useLedgerSpeech();
  const address = useAddress();
  const { user } = useStaff();
  const wave = waves.find(({ code }) => code === address.get('wave')) ?? newestWave(waves, user.unit?.code ?? null);
  const asked = {
    ...{ wave: wave?.code ?? '', unit: address.get('unit'), indicator: address.get('indicator') },
    ...{ kind: address.get('kind'), reach: address.get('reach') },
  };
  const remote = useRemote(`beside ${JSON.stringify(asked)}`, () => readReach(asked));
  const view = remote.data;
  return (
    <>
      <div className="filters no-print">
        <SelectField
          label={tell('wave')}
          value={asked.wave}
          onChange={(value) => address.set({ wave: value })}
          options={waves.map(({ code, period }) => [code, waveName({ code, period }, lang)] as const)}
        />
        <UnitField
          label={tell('unit')}
          required={false}
          first={['', tell('all')]}
          value={asked.unit ?? ''}
          onChange={(value) => address.set({ unit: value })}
        />
        <SelectField
          label={tell('rate')}
          value={view?.indicator.code ?? ''}
          onChange={(value) => address.set({ indicator: value })}
          options={(view?.indicators ?? []).map(({ code, title }) => [code, pick(title)] as const)}
        />
        <SelectField
          label={tell('output')}
          value={view ? `${view.chosen.kind} ${view.chosen.reach ?? ''}` : ''}
          onChange={(value) => {
            const [kind = null, reach = null] = value.split(' ');
            address.set({ kind, reach });
          }}
          options={effortOptions(view).map(({ kind, reach, name }) => [`${kind} ${reach ?? ''}`, pick(name)] as const)}
        />
      </div>
      <Loaded remote={remote} lines={14}>
        {(data) => <Findings view={data} />}
      </Loaded>
    </>
  );
}

/** What was put out; the chosen one also when nobody entered any of it. */
function effortOptions(view: ReachView | null): readonly Pick<Effort, 'kind' | 'reach' | 'name'>[] {
  if (!view) return [];
  const { efforts, chosen } = view;
  const isListed = efforts.some(({ kind, reach }) => kind === chosen.kind && reach === chosen.reach);
  return isListed ? efforts : [chosen, ...efforts];
}

function Findings({ view }: { view: ReachView }) {
  const { tell, pick, lang } = useLedgerSpeech();
  const [isTable, setTable] = useState(false);
  const { towns, total, channels, months } = view;
  const span =
    months.from === months.to
      ? periodText(months.from, lang)
      : `${periodText(months.from, lang)}${lang === 'zh' ? '至' : ' to '}${periodText(months.to, lang)}`;
  const rows = towns.length > 0 ? towns : [total];
  const dose = tell('perThousandOf', { what: pick(view.chosen.name), unit: pick(view.chosen.unit) });
  return (
    <>
      <section aria-labelledby="finding">
        <h2 id="finding" className="reach-finding">
          {pick(view.finding)}
        </h2>
        <p>
          <strong>{pick(view.caution)}</strong>
        </p>
        <p className="muted">{tell('reachSpan', { span, wave: periodText(view.wave.period, lang) })}</p>
        {view.base && !view.comparable ? (
          <Note kind="warning">
            <p>{tell('notComparable')}</p>
          </Note>
        ) : null}
        {towns.length > 0 ? (
          <>
            <p className="no-print">
              <button type="button" className="link" aria-expanded={isTable} onClick={() => setTable(!isTable)}>
                {tell(isTable ? 'showChart' : 'showTable')}
              </button>
            </p>
            {isTable ? null : <Scatter view={view} />}
          </>
        ) : null}
        {isTable || towns.length === 0 ? <Towns rows={rows} dose={dose} view={view} /> : null}
      </section>
      {channels.length > 0 ? <Channels channels={channels} /> : null}
    </>
  );
}

function Towns({ rows, dose, view }: { rows: readonly TownBeside[]; dose: string; view: ReachView }) {
  const { tell, pick, lang } = useLedgerSpeech();
  const rateName = pick(view.indicator.title);
  const rate = (one: TownBeside['now'] | null) => {
    if (one === null) return NONE;
    if (one.printed === null) return <span className="muted">{pick(STATUS_WORDS[one.status])}</span>;
    return (
      <>
        {formatRate(one.printed)}
        <span className="under">{formatInterval(one.interval, lang)}</span>
      </>
    );
  };
  return (
    <Table
      caption={tell('tableOf', { name: tell('reach') })}
      rows={rows}
      keyOf={({ unit }) => unit.code}
      columns={[
        { head: tell('unit'), names: true, cell: ({ unit }) => unit.name },
        {
          head: tell('population'),
          number: true,
          cell: ({ population }) => (population === null ? tell('unknown') : formatCount(population)),
        },
        { head: pick(view.chosen.name), number: true, cell: ({ amount }) => <Figure amount={amount} /> },
        {
          head: dose,
          number: true,
          cell: ({ perThousand, amount }) =>
            perThousand === null
              ? NONE
              : formatQuantity(
                  { value: Number(perThousand.toFixed(1)), qualifier: amount?.qualifier ?? 'exact', per: null },
                  lang,
                ),
        },
        { head: tell('rateNow', { name: rateName }), number: true, cell: ({ now }) => rate(now) },
        { head: tell('rateBefore', { name: rateName }), number: true, cell: ({ last }) => rate(last) },
        {
          head: tell('rateChange'),
          number: true,
          cell: ({ change }) => formatPoints(change, lang),
        },
      ]}
    />
  );
}

/** Which channels residents name, and what was put out through each. Kinds stand beside each other and are not added. */
function Channels({ channels }: { channels: readonly ChannelBeside[] }) {
  const { tell, pick, lang } = useLedgerSpeech();
  const rate = (one: ChannelBeside['now'] | null) =>
    one === null || one.printed === null ? (
      <span className="muted">{one === null ? NONE : pick(STATUS_WORDS[one.status])}</span>
    ) : (
      <>
        {formatRate(one.printed)}
        <span className="under">{formatInterval(one.interval, lang)}</span>
      </>
    );
  return (
    <section className="block" aria-labelledby="channels">
      <h2 id="channels">{tell('channelsTitle')}</h2>
      <p className="muted">{tell('channelsLead')}</p>
      <Table
        caption={tell('tableOf', { name: tell('channelsTitle') })}
        rows={channels}
        keyOf={({ channel }) => channel}
        columns={[
          { head: tell('channel'), names: true, cell: ({ title }) => pick(title) },
          { head: tell('named'), number: true, cell: ({ now }) => rate(now) },
          { head: tell('namedBefore'), number: true, cell: ({ last }) => rate(last) },
          {
            head: tell('effort'),
            cell: ({ effort }) =>
              effort.length === 0
                ? tell('noEffort')
                : effort.map((one) => (
                    <span key={one.kind} className="detail">
                      <span className="muted">{pick(one.name)}</span>{' '}
                      {one.amount.value === null
                        ? tell('wordsOnly')
                        : `${formatQuantity({ value: one.amount.value, qualifier: one.amount.qualifier, per: null }, lang)}${lang === 'zh' ? one.unit.zh : ''}`}
                    </span>
                  )),
          },
        ]}
      />
    </section>
  );
}
