import type { Text } from '../text.ts';
import type { AnsweredBy, AttemptEnd, CallFault } from './attempt-state.ts';
import { type OutcomeSymbol, symbolOfCode } from './outcomes.ts';

/**
 * AAPOR's result codes of a telephone survey. The same list serves for one attempt (interim) and for the case (final);
 * `next` says what an attempt's code does to its case while the case may still be called.
 */

/** What follows: the case is done, is called again, waits for its refusal to cool, goes to the supervisor, or to its next number. */
export type NextStep = 'final' | 'retry' | 'conversion' | 'supervisor' | 'next-number';

/** Which of the delays of the calling rules an outcome takes. */
export type DelayClass = 'no-answer' | 'busy' | 'machine' | 'technical' | 'dropped' | 'refusal' | 'system' | 'other';

export interface Disposition {
  readonly code: string;
  readonly symbol: OutcomeSymbol;
  readonly label: Text;
  readonly next: NextStep;
  readonly delay: DelayClass;
  /** The ends of a call after which it may be given. */
  readonly after: readonly AttemptEnd[];
  readonly byInterviewer: boolean;
  /** Whether an agreed time may go with it. */
  readonly mayAppoint: boolean;
  /** Whether it proves that somebody eligible is there. */
  readonly isEligible: boolean;
}

const TALK: readonly AttemptEnd[] = ['completed'];
const RANG: readonly AttemptEnd[] = ['no-answer', 'completed'];
const ANY: readonly AttemptEnd[] = ['completed', 'busy', 'no-answer', 'failed'];

function entry(
  code: string,
  [zh, en]: readonly [string, string],
  next: NextStep,
  after: readonly AttemptEnd[],
  delay: DelayClass = 'other',
  options: { readonly byInterviewer?: boolean; readonly mayAppoint?: boolean } = {},
): Disposition {
  const symbol = symbolOfCode(code);
  if (symbol === null) throw new RangeError(`result code ${code}`);
  return {
    code,
    symbol,
    label: { zh, en },
    next,
    delay,
    after,
    byInterviewer: options.byInterviewer ?? true,
    mayAppoint: options.mayAppoint ?? false,
    isEligible: code.startsWith('1.') || code.startsWith('2.'),
  };
}

const APPOINT = { mayAppoint: true } as const;
const AUTOMATIC = { byInterviewer: false } as const;

export const DISPOSITIONS: readonly Disposition[] = [
  entry('1.1', ['成功完访', 'Complete'], 'final', TALK),
  entry('1.2', ['部分完访', 'Partial'], 'final', TALK, 'dropped', APPOINT),
  entry('2.111', ['拒访（家里其他人）', 'Refusal by the household'], 'conversion', TALK, 'refusal'),
  entry('2.112', ['拒访（本人）', 'Refusal by the respondent'], 'conversion', TALK, 'refusal'),
  entry('2.12', ['中途终止', 'Break-off'], 'retry', TALK, 'dropped', APPOINT),
  entry('2.20', ['未接触到本人', 'Non-contact'], 'final', [], 'other', AUTOMATIC),
  entry('2.21', ['本人不在或不便', 'Respondent not available'], 'retry', TALK, 'other', APPOINT),
  entry('2.221', ['答录机，已留言', 'Machine, message left'], 'retry', TALK, 'machine'),
  entry('2.222', ['答录机，未留言', 'Machine, no message'], 'retry', TALK, 'machine'),
  entry('2.30', ['其他合格未访', 'Other eligible, not interviewed'], 'final', [], 'other', AUTOMATIC),
  entry('2.31', ['受访者已故', 'Deceased'], 'final', TALK),
  entry('2.32', ['身体或精神原因不能受访', 'Physically or mentally unable'], 'final', TALK),
  entry('2.331', ['语言不通（全户）', 'Language: household'], 'supervisor', TALK),
  entry('2.332', ['语言不通（本人）', 'Language: respondent'], 'supervisor', TALK),
  entry('2.333', ['没有会该语言的访问员', 'No interviewer for the language'], 'supervisor', TALK),
  entry('2.34', ['通话质量太差', 'Inadequate audio'], 'retry', TALK, 'technical', APPOINT),
  entry('2.35', ['场合不便（如驾车）', 'Place or activity prevents'], 'retry', TALK, 'other', APPOINT),
  entry('2.36', ['其他原因', 'Miscellaneous'], 'supervisor', TALK),
  entry('3.11', ['未拨打', 'Not attempted'], 'final', [], 'other', AUTOMATIC),
  entry('3.12', ['忙音', 'Busy'], 'retry', ['busy'], 'busy'),
  entry('3.13', ['无人接听', 'No answer'], 'retry', RANG, 'no-answer'),
  entry('3.14', ['答录机，不知是否住户', 'Machine, unknown if a household'], 'retry', TALK, 'machine'),
  entry('3.15', ['被拦截或拒接', 'Call blocked or rejected'], 'retry', ANY, 'technical'),
  entry('3.16', ['线路故障', 'Technical problem'], 'retry', ANY, 'technical'),
  entry('3.21', ['有人接听，未完成甄别', 'Answered, no screening'], 'retry', TALK, 'other', APPOINT),
  entry('3.90', ['其他，合格与否不明', 'Other, eligibility unknown'], 'supervisor', ANY),
  entry('4.10', ['不在调查范围', 'Out of sample'], 'final', TALK),
  entry('4.20', ['传真或数据线', 'Fax or data line'], 'next-number', TALK),
  entry('4.31', ['空号', 'Not in service'], 'next-number', ANY),
  entry('4.32', ['停机', 'Disconnected'], 'next-number', ANY),
  entry('4.33', ['暂停服务', 'Temporarily out of service'], 'retry', ANY, 'technical'),
  entry('4.41', ['号码已改', 'Number changed'], 'next-number', TALK),
  entry('4.42', ['呼叫转移到范围外', 'Forwarded elsewhere'], 'next-number', TALK),
  entry('4.51', ['单位或商铺电话', 'Business or office'], 'next-number', TALK),
  entry('4.52', ['机构（学校、医院等）', 'Institution'], 'next-number', TALK),
  entry('4.70', ['无合格受访者', 'No eligible respondent'], 'final', TALK),
  entry('4.80', ['配额已满', 'Quota filled'], 'final', TALK),
  entry('4.90', ['重复或其他不合格', 'Duplicate or other not eligible'], 'final', [], 'other', AUTOMATIC),
];

const BY_CODE = new Map(DISPOSITIONS.map((disposition) => [disposition.code, disposition]));

export function findDisposition(code: string): Disposition | null {
  return BY_CODE.get(code) ?? null;
}

/** The codes an interviewer may choose from after a call that ended so. */
export function dispositionsAfter(end: AttemptEnd): readonly Disposition[] {
  return DISPOSITIONS.filter(({ after, byInterviewer }) => byInterviewer && after.includes(end));
}

/** The keypad interview at the end of a call: how it was closed, or how far it came when the line fell. */
export interface CallSession {
  /** Why the interview ended by itself; null when the line fell. */
  readonly reason: 'complete' | 'screened' | 'later' | 'never' | 'declined' | 'no-response' | 'gave-up' | null;
  /** The code the session knows. */
  readonly disposition: string | null;
  readonly answered: number;
  /** What its answers amount to (1.2 or 2.12), and whether four in five of the required ones are there. */
  readonly close: { readonly disposition: string; readonly enough: boolean };
}

/** What a call that no person coded does to its case, its number and its carrier. */
export interface AutomaticCoding {
  /** Null: the case is as if it had not been called. */
  readonly disposition: string | null;
  /** Whether it is one of the allowed attempts. */
  readonly counted: boolean;
  readonly number: 'dead' | 'blocked' | null;
  readonly carrier: 'pause' | 'back-off' | 'cannot-serve' | null;
  readonly neverAgain: boolean;
  /** Asked to be called another time. */
  readonly later: boolean;
  /** Complete enough for a partial to be final. */
  readonly enough: boolean;
}

const CODING: AutomaticCoding = {
  disposition: null,
  counted: true,
  number: null,
  carrier: null,
  neverAgain: false,
  later: false,
  enough: false,
};

/** What each kind of carrier fault means. Only the number's own faults count as a call. */
export const FAULT_CODING: Readonly<Record<CallFault, AutomaticCoding>> = {
  'bad-number': { ...CODING, disposition: '4.31', number: 'dead' },
  blocked: { ...CODING, disposition: '3.15', number: 'blocked' },
  region: { ...CODING, counted: false, carrier: 'cannot-serve' },
  config: { ...CODING, counted: false, carrier: 'pause' },
  auth: { ...CODING, counted: false, carrier: 'pause' },
  rate: { ...CODING, counted: false, carrier: 'back-off' },
  'our-fault': { ...CODING, disposition: '3.16', counted: false, carrier: 'pause' },
  ambiguous: { ...CODING, disposition: '3.16', counted: false },
  'carrier-down': { ...CODING, disposition: '3.16', counted: false, carrier: 'back-off' },
};

/** What a final SIP answer means when nobody took the call; null for one that says nothing by itself. */
export function codeSip(sip: number): AutomaticCoding | null {
  if (sip === 486 || sip === 600) return { ...CODING, disposition: '3.12' };
  if (sip === 480 || sip === 408 || sip === 487) return { ...CODING, disposition: '3.13' };
  if (sip === 404 || sip === 410 || sip === 484 || sip === 604)
    return { ...CODING, disposition: '4.31', number: 'dead' };
  if (sip === 403 || sip === 603) return { ...CODING, disposition: '3.15' };
  if (sip >= 500 && sip <= 599) return { ...CODING, disposition: '3.16', counted: false };
  return null;
}

/** Codes a finished call without an interviewer. A carrier's guess at a machine never finalises, nor outweighs a pressed key. */
export function codeAttempt({
  end,
  sip,
  fault,
  answeredBy,
  everEligible,
  session,
}: {
  readonly end: AttemptEnd;
  readonly sip: number | null;
  readonly fault: CallFault | null;
  readonly answeredBy: AnsweredBy | null;
  readonly everEligible: boolean;
  readonly session: CallSession | null;
}): AutomaticCoding {
  if (end === 'completed') return codeTalk(session, answeredBy, everEligible, fault);
  if (end === 'canceled') return { ...CODING, counted: false };
  if (fault !== null) return FAULT_CODING[fault];
  const bySip = sip === null ? null : codeSip(sip);
  if (bySip !== null) return bySip;
  if (end === 'busy') return { ...CODING, disposition: '3.12' };
  if (end === 'no-answer') return { ...CODING, disposition: '3.13' };
  return { ...CODING, disposition: '3.16', counted: false };
}

function codeTalk(
  session: CallSession | null,
  answeredBy: AnsweredBy | null,
  everEligible: boolean,
  fault: CallFault | null,
): AutomaticCoding {
  const reason = session?.reason ?? null;
  const talked = session !== null && (session.answered > 0 || (reason !== null && reason !== 'no-response'));
  if (!talked) {
    if (fault !== null) return FAULT_CODING[fault];
    if (answeredBy === 'machine' || answeredBy === 'fax')
      return { ...CODING, disposition: everEligible ? '2.222' : '3.14' };
    return { ...CODING, disposition: '3.21' };
  }
  const { close } = session;
  switch (reason) {
    case 'complete':
      return { ...CODING, disposition: session.disposition ?? '1.1', enough: true };
    case 'screened':
      return { ...CODING, disposition: session.disposition ?? '4.70' };
    case 'never':
      return { ...CODING, disposition: '2.112', neverAgain: true };
    case 'declined':
      return { ...CODING, disposition: '2.112' };
    case 'later':
      return { ...CODING, disposition: session.answered > 0 ? close.disposition : '2.21', later: true };
    default:
      return { ...CODING, disposition: close.disposition, enough: close.enough };
  }
}

/**
 * What the answers of an interrupted interview amount to: at 80 % of the core items a partial complete enough to be
 * final, at 50 % a partial, below a break-off.
 */
export function closePartial(answered: number, core: number): CallSession['close'] {
  if (core <= 0 || answered < 0 || answered > core) throw new RangeError(`${answered} of ${core} answered`);
  const share = answered / core;
  return { disposition: share >= 0.5 ? '1.2' : '2.12', enough: share >= 0.8 };
}

/** Codes in the order of what they say about a case, the strongest first, for a case that is closed unfinished. */
const STRENGTH: readonly OutcomeSymbol[] = ['I', 'P', 'R', 'O', 'NC', 'NE', 'UR', 'UO', 'UH'];

/**
 * The final code of a case that will not be called again, from the codes of its attempts, oldest first: a final one
 * decides; else the newest that tells of an eligible person; exhausted in vain it is a non-contact (2.20) or, when spoken
 * to, other eligible (2.30); nobody ever there, 3.12 always busy, 3.14 machine, 3.13 no answer; never tried, 3.11.
 * `numbersDead`: no number is left; the newest code about the number stands.
 */
export function finalCode(
  codes: readonly string[],
  { everEligible, numbersDead = false }: { readonly everEligible: boolean; readonly numbersDead?: boolean },
): string {
  const known = codes.flatMap((code) => findDisposition(code) ?? []);
  const newest = known.toReversed();
  const final = newest.find(({ next }) => next === 'final');
  if (final !== undefined) return final.code;
  if (numbersDead) {
    const dead = newest.find(({ next }) => next === 'next-number');
    if (dead !== undefined) return dead.code;
  }
  for (const symbol of STRENGTH.slice(0, 4)) {
    const found = newest.find((disposition) => disposition.symbol === symbol);
    if (found !== undefined && symbol !== 'O') return found.code;
    if (found !== undefined) return '2.30';
  }
  if (everEligible || known.some(({ symbol }) => symbol === 'NC')) return '2.20';
  if (known.length === 0) return '3.11';
  const tried = newest.filter(({ code }) => code !== '3.16');
  const [last] = tried;
  if (last === undefined) return '3.16';
  if (tried.every(({ code }) => code === '3.12')) return '3.12';
  if (tried.some(({ symbol }) => symbol === 'UR')) return '3.21';
  const reached = tried.find(({ code }) => code === '3.14') ?? tried.find(({ code }) => code === '3.13');
  return reached?.code ?? (last.symbol === 'NE' ? last.code : last.code === '3.12' ? '3.12' : '3.90');
}
