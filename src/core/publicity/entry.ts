import type { Problem } from '../errors.ts';
import { dayNumber, isDay } from '../period.ts';
import type { Level } from '../units/types.ts';
import { isUnitOf, type Kind, MEDIA_LEVELS, type MediaLevel } from './kinds.ts';
import { isReachUnit, REACH_NAMES } from './names.ts';
import { parseQuantity, type Quantity } from './quantity.ts';
import { REACHES, type Reach } from './totals.ts';

/** Units that write their own entries; villages and grids are places in them. */
export const WRITING_LEVELS: readonly Level[] = ['province', 'city', 'county', 'town'];

/** What a form or a row of a spreadsheet says, as text. */
export interface EntryInput {
  readonly kind: string;
  readonly title?: string | undefined;
  readonly place?: string | undefined;
  readonly startDate?: string | undefined;
  readonly endDate?: string | undefined;
  /** `三年以来`, when the source gives no day. */
  readonly statedPeriod?: string | undefined;
  readonly quantity: string;
  readonly reach?: readonly ReachInput[] | undefined;
  readonly mediaLevel?: string | undefined;
  readonly outlet?: string | undefined;
  readonly link?: string | undefined;
  readonly note?: string | undefined;
}

export interface ReachInput {
  readonly reach: string;
  readonly quantity: string;
  readonly asOf?: string | undefined;
}

/** A checked entry of the ledger. */
export interface Entry {
  readonly kind: string;
  readonly title: string;
  readonly place: string;
  readonly startDate: string;
  readonly endDate: string;
  readonly statedPeriod: string | null;
  readonly quantity: Quantity;
  readonly reach: readonly { readonly reach: Reach; readonly quantity: Quantity; readonly asOf: string | null }[];
  readonly mediaLevel: MediaLevel | null;
  readonly outlet: string;
  readonly link: string;
  readonly note: string;
}

/** Nothing of this field is older, and a typing mistake in the year is. */
const FIRST_DAY = '2000-01-01';
const LONGEST_DAYS = 366;
/** Ten copies for every inhabitant of the country: beyond it a zero slipped in. */
const LARGEST = 1e10;
/** 1.2E+05: nobody means these words, and the digits behind them are lost. */
const SCIENTIFIC = /^[+-]?\d+(\.\d+)?e[+-]?\d+\p{Script=Han}{0,4}$/iu;
const LENGTHS = { title: 200, place: 60, outlet: 60, link: 500, note: 2000, statedPeriod: 30 } as const;

/**
 * Checks an entry. Every finding is named with its field; nothing is cut off or corrected silently.
 * @param today last day on which something can have been done, `YYYY-MM-DD`
 */
export function checkEntry(
  input: EntryInput,
  { kinds, today }: { readonly kinds: ReadonlyMap<string, Kind>; readonly today: string },
):
  | { readonly entry: Entry; readonly problems: readonly [] }
  | { readonly entry: null; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const report = (column: string, code: Problem['code'], details: Problem['details'] = {}): void => {
    problems.push({ code, column, details: { field: column, ...details } });
  };
  const text = (field: keyof typeof LENGTHS): string => {
    // Control characters come from damaged files and from nobody's keyboard.
    const value = (input[field] ?? '').replace(/[\p{Cc}\p{Cf}]+/gu, ' ').trim();
    if (value.length > LENGTHS[field])
      report(field, 'OUTPUT_TEXT_LONG', { length: value.length, most: LENGTHS[field] });
    return value;
  };

  const kind = kinds.get(input.kind);
  if (kind === undefined) report('kind', 'OUTPUT_KIND', { value: input.kind.slice(0, 60) });

  const statedPeriod = text('statedPeriod');
  const startDate = (input.startDate ?? '').trim();
  const endDate = (input.endDate ?? '').trim() || startDate;
  if (startDate === '' && statedPeriod === '') report('startDate', 'OUTPUT_DATE_MISSING');
  for (const [field, day] of [
    ['startDate', startDate],
    ['endDate', endDate],
  ] as const) {
    if (day === '' || (field === 'endDate' && day === startDate)) continue;
    if (!isDay(day)) report(field, 'OUTPUT_DATE_BAD', { value: day.slice(0, 30) });
    else if (day < FIRST_DAY || day > today)
      report(field, 'OUTPUT_DATE_RANGE', { value: day, first: FIRST_DAY, last: today });
  }
  if (isDay(startDate) && isDay(endDate)) {
    const days = dayNumber(endDate) - dayNumber(startDate);
    if (days < 0 || days > LONGEST_DAYS)
      report('endDate', 'OUTPUT_DATE_ORDER', { from: startDate, to: endDate, most: LONGEST_DAYS });
  }

  const quantity = checkQuantity('quantity', input.quantity, report, kind?.unit);
  if (quantity.kind === 'number' && quantity.unit !== null && kind && !isUnitOf(kind, quantity.unit)) {
    report('quantity', 'OUTPUT_UNIT', { value: quantity.unit, kind: kind.name.zh, unit: kind.unit });
  }
  const reach = (input.reach ?? []).flatMap((one) => {
    const known = REACHES.find((name) => name === one.reach);
    const asOf = one.asOf?.trim() || null;
    if (known === undefined) report('reach', 'OUTPUT_REACH', { value: one.reach.slice(0, 60), reach: one.reach });
    if (asOf !== null && !isDay(asOf))
      report('reach', 'OUTPUT_DATE_BAD', { value: asOf.slice(0, 30), reach: one.reach });
    else if (asOf !== null && (asOf < FIRST_DAY || asOf > today))
      report('reach', 'OUTPUT_DATE_RANGE', { value: asOf, first: FIRST_DAY, last: today, reach: one.reach });
    const amount = checkQuantity('reach', one.quantity, (column, code, details) =>
      report(column, code, { ...details, reach: one.reach }),
    );
    const unit = amount.kind === 'number' ? amount.unit : null;
    if (known !== undefined && unit !== null && !isReachUnit(known, unit)) {
      const { name, unit: counted } = REACH_NAMES[known];
      report('reach', 'OUTPUT_UNIT', { value: unit, kind: name.zh, unit: counted.zh, reach: one.reach });
    }
    return known === undefined ? [] : [{ reach: known, quantity: amount, asOf }];
  });
  if (new Set(reach.map((one) => one.reach)).size < reach.length) report('reach', 'OUTPUT_REACH_TWICE');

  const level = (input.mediaLevel ?? '').trim();
  const mediaLevel = MEDIA_LEVELS.find((one) => one === level) ?? null;
  if (level !== '' && mediaLevel === null) report('mediaLevel', 'OUTPUT_MEDIA_LEVEL', { value: level.slice(0, 30) });
  const link = text('link');
  if (link !== '' && !isWebAddress(link)) report('link', 'OUTPUT_LINK', { value: link.slice(0, 80) });

  const entry: Entry = {
    ...{ kind: input.kind, title: text('title'), place: text('place'), startDate, endDate },
    ...{
      statedPeriod: statedPeriod || null,
      quantity,
      reach,
      mediaLevel,
      outlet: text('outlet'),
      link,
      note: text('note'),
    },
  };
  return problems.length === 0 ? { entry, problems: [] } : { entry: null, problems };
}

function checkQuantity(
  field: string,
  written: string,
  report: (column: string, code: Problem['code'], details?: Problem['details']) => void,
  countedIn?: string,
): Quantity {
  const quantity = parseQuantity(written);
  if (quantity.text === '') report(field, 'OUTPUT_QUANTITY_MISSING');
  else if (quantity.text.length > 40) report(field, 'OUTPUT_TEXT_LONG', { length: quantity.text.length, most: 40 });
  else if (SCIENTIFIC.test(quantity.text.normalize('NFKC'))) {
    report(field, 'OUTPUT_QUANTITY_SCIENTIFIC', { value: quantity.text });
  } else if (quantity.kind === 'words' && /^[=＝@＠]/.test(quantity.text)) {
    report(field, 'OUTPUT_QUANTITY_FORMULA', { value: quantity.text });
  } else if (quantity.kind === 'number' && (quantity.value < 0 || quantity.value > LARGEST)) {
    report(field, 'OUTPUT_QUANTITY_RANGE', { value: quantity.text, most: LARGEST.toLocaleString('en-US') });
  } else if (quantity.kind === 'number' && !Number.isInteger(quantity.value) && countedIn !== '小时') {
    report(field, 'OUTPUT_QUANTITY_PART', { value: quantity.text });
  }
  return quantity;
}

function isWebAddress(link: string): boolean {
  try {
    return /^https?:\/\/[^\s]+$/i.test(link) && new URL(link).host !== '';
  } catch {
    return false;
  }
}

/** The month in whose totals an entry stands; null for an entry that only states a period. */
export function monthOf(entry: { readonly startDate: string }): string | null {
  return entry.startDate === '' ? null : entry.startDate.slice(0, 7);
}
