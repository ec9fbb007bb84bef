import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LedgerReport, ReportRow } from '../../src/core/publicity/report.ts';
import { openTable, readTable } from '../../src/intake/table-file.ts';
import { OPERATOR } from '../../src/services/actor.ts';
import type { OutputView } from '../../src/services/output-rows.ts';
import { form, json, startApp } from '../support/app.ts';
import { figureOf, figuresOf, isWithin } from '../support/ledger-figures.ts';
import { createDatabase, DIALECTS } from '../support/store.ts';

/** One run is some sixty deeds; more by hand, with RUNS=50. */
const RUNS = Number(process.env.RUNS ?? 2);
const PATIENCE_MS = 60_000 * RUNS;
const UNITS = ['610902', '610902104', '610902107', '610924101'];
const DAYS = ['2024-08-03', '2025-01-09', '2025-07-31', '2025-08-01', '2025-08-20', '2025-09-02'];
const KINDS: Readonly<Record<string, readonly string[]>> = {
  leaflet: ['120', '10万余份', '近300', '不到50', '数百'],
  talk: ['3场', '约20场', '若干'],
  post: ['1篇', '2'],
  loudspeaker: ['每天3个时段', '6', '2次'],
  'broadcast-time': ['1.25小时', '0.1', '近3小时'],
  'notice-board': ['4块', '7', '十余块', '一批'],
  'report-box': ['2', '不足9个'],
};
const REACH = {
  talk: ['persons', '近300人次'],
  post: ['reads', '10万+'],
  leaflet: ['copies-printed', '500份'],
} as const;
const SHEETS = [
  '日期,类别,数量,地点\n2025-08-01,宣传资料,300,桥头村\n2025-08-02,宣传栏,5块,河湾村\n2025-09-05,宣讲,2场,桥头村',
  '日期,类别,数量,地点,媒体级别,阅读量\n2025-08-20,推送图文,1篇,,县级,800余\n2024-08-20,推送图文,3篇,,省级,近900\n2025-07-01,宣传栏,9,河湾村,,',
];

const one = fc.nat({ max: 60 });
const entry = fc
  .record({
    unit: fc.constantFrom(...UNITS),
    kind: fc.constantFrom(...Object.keys(KINDS)),
    day: fc.constantFrom(...DAYS, ''),
    place: fc.constantFrom('', '桥头村', '河湾村'),
    level: fc.constantFrom(undefined, 'county', 'province'),
    pick: one,
    reached: fc.boolean(),
  })
  .map(({ unit, kind, day, place, level, pick, reached }) => {
    const words = KINDS[kind] ?? [];
    const [reach, quantity] = REACH[kind as keyof typeof REACH] ?? [];
    return {
      ...{ unit, kind, place, startDate: day, quantity: words[pick % words.length] },
      ...(day === '' ? { statedPeriod: '三年以来' } : {}),
      ...(level !== undefined && kind === 'post' ? { mediaLevel: level } : {}),
      ...(reached && reach !== undefined ? { reach: [{ reach, quantity }] } : {}),
    };
  });
/** What somebody does to the ledger; numbers choose among what is there. */
const deed = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('add' as const), entry }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('edit' as const), a: one, entry, why: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('bulk' as const), a: one, b: one, day: fc.constantFrom(...DAYS) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constantFrom('accept', 'reopen', 'return', 'withdraw' as const), a: one }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('restore' as const), a: one, why: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('merge' as const), a: one, b: one }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('import' as const), a: one, unit: fc.constantFrom(...UNITS.slice(1)) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('undo' as const), a: one }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('close', 'open' as const), a: one }) },
);
type Deed = typeof deed extends fc.Arbitrary<infer Value> ? Value : never;

describe.each(DIALECTS)('the ledger counted again by hand on %s', (dialect) => {
  /** Does what is said, several at once, and holds every figure that goes out against the entries themselves. */
  async function play(turns: readonly (readonly Deed[])[]): Promise<void> {
    const { place, remove } = await createDatabase(dialect);
    const app = await startApp({}, { databaseUrl: place.databaseUrl });
    try {
      const as = await app.signIn('administrator', '6109');
      const get = async <Body>(path: string): Promise<Body> => (await (await as(path)).json()) as Body;
      const readAll = async (): Promise<OutputView[]> => {
        const all: OutputView[] = [];
        for (let query = ''; ; ) {
          const page = await get<{ outputs: OutputView[]; next: { startDate: string; id: string } | null }>(
            `/api/outputs?${query}`,
          );
          all.push(...page.outputs);
          if (page.next === null) return all;
          query = `afterDate=${page.next.startDate}&afterId=${page.next.id}`;
        }
      };
      let keys = 0;
      const send = async (step: Deed, all: readonly OutputView[], taken: readonly string[]): Promise<Response> => {
        const at = (n: number) => all[n % Math.max(1, all.length)];
        const of = 'a' in step ? at(step.a) : undefined;
        const post = (path: string, body: object) => as(path, json('POST', body));
        const reason = 'why' in step && step.why ? '更正' : undefined;
        if (step.do === 'add') {
          keys += 1;
          return post('/api/outputs', { ...step.entry, clientKey: `key-${keys}-of-test`, reason: '补录' });
        }
        if (step.do === 'import') {
          const text = SHEETS[step.a % SHEETS.length] ?? '';
          return as('/api/ledger/imports', form({ text, unit: step.unit, reason: '补录' }));
        }
        if (step.do === 'undo') {
          return post(`/api/ledger/imports/${taken[step.a % Math.max(1, taken.length)]}/undo`, { reason: '重来' });
        }
        if (step.do === 'close' || step.do === 'open') {
          const month = { unit: UNITS[step.a % 4], month: DAYS[step.a % 6]?.slice(0, 7), reason: '核对' };
          return post(`/api/ledger/${step.do === 'open' ? 'reopen' : 'close'}`, month);
        }
        const { id = 'none', version = 1 } = of ?? {};
        switch (step.do) {
          case 'edit':
            return as(`/api/outputs/${id}`, json('PUT', { ...step.entry, version, reason }));
          case 'bulk':
            return post('/api/outputs/bulk', { ids: [id, at(step.b)?.id ?? 'none'], change: { startDate: step.day } });
          case 'merge':
            return post(`/api/outputs/${id}/merge`, { into: at(step.b)?.id ?? 'none', reason: '同一件' });
          case 'restore':
            return post(`/api/outputs/${id}/restore`, { version, reason });
          case 'accept':
          case 'reopen':
            return post(`/api/outputs/${step.do}`, { ids: [id] });
          default:
            return post(`/api/outputs/${id}/${step.do}`, { version, reason: '请核对' });
        }
      };

      const seen = new Set<string>();
      for (const turn of turns) {
        const all = await readAll();
        const { imports } = await get<{ imports: { id: string; state: string }[] }>('/api/ledger/imports');
        const taken = imports.filter(({ state }) => state === 'taken').map(({ id }) => id);
        const answers = await Promise.all(turn.map((step) => send(step, all, taken)));
        for (const [i, { status }] of answers.entries())
          expect([turn[i]?.do, status < 500]).toEqual([turn[i]?.do, true]);
        const after = await readAll();
        expect(await app.services.publicity.outputs.recountLedger(OPERATOR, { write: false })).toEqual({
          differing: 0,
        });
        for (const { id } of after) seen.add(id);
        // Nothing is ever gone, and what counts within another is in the figures with it.
        expect([...seen].filter((id) => !after.some((row) => row.id === id))).toEqual([]);
        expect(listLost(after)).toEqual([]);
      }

      const all = await readAll();
      for (const unit of ['6109', '610902', '610902104']) {
        for (const period of ['2025-08', '2025-Q3', '2025']) {
          const query = `unit=${unit}&period=${period}`;
          const report = await get<LedgerReport>(`/api/ledger/report?${query}`);
          const codes = report.rows.map((row) => row.unit.code);
          expect(codes).toEqual([...codes].sort());
          for (const row of [report.total, ...report.rows]) {
            const own = all.filter(({ unitCode }) => isWithin(unitCode, row.unit.code, row.own));
            expect([row.unit.code, row.own, period, figuresOf(row)]).toEqual([
              ...[row.unit.code, row.own, period, figureOf(own, period)],
            ]);
          }
          const bytes = Buffer.from(await (await as(`/api/ledger/report.xlsx?${query}`)).arrayBuffer());
          expect(await readWorkbook(bytes)).toEqual([report.total, ...report.rows].flatMap(printed).sort());
          for (const line of report.total.lines.filter((each) => each.mediaLevel === null)) {
            if (line.period?.value == null) continue;
            const before = { exact: '', 'at-least': '至少', about: '约', 'at-most': '至多', capped: '至少' };
            const digits = line.period.value.toLocaleString('en-US', { maximumFractionDigits: 6 });
            const text = `${before[line.period.qualifier]}${digits}${line.unit.zh}`;
            expect((report as LedgerReport & { bulletin: { zh: string } }).bulletin.zh).toContain(text);
          }
        }
      }
    } finally {
      await app.close();
      await remove();
    }
  }

  test(
    'after anything that was done, report, spreadsheet, paragraph and list say the same',
    async () => {
      const begin = fc.array(fc.record({ do: fc.constant('add' as const), entry }), { minLength: 10, maxLength: 10 });
      const turns = fc.array(fc.array(deed, { minLength: 1, maxLength: 4 }), { minLength: 12, maxLength: 30 });
      await fc.assert(
        fc.asyncProperty(begin, turns, (first, then) => play([first, ...then])),
        { numRuns: RUNS, endOnFailure: true },
      );
    },
    PATIENCE_MS,
  );
});

/** Entries that are in no figure though nobody took them out: merged into what does not count. */
function listLost(all: readonly OutputView[]): string[] {
  const byId = new Map(all.map((row) => [row.id, row]));
  return all
    .filter(({ state }) => state === 'merged')
    .filter((row) => {
      const passed = new Set<string>();
      let at: OutputView | undefined = row;
      while (at?.state === 'merged' && !passed.has(at.id)) {
        passed.add(at.id);
        at = byId.get(at.mergedInto ?? '');
      }
      return at?.state !== 'submitted' && at?.state !== 'accepted';
    })
    .map(({ id }) => id);
}

const SHEET_NAMES = ['本期产出', '现有设施', '到达', '组织工作'];

/** Each line of the four sheets as text. */
async function readWorkbook(bytes: Buffer): Promise<string[]> {
  const lines: string[] = [];
  for (const sheet of SHEET_NAMES) {
    const found = await openTable({ name: 'x.xlsx', bytes }, { sheet }).then(readTable, () => null);
    for (const { cells } of found?.rows ?? []) {
      const period = cells.本期 ?? cells.期末现有 ?? '';
      const lastYear = cells.上年同期 ?? cells.上年同期末 ?? '';
      lines.push([cells.单位代码, cells.类别, cells.到达 ?? '', cells.媒体级别 ?? '', period, lastYear].join(' '));
    }
  }
  return lines.sort();
}

function printed(row: ReportRow): string[] {
  const levels = { central: '中央级', province: '省级', city: '市级', county: '县级', town: '镇级' };
  const reaches: Readonly<Record<string, string>> = {
    persons: '参与人次',
    reads: '阅读量',
    'copies-printed': '印制份数',
  };
  return row.lines.map(({ name, reach, mediaLevel, period, lastYear }) =>
    [
      ...[row.unit.code, name.zh, reach ? reaches[reach] : '', mediaLevel ? levels[mediaLevel] : ''],
      ...[period?.value ?? '', lastYear?.value ?? ''],
    ].join(' '),
  );
}
