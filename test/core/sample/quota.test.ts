import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  admit,
  forecastCell,
  hasRoom,
  matchCells,
  mayBeWanted,
  type QuotaCell,
  remaining,
} from '../../../src/core/sample/quota.ts';

const cell = (
  unitCode: string,
  sex: QuotaCell['sex'],
  ageBand: string,
  target: number,
  completes: number,
): QuotaCell => ({
  unitCode,
  sex,
  ageBand,
  target,
  completes,
});
const man = { unitCode: 'a', sex: 'male', ageBand: '18-39' } as const;
const nobody = { unitCode: 'a', sex: 'unknown', ageBand: 'unknown' } as const;

describe('quota cells', () => {
  it('match by town, sex and age, a star standing for any', () => {
    const cells = [
      cell('*', '*', '*', 9, 0),
      cell('a', '*', '*', 9, 0),
      cell('a', 'male', '*', 9, 0),
      cell('a', 'male', '18-39', 9, 0),
      cell('a', 'female', '18-39', 9, 0),
      cell('b', '*', '*', 9, 0),
      cell('a', 'male', '40-59', 9, 0),
    ];
    expect(matchCells(cells, man)).toEqual(cells.slice(0, 4));
    expect(matchCells(cells, nobody)).toEqual(cells.slice(0, 2));
  });

  it('have no fewer than no places left', () => {
    expect(remaining(cell('a', '*', '*', 5, 3))).toBe(2);
    expect(remaining(cell('a', '*', '*', 5, 6))).toBe(0);
  });

  it('take nobody when one of their cells is full', () => {
    expect(hasRoom([cell('a', '*', '*', 5, 4), cell('a', 'male', '*', 2, 1)], man)).toBe(true);
    expect(hasRoom([cell('a', '*', '*', 5, 4), cell('a', 'male', '*', 2, 2)], man)).toBe(false);
    expect(hasRoom([], man)).toBe(true);
  });

  it('still want somebody of unknown sex while one sex has room', () => {
    const cells = (men: number, women: number) => [cell('a', 'male', '*', 2, men), cell('a', 'female', '*', 2, women)];
    expect(mayBeWanted(cells(2, 1), nobody)).toBe(true);
    expect(mayBeWanted(cells(2, 2), nobody)).toBe(false);
    expect(mayBeWanted(cells(2, 1), man)).toBe(false);
  });
});

describe('the dialer’s reserve', () => {
  const people = (n: number) => Array.from({ length: n }, () => man);

  it('is not needed while more is wanted than there are lines', () => {
    const calls = admit([cell('a', '*', '*', 100, 0)], { underWay: people(3), waiting: people(50), lines: 10 });
    expect(calls).toHaveLength(7);
  });

  it('holds one place for each call once the rest could overshoot', () => {
    const cells = [cell('a', '*', '*', 10, 6)];
    expect(admit(cells, { underWay: [], waiting: people(50), lines: 10 })).toHaveLength(4);
    expect(admit(cells, { underWay: people(3), waiting: people(50), lines: 10 })).toHaveLength(1);
    expect(admit(cells, { underWay: people(4), waiting: people(50), lines: 10 })).toHaveLength(0);
  });

  it('passes over people of a full cell and takes the next', () => {
    const cells = [cell('a', 'male', '*', 1, 1), cell('a', 'female', '*', 1, 0)];
    const woman = { ...man, sex: 'female' } as const;
    expect(admit(cells, { underWay: [], waiting: [man, woman, woman], lines: 5 })).toEqual([woman]);
    expect(admit(cells, { underWay: [], waiting: [nobody, nobody], lines: 5 })).toEqual([nobody]);
  });

  it('never lets a cell overshoot, whoever completes and whenever', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 30, maxLength: 80 }),
        (men, women, lines, fates) => {
          const persons = fates.map(([isMan, completes]) => ({
            unitCode: 'a',
            sex: isMan ? ('male' as const) : ('female' as const),
            ageBand: '18-39',
            completes,
          }));
          let cells = [
            cell('a', 'male', '*', men, 0),
            cell('a', 'female', '*', women, 0),
            cell('*', '*', '*', men + women, 0),
          ];
          let waiting = persons;
          let underWay: typeof persons = [];
          while (waiting.length > 0 || underWay.length > 0) {
            const calls = admit(cells, { underWay, waiting, lines });
            waiting = waiting.filter((person) => !calls.includes(person));
            underWay = [...underWay, ...calls];
            const [done, ...others] = underWay;
            if (done === undefined) break;
            underWay = others;
            const own = done.completes ? matchCells(cells, done) : [];
            cells = cells.map((one) => (own.includes(one) ? { ...one, completes: one.completes + 1 } : one));
          }
          expect(cells.every(({ target, completes }) => completes <= target)).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('the outlook of a cell', () => {
  it('will not fill when its open cases yield less than is wanted', () => {
    expect(forecastCell(cell('a', '*', '*', 50, 30), 99, 0.2)).toMatchObject({ wanted: 20, willFill: false });
    expect(forecastCell(cell('a', '*', '*', 50, 30), 100, 0.2)).toMatchObject({ willFill: true });
  });
  it('is open while nothing is known of the yield, and good when full', () => {
    expect(forecastCell(cell('a', '*', '*', 50, 30), 20, null).willFill).toBe(true);
    expect(forecastCell(cell('a', '*', '*', 50, 30), 19, null).willFill).toBe(false);
    expect(forecastCell(cell('a', '*', '*', 50, 51), 0, 0.2).willFill).toBe(true);
  });
});
