import { randomBytes } from 'node:crypto';
import { AppError } from '../core/errors.ts';
import type { Lang, Text } from '../core/text.ts';
import { fill } from '../core/text.ts';
import type { CaseRow } from '../store/cases.ts';
import type { Reader, Writer } from '../store/connection.ts';
import type { MessageRow } from '../store/messages.ts';
import { CarrierError, type CarrierEvent, type PhoneCarrier } from '../telephony/carrier.ts';
import { type Actor, requirePermission, requireScope } from './actor.ts';
import { recordAudit } from './audit.ts';
import type { Deps } from './deps.ts';
import type { Tickets } from './tickets.ts';
import { findUnit } from './units.ts';
import type { Vault } from './vault.ts';
import type { Admit } from './webhooks.ts';

/**
 * The messages there are, each a template that a carrier has approved; only its variables change. Every one says how to
 * hear no more of us: where answers by message do not arrive, the link does.
 */
const TEMPLATES = {
  'survey-link': {
    zh: '请点击完成{title}，约{minutes}分钟：{link} 退订回TD或点 {optOut}',
    en: '{title}, about {minutes} minutes: {link} To hear no more: reply STOP or open {optOut}',
  },
} as const satisfies Record<string, Text>;

/** A message that says no more than one of these asks never to be written or called again. */
const STOP_WORDS = new Set(
  [
    '退订',
    '拒绝',
    '拒收',
    '不再来电',
    '取消',
    'td',
    't',
    'n',
    'stop',
    'stopall',
    'unsubscribe',
    'cancel',
    'end',
    'quit',
  ].map((word) => word.toLowerCase()),
);

/** What became of a message, for whoever had it sent. */
export type MessageView = Pick<MessageRow, 'id' | 'status' | 'at'>;

/** A second wish within so long is the same one, sent again after a break of the line. */
const SAME_WISH_MS = 30_000;

type StatusEvent = Extract<CarrierEvent, { t: 'sms-status' }>;
type IncomingEvent = Extract<CarrierEvent, { t: 'sms-in' }>;

export type MessageService = ReturnType<typeof createMessageService>;

/** Text messages: the link of a case's own interview, what became of it, and words that come back. */
export function createMessageService(
  deps: Deps & {
    readonly vault: Vault;
    readonly tickets: Tickets;
    readonly baseUrl: () => string;
    readonly carrierNamed: (name: string) => PhoneCarrier | null;
    /** The number we show when the campaign names none. */
    readonly callerId: string | null;
    /** Never again: at once, for all open cases of the number. */
    readonly suppress: (
      tx: Writer,
      e164: string,
      why: { reason: string; source: string; by: string },
    ) => Promise<unknown>;
  },
) {
  const { connection, stores, clock, newId, vault, tickets, baseUrl, carrierNamed, callerId, suppress } = deps;

  /** Makes the link of the case anew; an older one no longer works, for only hashes are kept. */
  async function makeLink(tx: Writer, one: CaseRow): Promise<{ token: string; title: Text; minutes: number }> {
    const wave = await stores.waves.find(tx, one.waveId);
    const survey = wave && (await stores.surveys.find(tx, wave.surveyVersionId));
    if (!wave || !survey) throw new AppError('NOT_FOUND', { what: 'case', id: one.id });
    if (!wave.modes.includes('web-token')) throw new AppError('WAVE_MODE', { wave: wave.code, mode: 'web-token' });
    const token = randomBytes(12).toString('base64url');
    const plan = survey.plan as { title: Text; minutes: number };
    // Valid through the last day where the fieldwork is done; China has one time zone.
    const expiresAt = Date.parse(`${wave.fieldworkEnd}T00:00:00+08:00`) + 86_400_000;
    await stores.invitations.renew(tx, one.invitationId, { tokenHash: tickets.hashToken(token), expiresAt });
    return { token, title: plan.title, minutes: plan.minutes };
  }

  /** The messages of a case, and whether it can be sent one: its carrier writes, and its wave takes answers by link. */
  async function viewCase(
    db: Reader,
    one: Pick<CaseRow, 'id' | 'waveId'>,
  ): Promise<{ readonly maySend: boolean; readonly sent: readonly MessageView[] }> {
    const campaign = await stores.campaigns.find(db, one.waveId);
    const wave = await stores.waves.find(db, one.waveId);
    const writes = (campaign && carrierNamed(campaign.carrier)?.caps.smsOut) ?? false;
    const sent = await stores.messages.listOfCase(db, one.id);
    return {
      maySend: writes && (wave?.modes.includes('web-token') ?? false),
      sent: sent.map(({ id, status, at }) => ({ id, status, at })),
    };
  }

  return {
    viewCase,

    /**
     * Sends the link of a case's interview, so that whoever has no time now goes on on the web where the call stopped. The
     * message is noted before the carrier is asked; a doubtful answer is not sent again.
     */
    async sendLink(actor: Actor, caseId: string, options: { readonly lang?: Lang; readonly attemptId?: string } = {}) {
      requirePermission(actor, 'case.work');
      const { lang = 'zh', attemptId = null } = options;
      const prepared = await connection.transaction(async (tx) => {
        const one = await stores.cases.hold(tx, caseId);
        if (!one) throw new AppError('NOT_FOUND', { what: 'case', id: caseId });
        requireScope(actor, await findUnit(deps, one.unitCode, tx));
        const campaign = await stores.campaigns.find(tx, one.waveId);
        const carrier = campaign && carrierNamed(campaign.carrier);
        if (!campaign || !carrier?.caps.smsOut) throw new AppError('CARRIER_CANNOT', { what: 'SMS' });
        const number = (await stores.numbers.listOfCase(tx, caseId)).find(
          ({ state, cipher }) => state === 'live' && cipher !== null,
        );
        if (!number?.cipher) throw new AppError('NOT_FOUND', { what: 'number', id: caseId });
        const to = vault.open(caseId, number.cipher);
        if (await stores.suppressions.has(tx, vault.suppressionHashOf(to)))
          throw new AppError('CALL_REFUSED', { reason: lang === 'zh' ? '已列入免访名单' : 'on the do-not-call list' });
        const last = (await stores.messages.listOfCase(tx, caseId)).at(-1);
        if (last && last.status !== 'failed' && clock() - last.at < SAME_WISH_MS) return last;
        const { token, title, minutes } = await makeLink(tx, one);
        const now = clock();
        const message: MessageRow = {
          ...{ id: newId(), caseId, attemptId, providerId: null, template: 'survey-link' },
          ...{ optOutHash: tickets.hashToken(token), status: 'created', statuses: [], at: now, updatedAt: now },
        };
        await stores.messages.insert(tx, message);
        await recordAudit(deps, tx, actor, {
          ...{ action: 'message.send', objectType: 'case', objectId: caseId, unitCode: one.unitCode },
          details: { template: message.template },
        });
        const vars = {
          title: title[lang],
          minutes: String(minutes),
          link: `${baseUrl()}/i/${token}`,
          optOut: `${baseUrl()}/o/${token}`,
        };
        return { carrier, to, from: campaign.callerId ?? callerId ?? '', message, vars };
      });
      if ('id' in prepared) return { message: prepared.id, status: prepared.status };
      const { carrier, to, from, message, vars } = prepared;
      const { template, id } = message;
      try {
        const body = fill(TEMPLATES['survey-link'][lang], vars);
        const { providerId } = await carrier.sendMessage({ messageId: id, to, from, template, vars, body });
        await connection.transaction((tx) =>
          stores.messages.update(tx, id, { providerId, status: 'queued', updatedAt: clock() }),
        );
        return { message: id, status: 'queued' };
      } catch (error) {
        if (!(error instanceof CarrierError)) throw error;
        const status = error.kind === 'ambiguous' ? 'unknown' : 'failed';
        await connection.transaction(async (tx) => {
          await stores.messages.update(tx, id, { status, updatedAt: clock() });
          // The carrier has been told to stop before we were: its list counts as ours.
          if (error.kind === 'blocked')
            await suppress(tx, to, { reason: 'sms-stop', source: 'carrier', by: carrier.name });
        });
        if (status === 'failed') throw new AppError('CALL_REFUSED', { reason: error.providerCode ?? error.kind });
        return { message: id, status };
      }
    },

    /** What became of a message; each status counts once, and a final one stays. */
    async takeStatus(event: StatusEvent, admit: Admit): Promise<void> {
      await connection.transaction(async (tx) => {
        await admit(tx);
        const message = await stores.messages.hold(tx, event.messageId);
        if (!message || message.statuses.includes(event.status)) return;
        const status = rankOf(event.status) > rankOf(message.status) ? event.status : message.status;
        await stores.messages.update(tx, message.id, {
          ...{ status, statuses: [...message.statuses, event.status], updatedAt: clock() },
          providerId: message.providerId ?? event.providerId,
        });
        if (event.fault !== 'blocked') return;
        // The one that it was sent to: the first that may be called.
        const numbers = await stores.numbers.listOfCase(tx, message.caseId);
        const number = numbers.find(({ state }) => state === 'live') ?? numbers[0];
        if (number?.cipher)
          await suppress(tx, vault.open(message.caseId, number.cipher), {
            ...{ reason: 'sms-stop', source: 'carrier', by: 'carrier' },
          });
      });
    },

    /** A word that came back. Only a refusal has a meaning: the number is never written or called again. */
    async takeIncoming(event: IncomingEvent, admit: Admit): Promise<void> {
      if (!isStopWord(event.body)) return;
      await connection.transaction(async (tx) => {
        await admit(tx);
        await suppress(tx, event.from, { reason: 'sms-stop', source: 'sms', by: 'respondent' });
      });
    },

    /** The opt-out link of a message: the numbers of its case are never called again. False for a link of nobody. */
    async optOut(token: string): Promise<boolean> {
      return connection.transaction(async (tx) => {
        // By its message, for the link of the interview is made anew with each one and this address stays good.
        const message = await stores.messages.findByOptOut(tx, tickets.hashToken(token));
        if (!message) return false;
        for (const { caseId, cipher } of await stores.numbers.listOfCase(tx, message.caseId)) {
          if (cipher === null) continue;
          await suppress(tx, vault.open(caseId, cipher), { reason: 'opt-out-link', source: 'web', by: 'respondent' });
        }
        return true;
      });
    },
  };
}

/** A refusal by message, however it is written: full-width, with a full stop, in capitals or not. */
export function isStopWord(body: string): boolean {
  const word = body
    .normalize('NFKC')
    .replace(/[\s\p{P}]+/gu, '')
    .toLowerCase();
  return STOP_WORDS.has(word);
}

const RANK: Readonly<Record<string, number>> = { created: 0, unknown: 1, queued: 2, sending: 3, sent: 4 };
const rankOf = (status: string): number => RANK[status] ?? 5;
