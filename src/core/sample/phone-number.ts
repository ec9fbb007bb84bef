import parsePhoneNumber from 'libphonenumber-js/max';
import type { ErrorCode } from '../errors.ts';
import type { Details } from '../text.ts';

/** Telephone numbers as people write them in lists, brought to one international form, or refused with the reason. */

export interface PhoneNumber {
  /** `+8613800138000` */
  readonly e164: string;
  readonly type: 'mobile' | 'landline';
  /** The number behind a switchboard (转). */
  readonly extension: string | null;
  /** For screens: `138****8000`. */
  readonly masked: string;
}

/** Why a cell holds no number to call; the sentence is in the table of errors. */
export interface NumberProblem {
  readonly code: Extract<ErrorCode, `PHONE_NUMBER_${string}`>;
  readonly details: Details;
}

export type NumberReading = { readonly number: PhoneNumber } | { readonly problem: NumberProblem };

const SCIENTIFIC = /^\d(\.\d+)?e\+?\d{1,2}$/i;
const EXTENSION = /(?:转|分机|内线|ext\.?|x|#)[\s.:：-]*(\d{1,6})(?:号|分机)?$/i;
/** What may stand between two numbers of one cell. A single space or dash may be inside a number. */
const BETWEEN = /[,;、/|\n\r\t]+|\s{2,}|\s*(?:或|和|及|or)\s*/i;
const SERVICE = /^(?:0\d{2,3})?(?:1[012]\d{1,4}|9[56]\d{3,6})$/;
const SERVICE_TEN = /^[48]00\d{7}$/;

/**
 * Reads one cell. `areaCode` (`0472`) completes landline numbers written without theirs; `country` is where a number
 * without a country code belongs.
 */
export function readPhoneNumber(
  cell: string,
  {
    areaCode = null,
    country = 'CN',
  }: { readonly areaCode?: string | null; readonly country?: 'CN' | 'HK' | 'MO' } = {},
): NumberReading {
  // Full-width digits and signs; the apostrophe that keeps a spreadsheet from counting.
  const text = cell
    .normalize('NFKC')
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060\ufeff]/g, '')
    .replace(/[‐‑‒–—―−]/g, '-')
    .trim()
    .replace(/^['‘’`"]+|["']+$/g, '')
    .replace(/^(?:tel|电话|手机|座机|固话)[.:：\s]*/i, '')
    .trim();
  if (text === '') return problem('PHONE_NUMBER_EMPTY', {});
  if (SCIENTIFIC.test(text.replace(/\s/g, '')))
    return problem('PHONE_NUMBER_ROUNDED', { value: maskDigits(cell.trim()) });

  const parts = text.split(BETWEEN).filter((part) => part.replace(/\D/g, '').length >= 7);
  const joined = text.replace(/\D/g, '');
  if (parts.length > 1 || isTwoMobiles(joined)) return problem('PHONE_NUMBER_SEVERAL', { value: maskDigits(text) });

  const behind = EXTENSION.exec(text);
  const extension = behind?.[1] ?? null;
  const main = behind === null ? text : text.slice(0, behind.index);
  // `13800138000.0`: a number that went through a column of decimals.
  const bare = main.replace(/\.0+$/, '').replace(/[\s\-().[\]【】·*_~]/g, '');
  if (!/^\+?\d+$/.test(bare)) return problem('PHONE_NUMBER_BAD', { value: maskDigits(text) });
  return readDigits(bare, text, { areaCode, country, extension });
}

function readDigits(
  bare: string,
  text: string,
  { areaCode, country, extension }: { areaCode: string | null; country: 'CN' | 'HK' | 'MO'; extension: string | null },
): NumberReading {
  const national = country === 'CN' ? withoutCountry(bare) : bare;
  if (country === 'CN' && (SERVICE.test(national) || SERVICE_TEN.test(national)))
    return problem('PHONE_NUMBER_SERVICE', { value: national });
  const isLocal = country === 'CN' && /^[2-8]\d{6,7}$/.test(national);
  if (isLocal && areaCode === null) return problem('PHONE_NUMBER_AREA', { value: maskDigits(text) });
  const parsed = parsePhoneNumber(isLocal ? `0${areaCode?.replace(/^0/, '')}${national}` : national, country);
  if (parsed === undefined || !parsed.isValid()) return problem('PHONE_NUMBER_BAD', { value: maskDigits(text) });
  const type = parsed.getType();
  if (type === 'MOBILE' || type === 'FIXED_LINE' || type === 'FIXED_LINE_OR_MOBILE') {
    const e164 = parsed.number;
    return {
      number: { e164, type: type === 'FIXED_LINE' ? 'landline' : 'mobile', extension, masked: maskNumber(e164) },
    };
  }
  return problem('PHONE_NUMBER_SERVICE', { value: maskDigits(text) });
}

/** `+86`, `0086`, `86`, also twice and before a trunk 0, in front of what is a Chinese number by itself. */
function withoutCountry(bare: string): string {
  let rest = bare;
  for (let turn = 0; turn < 2; turn++) {
    const stripped =
      /^(?:\+|00)86(\d+)$/.exec(rest)?.[1] ?? (rest.length >= 12 ? /^86(\d{10,})$/.exec(rest)?.[1] : undefined);
    if (stripped === undefined) break;
    rest = stripped;
  }
  // A trunk 0 before a mobile number (013800138000).
  if (/^01[3-9]\d{9}$/.test(rest)) return rest.slice(1);
  // Spreadsheets take the 0 of an area code away: 4722123456.
  if (/^(?:10|2\d)\d{8}$/.test(rest) || /^[3-9]\d{2}[2-8]\d{6,7}$/.test(rest))
    return SERVICE_TEN.test(rest) ? rest : `0${rest}`;
  return rest;
}

const isTwoMobiles = (digits: string): boolean => /^(?:(?:00)?86)?1[3-9]\d{9}(?:(?:00)?86)?1[3-9]\d{9}$/.test(digits);

const problem = (code: NumberProblem['code'], details: Details): NumberReading => ({ problem: { code, details } });

/** The number for people who need not know it: `138****8000`, `0472****456`. */
export function maskNumber(e164: string): string {
  const national = e164.startsWith('+86') ? e164.slice(3) : e164.replace(/^\+/, '');
  if (/^1[3-9]\d{9}$/.test(national)) return `${national.slice(0, 3)}****${national.slice(-4)}`;
  const area = e164.startsWith('+86')
    ? `0${/^(?:10|2\d)/.test(national) ? national.slice(0, 2) : national.slice(0, 3)}`
    : '';
  return `${area}****${national.slice(-3)}`;
}

/** A mobile or landline number inside a sentence, or a local one; a date is none. */
const IN_TEXT =
  /(?<![\d.])(?:(?:\+|00)?86[- ]?)?(?:1[3-9]\d(?:[- ]?\d){8}|0[1-9]\d{1,2}[- ]?[2-8]\d{2}[- ]?\d{4,5}|(?!20\d{6}(?!\d))[2-8]\d{6,7})(?![\d.])/g;

/** Words that somebody wrote, with every number in them masked: notes and reasons are kept longer than numbers are. */
export function hideNumbers(text: string): string {
  return text.replace(IN_TEXT, (found) => {
    const digits = found.replace(/\D/g, '').replace(/^(?:00)?86(?=\d{9})/, '');
    return /^[01]/.test(digits) ? maskNumber(`+86${digits.replace(/^0/, '')}`) : `****${digits.slice(-3)}`;
  });
}

/** What was written, with the middle of its digits hidden: enough to find it in the list, not enough to call. */
function maskDigits(text: string): string {
  const digits = text.replace(/\D/g, '').length;
  let seen = 0;
  const shown = text.replace(/\d/g, (digit) => {
    seen++;
    return digits < 6 || seen <= 3 || seen > digits - 2 ? digit : '*';
  });
  return shown.length > 40 ? `${shown.slice(0, 40)}…` : shown;
}
