import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { AppError } from '../core/errors.ts';
import type { Mode } from '../core/indicators/types.ts';

/** What a respondent's browser holds instead of a session: everything an interview needs, signed by us. */
export interface Ticket {
  readonly responseId: string;
  readonly waveId: string;
  readonly unitCode: string;
  readonly mode: Mode;
  readonly invitationId: string | null;
  /** The random half that sees scales in the opposite order. */
  readonly reversed: boolean;
  readonly startedAt: number;
  /** The code on the poster through which the page was opened; null without one. */
  readonly instrument: string | null;
}

export interface Tickets {
  sign(ticket: Ticket): string;
  /** The ticket behind a signed text, or `TICKET_INVALID`. */
  read(text: string): Ticket;
  /** The receipt of a response: two groups of five letters, always the same, and no way back to the response. */
  receiptOf(responseId: string): string;
  /** A stored, one-way form of a link's token. */
  hashToken(token: string): string;
}

const SIGNATURE_BYTES = 18;
/** So many tickets that are known to be genuine are remembered: each comes back with every answer. */
const REMEMBERED = 10_000;
const RECEIPT_ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** Signs tickets with the installation's key; no server session, so nothing expires before the survey closes. */
export function createTickets(secret: string): Tickets {
  const key = createSecretKey(secret, 'utf8');
  const mac = (purpose: string, text: string) => createHmac('sha256', key).update(`${purpose}\n${text}`).digest();
  const genuine = new Map<string, Ticket>();
  const remember = (text: string, ticket: Ticket): void => {
    if (genuine.size >= REMEMBERED) genuine.clear();
    genuine.set(text, ticket);
  };
  const signatureOf = (body: string) => mac('ticket', body).subarray(0, SIGNATURE_BYTES).toString('base64url');
  return {
    sign(ticket) {
      const { responseId, waveId, unitCode, mode, invitationId, reversed, startedAt, instrument } = ticket;
      const fields = [responseId, waveId, unitCode, mode, invitationId, reversed ? 1 : 0, startedAt];
      const body = Buffer.from(JSON.stringify(instrument === null ? fields : [...fields, instrument])).toString(
        'base64url',
      );
      const text = `${body}.${signatureOf(body)}`;
      remember(text, ticket);
      return text;
    },
    read(text) {
      const remembered = genuine.get(text);
      if (remembered) return remembered;
      const dot = text.indexOf('.');
      const body = text.slice(0, dot);
      const given = Buffer.from(text.slice(dot + 1));
      const expected = Buffer.from(signatureOf(body));
      if (dot < 1 || text.length > 600 || given.length !== expected.length || !timingSafeEqual(given, expected)) {
        throw new AppError('TICKET_INVALID');
      }
      const [responseId, waveId, unitCode, mode, invitationId, reversed, startedAt, instrument = null] = JSON.parse(
        Buffer.from(body, 'base64url').toString(),
      );
      const ticket = {
        responseId,
        waveId,
        unitCode,
        mode,
        invitationId,
        reversed: reversed === 1,
        startedAt,
        instrument,
      };
      remember(text, ticket);
      return ticket;
    },
    receiptOf(responseId) {
      const letters = Array.from(mac('receipt', responseId).subarray(0, 10), (byte) => RECEIPT_ALPHABET[byte % 32]);
      return `${letters.slice(0, 5).join('')}-${letters.slice(5).join('')}`;
    },
    hashToken: (token) => mac('token', token).toString('base64url'),
  };
}
