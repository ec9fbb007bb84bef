import { describe, expect, it } from 'vitest';
import { instantOf, localDayOf, localTimeOf } from '../../../../web/console/desk/appointment.ts';
import { nameOfKey } from '../../../../web/console/desk/key-name.ts';
import { dialledNumber } from '../../../../web/console/desk/number.ts';

describe('appointments', () => {
  it('mean the clock of the respondent: 19:30 in Ankang and in Urumqi’s own time are two hours apart', () => {
    expect(new Date(instantOf('2026-11-23', '19:30', 480) ?? 0).toISOString()).toBe('2026-11-23T11:30:00.000Z');
    expect(new Date(instantOf('2026-11-23', '19:30', 360) ?? 0).toISOString()).toBe('2026-11-23T13:30:00.000Z');
  });

  it('are told in the same clock, also over midnight', () => {
    const late = Date.parse('2026-11-23T16:30:00Z');
    expect([localDayOf(late, 480), localTimeOf(late, 480)]).toEqual(['2026-11-24', '00:30']);
  });

  it('need a day and a time', () => {
    for (const [day, time] of [
      ['', '19:30'],
      ['2026-11-23', ''],
      ['2026-13-40', '19:30'],
    ] as const) {
      expect(instantOf(day, time, 480)).toBeNull();
    }
  });
});

describe('keys', () => {
  it('have the same name with an input method, a wide keyboard or the number pad', () => {
    expect(nameOfKey({ key: 'N', code: 'KeyN' })).toBe('n');
    expect(nameOfKey({ key: 'Process', code: 'KeyN' })).toBe('n');
    expect(nameOfKey({ key: 'Process', code: 'Digit3' })).toBe('3');
    expect(nameOfKey({ key: '３', code: 'Digit3' })).toBe('3');
    expect(nameOfKey({ key: '？', code: 'Slash' })).toBe('?');
    expect(nameOfKey({ key: '7', code: 'Numpad7' })).toBe('7');
    expect(nameOfKey({ key: 'Enter', code: 'NumpadEnter' })).toBe('Enter');
  });
});

describe('numbers', () => {
  it('are written as they are dialled within the country', () => {
    expect(dialledNumber('+8613900000001')).toBe('139 0000 0001');
    expect(dialledNumber('+869152345678')).toBe('0915-2345678');
    expect(dialledNumber('+861012345678')).toBe('010-12345678');
    expect(dialledNumber('+862912345678')).toBe('029-12345678');
    expect(dialledNumber('+4930123456')).toBe('+4930123456');
  });
});
