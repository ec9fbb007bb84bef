import { AppError } from '../core/errors.ts';
import { DISPOSITION, type TallyCell } from '../core/indicators/types.ts';
import { acceptAnswer } from '../core/questionnaire/gate.ts';
import type { Answer, Answers, Approval } from '../core/questionnaire/plan.ts';
import type { Lang, Text } from '../core/text.ts';
import { toSurveyJson } from '../interview/page-definition.ts';
import { type Finish, finishInterview, followPlan, submitInterview } from '../interview/session.ts';
import type { Reader, Writer } from '../store/connection.ts';
import type { FoundResponse, ResponseRow, StoredAnswers } from '../store/responses.ts';
import type { WaveKind } from '../store/tables.ts';
import type { StoredUnit } from '../store/units.ts';
import type { WaveRow } from '../store/waves.ts';
import type { Deps } from './deps.ts';
import type { CompiledSurvey, SurveyService } from './surveys.ts';
import { countResponse } from './tallies.ts';
import type { Ticket, Tickets } from './tickets.ts';
import { isTaking } from './waves.ts';

interface EntryPlace {
  readonly unit: { readonly code: string; readonly name: string };
  readonly wave: {
    readonly code: string;
    readonly title: string;
    readonly synthetic: boolean;
    readonly kind: WaveKind;
    readonly fieldworkEnd: string;
  };
}

/** What the resident's page needs to begin, to resume or to show the receipt. */
export type SurveyEntry =
  | (EntryPlace & {
      readonly state: 'open';
      readonly ticket: string;
      readonly title: Text;
      readonly minutes: number;
      readonly approval: Approval | null;
      readonly intro: Text;
      readonly thanks: Text;
      readonly page: Readonly<Record<Lang, ReturnType<typeof toSurveyJson>>>;
      readonly answers: Answers;
      /** Where to go on: the first asked question without an answer. */
      readonly next: string | null;
    })
  | (EntryPlace & { readonly state: 'done'; readonly thanks: Text } & Receipt);

export interface Receipt {
  readonly receipt: string;
  readonly disposition: string;
  /** How many have completed the survey through this place's open link. */
  readonly participants: number;
}

export type InterviewService = ReturnType<typeof createInterviewService>;

/** The web channel. The respondent is whoever holds the ticket; the one branching engine judges every answer. */
export function createInterviewService(
  deps: Deps & {
    readonly surveys: SurveyService;
    readonly tickets: Tickets;
    /** What else ends with a response, in the same transaction: the case it belongs to. */
    readonly onEnded?: (tx: Writer, response: ResponseRow) => Promise<void>;
    /** A survey was completed through the code of a printed thing. */
    readonly onInstrument?: (tx: Writer, code: string) => Promise<void>;
  },
) {
  const { connection, stores, clock, newId, today, surveys, tickets } = deps;
  /** Waves change rarely and are needed with every answer; a second is short enough for “closed” to mean closed. */
  const waveCache = new Map<string, { readonly wave: WaveRow; readonly until: number }>();

  async function cachedWave(id: string): Promise<WaveRow> {
    const now = clock();
    const cached = waveCache.get(id);
    if (cached && cached.until > now) return cached.wave;
    const wave = await stores.waves.find(connection.reader, id);
    if (!wave) throw new AppError('TICKET_INVALID');
    waveCache.set(id, { wave, until: now + 1000 });
    return wave;
  }

  /** Days are compared where the fieldwork is done; formatting a date is slow, so once a second is enough. */
  let day = { text: '', until: 0 };
  function currentDay(): string {
    const now = clock();
    if (day.until <= now || day.until > now + 1000) day = { text: today(), until: now + 1000 };
    return day.text;
  }

  async function countParticipants(db: Reader, waveId: string, unitCode: string): Promise<number> {
    const counts = await stores.tallies.readUnit(db, waveId, DISPOSITION, unitCode);
    return counts
      .filter(({ mode, outcome }) => mode === 'web-open' && outcome === '1.1')
      .reduce((sum, { n }) => sum + n, 0);
  }

  async function receiptOf(db: Reader, response: ResponseRow): Promise<Receipt> {
    return {
      receipt: response.receipt ?? tickets.receiptOf(response.id),
      disposition: response.disposition ?? '',
      participants: await countParticipants(db, response.waveId, response.unitCode),
    };
  }

  function placeOf(unit: StoredUnit, wave: WaveRow): EntryPlace {
    const { code, title, synthetic, kind, fieldworkEnd } = wave;
    return { unit: { code: unit.code, name: unit.name }, wave: { code, title, synthetic, kind, fieldworkEnd } };
  }

  /** The page as it stands for a ticket; `response` is null before the first answer. */
  async function openEntry(
    ticket: Ticket,
    unit: StoredUnit,
    wave: WaveRow,
    response: FoundResponse | null,
  ): Promise<SurveyEntry> {
    const survey = await surveys.compile(connection.reader, wave.surveyVersionId);
    const { plan } = survey.plan;
    const place = placeOf(unit, wave);
    if (response && isOver(response)) {
      return { ...place, state: 'done', thanks: plan.thanks, ...(await receiptOf(connection.reader, response)) };
    }
    const answers = (response?.draft ?? {}) as Answers;
    return {
      ...place,
      state: 'open',
      ticket: tickets.sign(ticket),
      title: plan.title,
      minutes: plan.minutes,
      approval: plan.approval,
      intro: plan.intro,
      thanks: plan.thanks,
      page: pageOf(survey, ticket.reversed),
      answers,
      next: followPlan(survey.plan, answers).next?.question.code ?? null,
    };
  }

  /** The response behind a ticket as it begins. */
  function beginningOf(ticket: Ticket, lang: Lang): ResponseRow {
    return {
      id: ticket.responseId,
      waveId: ticket.waveId,
      unitCode: ticket.unitCode,
      mode: ticket.mode,
      state: 'started',
      disposition: null,
      lang,
      reversed: ticket.reversed,
      sex: 'unknown',
      ageBand: 'unknown',
      weight: 1,
      externalId: null,
      importId: null,
      invitationId: ticket.invitationId,
      receipt: null,
      startedAt: ticket.startedAt,
      endedAt: null,
    };
  }

  async function requireTaking(ticket: Ticket): Promise<CompiledSurvey> {
    const wave = await cachedWave(ticket.waveId);
    if (!isTaking(wave, currentDay())) throw new AppError('WAVE_NOT_OPEN', { wave: wave.code });
    return surveys.compile(connection.reader, wave.surveyVersionId);
  }

  /** Judges the answers one by one; null takes an answer back. All or nothing. */
  function judge(survey: CompiledSurvey, given: Readonly<Record<string, unknown>>): Judged {
    const judged: Record<string, Answer | null> = {};
    for (const [code, value] of Object.entries(given)) {
      const question = survey.plan.find.get(code);
      if (!question) throw new AppError('ANSWER_QUESTION', { question: code.slice(0, 40) });
      judged[code] = value === null ? null : acceptAnswer(question, value);
    }
    return judged;
  }

  /**
   * Ends the interview with these answers laid over those it has, spends its link and raises the counters; gives the
   * response as it then stands.
   */
  async function endInterview(tx: Writer, survey: CompiledSurvey, begun: ResponseRow, judged: Judged, ticket: Ticket) {
    const given = finishInterview(survey.plan, layOver({}, judged));
    if (given.missing.length === 0) {
      // A whole questionnaire in one request is written once, as it ended.
      const { row, cells } = conclude(survey, begun, given);
      if (await stores.responses.insertEnded(tx, row, given.answers)) return count(tx, row, cells, ticket);
    }
    const held = await stores.responses.hold(tx, begun.id);
    if (held && isOver(held)) return held;
    const finish = submitInterview(survey.plan, layOver(held?.draft ?? {}, judged));
    const { row, cells } = conclude(survey, { ...(held ?? begun), mode: begun.mode }, finish);
    if (!(await stores.responses.end(tx, row, finish.answers))) {
      throw new RangeError(`response ${row.id} can neither be inserted nor ended`);
    }
    return count(tx, row, cells, ticket);
  }

  /** What a response amounts to when it ends, and what it counts for. */
  function conclude(survey: CompiledSurvey, response: ResponseRow, { disposition, answers }: Finish) {
    const { id, unitCode: unit, mode, weight } = response;
    const { sex, ageBand, cells } = countResponse(survey, { unit, mode, weight, disposition }, answers);
    const outcome = { disposition, sex, ageBand, receipt: tickets.receiptOf(id), endedAt: clock() };
    return { row: { ...response, state: 'ended' as const, ...outcome }, cells };
  }

  async function count(
    tx: Writer,
    row: ResponseRow,
    cells: readonly TallyCell[],
    { instrument }: Ticket,
  ): Promise<ResponseRow> {
    if (row.invitationId !== null) await stores.invitations.spend(tx, row.invitationId);
    await stores.tallies.add(tx, row.waveId, cells);
    if (row.invitationId !== null) await deps.onEnded?.(tx, row);
    if (instrument !== null && row.disposition === '1.1') await deps.onInstrument?.(tx, instrument);
    return row;
  }

  return {
    /** Enters through the open link of a place: the newest open wave that covers it and takes open web answers. */
    async enterPlace(placeCode: string, instrument: string | null = null): Promise<SurveyEntry> {
      const unit = await stores.units.findByPlaceCode(connection.reader, placeCode.toLowerCase());
      if (!unit) throw new AppError('LINK_UNKNOWN');
      for (const wave of await stores.waves.listOpen(connection.reader)) {
        const root = await stores.units.find(connection.reader, wave.rootUnit);
        if (
          !root ||
          !unit.path.startsWith(root.path) ||
          !wave.modes.includes('web-open') ||
          !isTaking(wave, currentDay())
        )
          continue;
        const responseId = newId();
        const ticket: Ticket = {
          responseId,
          waveId: wave.id,
          unitCode: unit.code,
          mode: 'web-open',
          invitationId: null,
          reversed: isReversed(responseId),
          startedAt: clock(),
          instrument,
        };
        return openEntry(ticket, unit, wave, null);
      }
      throw new AppError('NO_OPEN_SURVEY', { unit: unit.name });
    },

    /** Enters through a single-use link. One link is one response, on whatever device; a spent one shows its receipt. */
    async enterInvitation(token: string): Promise<SurveyEntry> {
      const invitation = await stores.invitations.findByTokenHash(connection.reader, tickets.hashToken(token));
      if (!invitation) throw new AppError('LINK_UNKNOWN');
      const unit = await stores.units.find(connection.reader, invitation.unitCode);
      const wave = await stores.waves.find(connection.reader, invitation.waveId);
      if (!unit || !wave) throw new AppError('LINK_UNKNOWN');
      const responseId = `i${invitation.id}`;
      const response = await stores.responses.find(connection.reader, responseId);
      if (invitation.state === 'open') {
        // Whoever began in time may go on: the link has a last day to begin, the wave the last day to end.
        if (invitation.expiresAt <= clock() && !response) {
          throw new AppError('INVITATION_EXPIRED', {
            day: new Date(invitation.expiresAt - 1).toISOString().slice(0, 10),
          });
        }
        if (!isTaking(wave, currentDay())) throw new AppError('NO_OPEN_SURVEY', { unit: unit.name });
      }
      const ticket: Ticket = {
        responseId,
        waveId: wave.id,
        unitCode: unit.code,
        mode: 'web-token',
        invitationId: invitation.id,
        reversed: isReversed(responseId),
        startedAt: clock(),
        instrument: null,
      };
      return openEntry(ticket, unit, wave, response);
    },

    /** Where an interview stands, for a browser that kept its ticket. */
    async resumeInterview(ticketText: string): Promise<SurveyEntry> {
      const ticket = tickets.read(ticketText);
      const wave = await cachedWave(ticket.waveId);
      const unit = await stores.units.find(connection.reader, ticket.unitCode);
      if (!unit) throw new AppError('TICKET_INVALID');
      const response = await stores.responses.find(connection.reader, ticket.responseId);
      const entry = await openEntry(ticket, unit, wave, response);
      if (entry.state === 'open' && !isTaking(wave, currentDay()))
        throw new AppError('NO_OPEN_SURVEY', { unit: unit.name });
      return entry;
    },

    /** Stores answers as they are given; sending them again changes nothing. */
    async saveAnswers(ticketText: string, lang: Lang, given: Readonly<Record<string, unknown>>): Promise<number> {
      const ticket = tickets.read(ticketText);
      const survey = await requireTaking(ticket);
      const judged = judge(survey, given);
      return connection.transaction(async (tx) => {
        if (!(await stores.responses.draft(tx, beginningOf(ticket, lang), judged))) {
          const ended = await stores.responses.find(tx, ticket.responseId);
          throw new AppError('RESPONSE_ENDED', { receipt: ended?.receipt ?? '' });
        }
        return Object.keys(judged).length;
      });
    },

    /**
     * Ends the interview: the engine decides what was asked, what counts and what it amounts to; the link is spent and
     * the counters are raised in the same transaction. A second call gives the same receipt.
     */
    async finishInterview(
      ticketText: string,
      lang: Lang,
      given: Readonly<Record<string, unknown>> = {},
    ): Promise<Receipt> {
      const ticket = tickets.read(ticketText);
      // Nobody is counted after the wave was closed, not even within the second that it is remembered.
      waveCache.delete(ticket.waveId);
      let survey: CompiledSurvey;
      try {
        survey = await requireTaking(ticket);
      } catch (error) {
        // Whoever ended in time still gets the receipt.
        const known = await stores.responses.find(connection.reader, ticket.responseId);
        if (known && isOver(known)) return receiptOf(connection.reader, known);
        throw error;
      }
      const judged = judge(survey, given);
      const begun = beginningOf(ticket, lang);
      const ended = await connection.transaction((tx) => endInterview(tx, survey, begun, judged, ticket));
      return receiptOf(connection.reader, ended);
    },
  };
}

/** Nothing is asked any more, also when a supervisor has set it aside since. */
const isOver = ({ state }: Pick<ResponseRow, 'state'>): boolean => state === 'ended' || state === 'excluded';

/** Answers as the gate accepted them; null takes one back. */
type Judged = Readonly<Record<string, Answer | null>>;

function layOver(draft: StoredAnswers, judged: Judged): Answers {
  return Object.fromEntries(Object.entries({ ...draft, ...judged }).filter(([, answer]) => answer !== null)) as Answers;
}

/** The page's questions in both languages are the same for everybody but for the order of scales: made once per half. */
const pages = new WeakMap<CompiledSurvey, Map<boolean, Record<Lang, ReturnType<typeof toSurveyJson>>>>();

function pageOf(survey: CompiledSurvey, reversed: boolean): Record<Lang, ReturnType<typeof toSurveyJson>> {
  let halves = pages.get(survey);
  if (!halves) {
    halves = new Map();
    pages.set(survey, halves);
  }
  let page = halves.get(reversed);
  if (!page) {
    const { plan } = survey.plan;
    page = { zh: toSurveyJson(plan, { lang: 'zh', reversed }), en: toSurveyJson(plan, { lang: 'en', reversed }) };
    halves.set(reversed, page);
  }
  return page;
}

/** A coin that falls the same way each time for the same response. */
export function isReversed(responseId: string): boolean {
  let parity = 0;
  for (let i = 0; i < responseId.length; i += 1) parity ^= responseId.charCodeAt(i);
  return ((parity ^ (parity >> 2)) & 1) === 1;
}
