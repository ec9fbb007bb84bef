import { checkEntry, type EntryInput } from '../core/publicity/entry.ts';
import { createRandom, type RandomStream, seedOf } from '../core/random.ts';
import type { Services } from '../main.ts';
import { OPERATOR } from '../services/actor.ts';

type LedgerServices = Pick<Services, 'connection' | 'publicity' | 'today'>;

interface LedgerTown {
  readonly code: string;
  readonly name: string;
  readonly population: number;
}

interface Draft extends EntryInput {
  readonly unit: string;
  readonly startDate: string;
}

/** The counties whose ledgers are kept month by month: those of the demonstration's sign-ins. */
const HANBIN = '610902';
const ZIYANG = '610924';
const ACCOUNTS = [
  {
    platform: 'wechat',
    name: '平安紫阳',
    followers: [
      ['2025-06-30', '8600余'],
      ['2025-12-31', '1.1万'],
      ['2026-10-31', '1.2万'],
    ],
  },
  { platform: 'douyin', name: '紫阳微普法', followers: [['2026-10-31', '520']] },
] as const;
const REVIEWED_UNTIL = '2026-10-15';
const PLACES = ['集市', '便民服务中心', '老街', '移民搬迁小区', '河湾村', '桥头村'];
const TITLES = [
  ...['致全县居民的一封公开信', '十个身边案例看扫黑除恶', '举报电话和举报平台请记牢', '反有组织犯罪法知识问答'],
  ...['防范套路贷，这几点要知道', '院坝会上的法治课', '集市上的普法摊位', '新学期法治第一课'],
];

/**
 * Fills the ledger with made-up outputs, the same everywhere: in every town a few in the year before the survey of 2019,
 * and in two counties month by month in 2025 and 2026, with what real ledgers have: round figures, words for numbers, a
 * repost, one event entered twice, a figure that cannot be right, a total that its parts contradict.
 */
export async function fillLedger(services: LedgerServices, towns: readonly LedgerTown[]): Promise<void> {
  const { connection, publicity, today } = services;
  const drafts = [...draftYearBefore(towns), ...draftMonths(towns), ...draftOddities(towns)].filter(
    ({ startDate }) => startDate <= today(),
  );
  const accepted = await connection.transaction(async (tx) => {
    const kinds = await publicity.kinds.all(tx);
    const entries = drafts.map((draft, i) => {
      const { entry, problems } = checkEntry(draft, { kinds, today: today() });
      if (!entry) throw new RangeError(`demo entry ${i}: ${problems[0]?.code}`);
      return { entry, unit: { code: draft.unit }, clientKey: `demo:${i}` };
    });
    const rows = await publicity.outputs.insert(tx, entries, { actor: OPERATOR, importId: null, reason: null });
    return rows.filter(({ startDate }) => startDate !== '' && startDate <= REVIEWED_UNTIL).map(({ id }) => id);
  });
  await publicity.outputs.acceptOutputs(OPERATOR, accepted);
  await addAccounts(services);
  if (today() >= '2026-10-01') await publicity.outputs.closeMonth(OPERATOR, { unit: ZIYANG, month: '2026-08' });
}

/** The accounts of a county, and how many followed them when. */
async function addAccounts({ publicity, today }: LedgerServices): Promise<void> {
  for (const { platform, name, followers } of ACCOUNTS) {
    const account = { unit: ZIYANG, platform, name, aliases: [] };
    const { id } = await publicity.accounts.addAccount(OPERATOR, account);
    for (const [day, quantity] of followers) {
      if (day <= today()) await publicity.accounts.noteFollowers(OPERATOR, id, { day, quantity });
    }
  }
}

/** Between the two surveys: what every town of the city reported, more in some than in others. */
function draftYearBefore(towns: readonly LedgerTown[]): Draft[] {
  return towns.flatMap(({ code: unit, population }): Draft[] => {
    const random = createRandom(seedOf(`ledger:${unit}`));
    const share = 0.05 + 0.5 * random.next();
    return [
      {
        ...{ unit, kind: 'leaflet', startDate: dayIn(random, `2019-0${random.between(3, 8)}`) },
        ...{ quantity: written(Math.round((population * share) / 100) * 100, random), place: pickPlace(random) },
      },
      {
        ...{ unit, kind: 'talk', startDate: dayIn(random, `2019-0${random.between(3, 9)}`) },
        ...{ quantity: `${random.between(2, 24)}场`, reach: persons(random, 40, 900) },
      },
      ...(random.next() < 0.4
        ? [
            {
              unit,
              kind: 'banner',
              startDate: dayIn(random, '2019-05'),
              quantity: written(random.between(6, 80), random),
            },
          ]
        : []),
    ];
  });
}

/** The months of 2025 and 2026 in the two counties. */
function draftMonths(towns: readonly LedgerTown[]): Draft[] {
  const months = ['2025-09', '2025-10', '2025-11', ...Array.from({ length: 11 }, (_, i) => `2026-${two(i + 1)}`)];
  return towns
    .filter(({ code }) => code.startsWith(ZIYANG) || code.startsWith(`${HANBIN}10`))
    .flatMap(({ code: unit, population }) => {
      const random = createRandom(seedOf(`months:${unit}`));
      return months.flatMap((month): Draft[] => {
        const entry = (kind: string, quantity: string, more: Partial<Draft> = {}): Draft => ({
          ...{ unit, kind, quantity, startDate: dayIn(random, month), ...more },
        });
        const some: readonly (readonly [number, () => Draft])[] = [
          [
            0.35,
            () =>
              entry('leaflet', written(Math.round((population * (0.02 + 0.08 * random.next())) / 50) * 50, random), {
                place: pickPlace(random),
              }),
          ],
          [0.25, () => entry('talk', `${random.between(1, 4)}场`, { reach: persons(random, 30, 200) })],
          [
            0.2,
            () =>
              entry('post', `${random.between(1, 6)}条`, {
                ...{ title: pickTitle(random), mediaLevel: 'county', outlet: '平安紫阳' },
                reach: [
                  { reach: 'reads', quantity: random.next() < 0.05 ? '10万+' : String(random.between(80, 6000)) },
                ],
              }),
          ],
          [0.12, () => entry('home-visit', `${random.between(20, 260)}户`)],
          [0.12, () => entry('banner', written(random.between(2, 30), random), { place: pickPlace(random) })],
          [0.08, () => entry('loudspeaker', random.next() < 0.5 ? '每天3个时段' : `${random.between(10, 60)}次`)],
          [0.08, () => entry('school-lesson', `${random.between(1, 3)}场`, { reach: persons(random, 80, 600) })],
          [
            0.06,
            () =>
              entry('video', random.next() < 0.3 ? '一系列' : `${random.between(1, 4)}个`, {
                title: pickTitle(random),
              }),
          ],
          [0.06, () => entry('meeting', '1次')],
        ];
        const boards = /-(01|06|10)$/.test(month)
          ? [entry('notice-board', `${random.between(3, 9)}块`, { place: '桥头村' })]
          : [];
        return [...some.flatMap(([chance, make]) => (random.next() < chance ? [make()] : [])), ...boards];
      });
    });
}

/** What a reviewer meets. */
function draftOddities(towns: readonly LedgerTown[]): Draft[] {
  const [first, second] = towns.filter(({ code }) => code.startsWith(ZIYANG)).map(({ code }) => code);
  if (first === undefined || second === undefined) return [];
  const title = '百场宣讲进院坝，扫黑除恶入人心';
  const stated = { unit: ZIYANG, kind: 'media-piece', startDate: '', statedPeriod: '三年以来' };
  return [
    {
      unit: second,
      kind: 'post',
      quantity: '1',
      startDate: '2026-11-03',
      title,
      mediaLevel: 'town',
      outlet: '蒿坪发布',
    },
    {
      unit: ZIYANG,
      kind: 'post',
      quantity: '1',
      startDate: '2026-11-05',
      title,
      mediaLevel: 'province',
      outlet: '省法治报',
    },
    {
      unit: second,
      kind: 'talk',
      quantity: '1场',
      startDate: '2026-11-06',
      place: '集市',
      reach: [{ reach: 'persons', quantity: '150' }],
    },
    {
      unit: ZIYANG,
      kind: 'talk',
      quantity: '1场',
      startDate: '2026-11-06',
      place: '集市',
      reach: [{ reach: 'persons', quantity: '150' }],
    },
    {
      ...{ unit: ZIYANG, kind: 'post', quantity: '1', startDate: '2026-11-04', title: '举报有奖，这样领取' },
      ...{ mediaLevel: 'county', outlet: '紫阳微普法' },
      reach: [{ reach: 'reads', quantity: '6万', asOf: '2026-11-08' }],
    },
    { unit: first, kind: 'leaflet', quantity: '20万份', startDate: '2026-10-20', note: '数量请核对' },
    { ...stated, quantity: '163余篇', note: '合计；各级之和为162，与合计不符' },
    ...(
      [
        ['central', '1'],
        ['province', '98'],
        ['city', '40'],
        ['county', '23'],
      ] as const
    ).map(([mediaLevel, quantity]) => ({ ...stated, mediaLevel, quantity })),
  ];
}

/** A number as people write it: mostly exact, often round with “and some”, now and then only words. */
function written(value: number, random: RandomStream): string {
  const how = random.pick({ exact: 62, some: 18, about: 12, near: 5, words: 3 });
  if (how === 'some') return `${value}余`;
  if (how === 'about') return `约${value}`;
  if (how === 'near') return `近${value}`;
  return how === 'words' ? '若干' : String(value);
}

function persons(random: RandomStream, low: number, high: number): NonNullable<EntryInput['reach']> {
  const value = random.between(low, high);
  return [{ reach: 'persons', quantity: random.next() < 0.3 ? `${Math.ceil(value / 10) * 10}余` : String(value) }];
}

const two = (n: number): string => String(n).padStart(2, '0');
const dayIn = (random: RandomStream, month: string): string => `${month}-${two(random.between(1, 28))}`;
const pickPlace = (random: RandomStream): string => PLACES[random.between(0, PLACES.length - 1)] ?? '';
const pickTitle = (random: RandomStream): string => TITLES[random.between(0, TITLES.length - 1)] ?? '';
