import { type FormParams, firstOf } from '../../twilio/signature.ts';
import { stamp } from '../call.ts';
import type { NetworkMessage } from '../messages.ts';
import { type ApiContext, bad, fail, json, NUMBER } from './reply.ts';

/** Messages: sending and looking at them. */
export function createMessagesApi({ exchange, accountSid, root }: ApiContext) {
  const { messages } = exchange;

  function create(form: FormParams): Response {
    const refuse = (code: number, message: string): Response => fail(bad(code, message));
    const [to, from] = [firstOf(form, 'To') ?? '', firstOf(form, 'From') ?? ''];
    const content = firstOf(form, 'ContentSid');
    const body =
      firstOf(form, 'Body') ?? (content === null ? '' : `${content} ${firstOf(form, 'ContentVariables') ?? ''}`);
    if (to === '') return refuse(21_604, "A 'To' phone number is required.");
    if (from === '') return refuse(21_603, "A 'From' phone number is required.");
    if (!NUMBER.test(to)) return refuse(21_211, `Invalid 'To' Phone Number: ${to}`);
    if (body === '') return refuse(21_602, 'Message body is required.');
    if (body.length > 1600) return refuse(21_617, 'The concatenated message body exceeds the 1600 character limit');
    if (messages.isOptedOut(to)) return refuse(21_610, 'Attempt to send to unsubscribed recipient');
    return json(write(messages.send({ from, to, body, callback: firstOf(form, 'StatusCallback') })), 201);
  }

  const write = (message: NetworkMessage): object => ({
    sid: message.sid,
    account_sid: accountSid,
    to: message.to,
    from: message.from,
    body: message.body,
    status: message.status,
    direction: 'outbound-api',
    error_code: message.errorCode,
    error_message: null,
    date_created: stamp(message.createdAt),
    date_updated: stamp(message.createdAt),
    date_sent: null,
    num_segments: String(Math.ceil(message.body.length / 67) || 1),
    uri: `${root}/Messages/${message.sid}.json`,
  });

  return { create, write };
}
