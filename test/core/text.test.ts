import { describe, expect, it } from 'vitest';
import { fill } from '../../src/core/text.ts';

describe('fill', () => {
  it('puts details into their places and leaves unknown names to be noticed', () => {
    expect(fill('{day}: {n} entries of {who}', { day: '2026-11-23', n: 2 })).toBe('2026-11-23: 2 entries of {who}');
  });

  it('chooses the word for one and for any other number', () => {
    const rows = '{n} {n|row is|rows are} withdrawn';
    expect([0, 1, 2, '1,001'].map((n) => fill(rows, { n }))).toEqual([
      '0 rows are withdrawn',
      '1 row is withdrawn',
      '2 rows are withdrawn',
      '1,001 rows are withdrawn',
    ]);
    expect(fill(rows, {})).toBe(rows);
  });

  it('never reads a placeholder in what was filled in', () => {
    expect(fill('{name}', { name: '{n|a|b} $&' })).toBe('{n|a|b} $&');
  });
});
