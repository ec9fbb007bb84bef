import { describe, expect, test } from 'vitest';
import { checkEntry, type EntryInput } from '../../../src/core/publicity/entry.ts';
import { SHIPPED_KINDS } from '../../../src/core/publicity/kinds.ts';

const kinds = new Map(SHIPPED_KINDS.map((kind) => [kind.code, kind]));
const check = (over: Partial<EntryInput>) =>
  checkEntry({ kind: 'leaflet', startDate: '2026-03-01', quantity: '300', ...over }, { kinds, today: '2026-11-23' });

test('an entry is kept as it was written, with its number read', () => {
  const { entry } = check({
    quantity: '10万余份',
    title: ' 春季宣传 ',
    reach: [{ reach: 'persons', quantity: '近300', asOf: '2026-03-02' }],
  });
  expect(entry).toMatchObject({
    title: '春季宣传',
    endDate: '2026-03-01',
    quantity: { value: 100_000, qualifier: 'at-least', text: '10万余份' },
    reach: [{ reach: 'persons', quantity: { value: 300, qualifier: 'about' }, asOf: '2026-03-02' }],
  });
});

test('words are an entry too', () => {
  expect(check({ kind: 'banner', quantity: '数百' }).entry?.quantity).toEqual({ kind: 'words', text: '数百' });
});

test('a stated period stands in for a day that nobody gave', () => {
  expect(check({ startDate: '', statedPeriod: '三年以来' }).entry).toMatchObject({
    startDate: '',
    statedPeriod: '三年以来',
  });
});

test('hours of broadcasting have parts and are a kind of their own', () => {
  const read = check({ kind: 'broadcast-time', quantity: '1.25小时' }).entry?.quantity;
  expect([read, check({ kind: 'broadcast-time', quantity: '0.5' }).entry?.quantity]).toMatchObject([
    { value: 1.25, unit: '小时' },
    { value: 0.5, unit: null },
  ]);
});

describe('refused, each with its field', () => {
  test.each([
    ['a day of 1900', { startDate: '1900-03-01' }, 'startDate OUTPUT_DATE_RANGE'],
    ['next year', { startDate: '2027-01-01' }, 'startDate OUTPUT_DATE_RANGE'],
    ['no day', { startDate: '' }, 'startDate OUTPUT_DATE_MISSING'],
    ['30 February', { startDate: '2026-02-30' }, 'startDate OUTPUT_DATE_BAD'],
    ['an end before the start', { endDate: '2026-02-01' }, 'endDate OUTPUT_DATE_ORDER'],
    ['minus three', { quantity: '-3' }, 'quantity OUTPUT_QUANTITY_RANGE'],
    ['a million millions', { quantity: '1000000000000' }, 'quantity OUTPUT_QUANTITY_RANGE'],
    ['scientific notation', { quantity: '1e12' }, 'quantity OUTPUT_QUANTITY_SCIENTIFIC'],
    ['what a spreadsheet makes of a long number', { quantity: '1.2E+05份' }, 'quantity OUTPUT_QUANTITY_SCIENTIFIC'],
    ['a formula', { quantity: '=1+1' }, 'quantity OUTPUT_QUANTITY_FORMULA'],
    ['no quantity', { quantity: ' ' }, 'quantity OUTPUT_QUANTITY_MISSING'],
    ['a third of a leaflet', { quantity: '2.5' }, 'quantity OUTPUT_QUANTITY_PART'],
    ['persons as leaflets', { quantity: '300人次' }, 'quantity OUTPUT_UNIT'],
    ['hours as broadcasts', { kind: 'loudspeaker', quantity: '2小时' }, 'quantity OUTPUT_UNIT'],
    ['copies as persons', { reach: [{ reach: 'persons', quantity: '300份' }] }, 'reach OUTPUT_UNIT'],
    ['persons as copies', { reach: [{ reach: 'copies-printed', quantity: '近300人次' }] }, 'reach OUTPUT_UNIT'],
    ['households as reads', { reach: [{ reach: 'reads', quantity: '300户' }] }, 'reach OUTPUT_UNIT'],
    ['persons as households', { reach: [{ reach: 'households', quantity: '300人' }] }, 'reach OUTPUT_UNIT'],
    ['reads as of 1900', { reach: [{ reach: 'reads', quantity: '5', asOf: '1900-01-01' }] }, 'reach OUTPUT_DATE_RANGE'],
    ['an unknown kind', { kind: 'drone' }, 'kind OUTPUT_KIND'],
    ['a hundred thousand characters', { note: '字'.repeat(100_000) }, 'note OUTPUT_TEXT_LONG'],
    ['a script for a link', { link: 'javascript:alert(1)' }, 'link OUTPUT_LINK'],
    ['a level of no media', { mediaLevel: 'galaxy' }, 'mediaLevel OUTPUT_MEDIA_LEVEL'],
    ['likes as reach', { reach: [{ reach: 'likes', quantity: '5' }] }, 'reach OUTPUT_REACH'],
    [
      'reads given twice',
      {
        reach: [
          { reach: 'reads', quantity: '5' },
          { reach: 'reads', quantity: '6' },
        ],
      },
      'reach OUTPUT_REACH_TWICE',
    ],
  ] as const)('%s', (_, over, expected) => {
    const { entry, problems } = check(over as Partial<EntryInput>);
    expect(entry).toBeNull();
    expect(problems.map(({ column, code }) => `${column} ${code}`)).toEqual([expected]);
  });
});
