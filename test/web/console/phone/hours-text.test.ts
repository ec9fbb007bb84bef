import { expect, it } from 'vitest';
import { readDays, readWindows, windowsText } from '../../../../web/console/phone/hours-text.ts';

it('reads hours as people write them', () => {
  const day = [
    { from: 540, to: 720 },
    { from: 840, to: 1080 },
  ];
  for (const text of [
    '09:00-12:00, 14:00-18:00',
    '9-12 14-18',
    '９：００—１２：００，14:00~18:00',
    '9:00至12:00、14:00至18:00',
  ]) {
    expect(readWindows(text)).toEqual(day);
  }
  expect(windowsText(day)).toBe('09:00-12:00, 14:00-18:00');
  expect(readWindows(windowsText(day))).toEqual(day);
});

it('takes an empty line for no calls, and a whole day for a whole day', () => {
  expect(readWindows(' ')).toEqual([]);
  expect(readWindows('0-24')).toEqual([{ from: 0, to: 1440 }]);
});

it('refuses what is no time: backwards, after midnight, in words', () => {
  for (const text of ['12-9', '20:00-24:30', '上午', '9:00', '9-12 x']) expect(readWindows(text)).toBeNull();
});

it('reads days one a line, and refuses what is no day', () => {
  expect(readDays('2026-10-01\n2026-10-02，2026-10-03')).toEqual(['2026-10-01', '2026-10-02', '2026-10-03']);
  expect(readDays('')).toEqual([]);
  expect(readDays('10月1日')).toBeNull();
});
