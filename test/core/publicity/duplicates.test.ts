import { describe, expect, test } from 'vitest';
import {
  comparePieces,
  findDuplicates,
  highestLevel,
  normaliseTitle,
  type Piece,
} from '../../../src/core/publicity/duplicates.ts';
import { createRandom } from '../../../src/core/random.ts';

const piece = (over: Partial<Piece>): Piece => ({
  ...{ id: 'a', unitCode: '610902101', kind: 'media-piece', inMedia: true, title: '', date: '2026-03-01', outlet: '' },
  ...{ place: '', value: 1, photos: [], ...over },
});

describe('the same piece', () => {
  test('is found under marks of reposting and other punctuation', () => {
    const a = piece({ title: '江北街道：百场宣讲进院坝，扫黑除恶入人心' });
    const b = piece({
      id: 'b',
      title: '【转载】江北街道百场宣讲进院坝 扫黑除恶入人心！',
      date: '2026-03-04',
      outlet: '县融媒',
    });
    expect(comparePieces(a, b)?.reasons).toEqual(['same-title']);
  });
  test('is found by the same photo whatever it is called', () => {
    expect(
      comparePieces(piece({ photos: ['h1'] }), piece({ id: 'b', kind: 'talk', inMedia: false, photos: ['h0', 'h1'] }))
        ?.reasons,
    ).toEqual(['same-photo']);
  });
  test('is found when village, town and county enter one event', () => {
    const talk = { kind: 'talk', inMedia: false, place: '桥头村', value: 1, title: '宣讲' };
    expect(comparePieces(piece(talk), piece({ ...talk, id: 'b', unitCode: '610902' }))?.reasons).toEqual([
      'same-event',
    ]);
  });
});

describe('other pieces', () => {
  test.each([
    ['the next issue of a series', { title: '平安知识问答第3期' }, { title: '平安知识问答第4期' }],
    [
      'the same title a year later',
      { title: '全县召开扫黑除恶推进会' },
      { title: '全县召开扫黑除恶推进会', date: '2027-03-01' },
    ],
    ['short titles', { title: '宣讲' }, { title: '宣讲' }],
    [
      'another village on the same day',
      { kind: 'talk', inMedia: false, place: '桥头村' },
      { kind: 'talk', inMedia: false, place: '河湾村' },
    ],
    [
      'another number at the same place',
      { kind: 'leaflet', inMedia: false, place: '集市', value: 200 },
      { kind: 'leaflet', inMedia: false, place: '集市', value: 350 },
    ],
    ['events without a place', { kind: 'talk', inMedia: false }, { kind: 'talk', inMedia: false }],
  ])('%s are not proposed', (_, a, b) => {
    expect(comparePieces(piece(a), piece({ id: 'b', ...b }))).toBeNull();
  });
});

test('a repost counts once, at its highest level', () => {
  expect(highestLevel(['county', 'province', null, 'city'])).toBe('province');
  expect(highestLevel([null])).toBeNull();
});

test('titles lose their decoration only', () => {
  expect(normaliseTitle('【图文】江北：平安 建设（二）')).toBe('江北平安建设二');
});

test('constructed reposts are all found among ten thousand pieces, with few false alarms', () => {
  const stream = createRandom(11);
  const random = () => stream.next();
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const towns = Array.from(
    { length: 139 },
    (_, i) => `${pick(['江北', '石泉', '平利', '河湾', '双龙', '流水', '洪山'])}${i}镇`,
  );
  const deeds = [
    '开展扫黑除恶集中宣讲',
    '组织平安建设入户宣传',
    '举办反诈骗知识讲座',
    '召开矛盾纠纷调解现场会',
    '组织法治文艺演出',
    '开展禁毒宣传进校园',
  ];
  const ends = ['群众参与热烈', '两百余人到场', '收到良好效果', '干部上门答疑', '发放资料千份', '村民点赞'];
  const day = (n: number): string => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10);
  const originals = Array.from({ length: 9_600 }, (_, i) =>
    piece({
      id: `o${i}`,
      title: `${pick(towns)}${pick(deeds)}，${pick(ends)}`,
      date: day(Math.floor(random() * 360)),
      outlet: '镇公众号',
    }),
  );
  const reposts = originals.slice(0, 400).map((one, i) =>
    piece({
      id: `r${i}`,
      title: `${pick(['【转载】', '转发|', ''])}${one.title.replace('，', ' ')}${pick(['', '！'])}`,
      date: one.date,
      outlet: '县融媒',
    }),
  );
  const proposals = findDuplicates([...originals, ...reposts]);
  const found = new Set(proposals.map(({ a, b }) => `${a} ${b}`));
  expect(reposts.filter((_, i) => found.has(`o${i} r${i}`)).length).toBe(400);
  const titleOf = new Map([...originals, ...reposts].map((one) => [one.id, normaliseTitle(one.title)]));
  // Towns, deeds and endings repeat at random: the very same sentence within a month is a proposal rightly made.
  const wrong = proposals.filter(({ a, b }) => titleOf.get(a) !== titleOf.get(b));
  console.info(
    `duplicates: ${proposals.length} proposals, ${wrong.length} of them for titles that differ (${((100 * wrong.length) / proposals.length).toFixed(2)} %)`,
  );
  expect(wrong.length / proposals.length).toBeLessThan(0.05);
});
