import { describe, expect, test } from 'vitest';
import {
  readAmd,
  readFallback,
  readInbound,
  readListening,
  readMessageIn,
  readMessageStatus,
  readRecording,
  readStatus,
  readVoice,
  type Webhook,
} from '../../../src/telephony/twilio/events.ts';
import { readForm } from '../../../src/telephony/twilio/signature.ts';

const hook = (body: string, query: Webhook['query'] = {}): Webhook => ({
  attemptId: 'a1',
  query,
  form: readForm(`CallSid=CA1&${body}`),
  at: 1000,
});

describe('webhooks become events', () => {
  test('the first request of a call, on the respondent’s leg and the interviewer’s', () => {
    expect(readVoice(hook(''))).toMatchObject({
      t: 'start',
      attemptId: 'a1',
      providerCallId: 'CA1',
      leg: 'respondent',
    });
    expect(readVoice(hook('', { leg: 'agent' }))).toMatchObject({ t: 'start', leg: 'agent', dedupe: 'start:agent' });
  });

  test.each([
    ['Digits=3', '3'],
    ['Digits=42&FinishedOnKey=%23', '42#'],
    ['Digits=*', '*'],
    ['Digits=', ''],
    ['', ''],
  ])('keys “%s” are “%s”', (body, digits) => {
    expect(readVoice(hook(body, { token: 'a1.q1.3' }))).toMatchObject({
      t: 'input',
      token: 'a1.q1.3',
      digits,
      dedupe: 'input:a1.q1.3',
    });
  });

  test('the end of a pause, and of the conversation in which an interviewer was', () => {
    expect(readVoice(hook('', { token: 't', after: 'pause' }))).toMatchObject({ t: 'continue', token: 't' });
    const talk = hook('DialCallStatus=answered', { leg: 'agent', token: 't', after: 'talk' });
    expect(readVoice(talk)).toMatchObject({ t: 'continue', leg: 'agent', token: 't' });
  });

  test.each([
    ['CallStatus=initiated', null],
    ['CallStatus=ringing', 'ringing'],
    ['CallStatus=in-progress', 'answered'],
    ['CallStatus=completed', 'ended'],
    ['CallStatus=no-answer', 'ended'],
    ['CallStatus=nonsense', null],
  ])('a supervisor’s leg that says “%s” is %s', (body, status) => {
    const told = readListening({ ...hook(body), listeningId: 'l1' });
    expect(told).toEqual(
      status === null ? null : expect.objectContaining({ t: 'listening', attemptId: null, listeningId: 'l1', status }),
    );
  });

  test.each([
    ['CallStatus=queued', { t: 'progress', status: 'queued' }],
    ['CallStatus=initiated&SequenceNumber=0', { t: 'progress', status: 'initiated', seq: 0 }],
    ['CallStatus=ringing&SequenceNumber=1', { t: 'progress', status: 'ringing', dedupe: 'status:respondent:1' }],
    ['CallStatus=in-progress', { t: 'progress', status: 'answered' }],
    ['CallStatus=completed&CallDuration=61', { t: 'ended', status: 'completed', durationMs: 61_000, fault: null }],
    ['CallStatus=busy&SipResponseCode=486', { t: 'ended', status: 'busy', sip: 486 }],
    ['CallStatus=no-answer', { t: 'ended', status: 'no-answer', sip: null }],
    ['CallStatus=failed&ErrorCode=21215', { t: 'ended', status: 'failed', errorCode: '21215', fault: 'region' }],
    ['CallStatus=completed&ErrorCode=11200', { t: 'ended', fault: 'our-fault' }],
    ['CallStatus=canceled', { t: 'ended', status: 'canceled' }],
  ])('status “%s”', (body, event) => {
    expect(readStatus(hook(body))).toMatchObject(event);
  });

  test('a status that nobody knows is nothing, and a late callback keeps its own time', () => {
    expect(readStatus(hook('CallStatus=dancing'))).toBeNull();
    expect(readStatus(hook(''))).toBeNull();
    const late = 'CallStatus=ringing&Timestamp=Mon%2C+23+Nov+2026+02%3A00%3A00+%2B0000';
    expect(readStatus(hook(late))?.at).toBe(Date.UTC(2026, 10, 23, 2));
  });

  test.each([
    ['human', 'human'],
    ['machine_end_beep', 'machine'],
    ['fax', 'fax'],
    ['', 'unknown'],
  ])('the guess “%s” is “%s”', (by, guess) => {
    expect(readAmd(hook(`AnsweredBy=${by}`))).toMatchObject({ t: 'amd', by: guess });
  });

  test('recordings, the fallback, and calls that come in', () => {
    const done = hook('RecordingSid=RE1&RecordingUrl=https%3A%2F%2Fx&RecordingDuration=61&RecordingStatus=completed');
    expect(readRecording(done)).toMatchObject({ t: 'recording', recordingId: 'RE1', seconds: 61, status: 'completed' });
    expect(readRecording(hook(''))).toBeNull();
    expect(readFallback(hook('ErrorCode=11200&ErrorUrl=https%3A%2F%2Fx'))).toMatchObject({
      t: 'fallback',
      errorCode: '11200',
      errorUrl: 'https://x',
    });
    expect(readInbound(hook('From=%2B8613900000001&To=%2B862912340000'))).toMatchObject({
      t: 'inbound',
      attemptId: null,
      from: '+8613900000001',
      dedupe: 'inbound:CA1',
    });
  });

  test('messages are told apart by their status, not by their name alone', () => {
    const status = (word: string) =>
      readMessageStatus({ ...hook(`MessageSid=SM1&MessageStatus=${word}&ErrorCode=30005`), messageId: 'm1' });
    expect(status('sent')?.dedupe).not.toBe(status('delivered')?.dedupe);
    expect(status('undelivered')).toMatchObject({ t: 'sms-status', messageId: 'm1', fault: 'bad-number' });
    expect(status('accepted')).toMatchObject({ status: 'queued' });
    expect(status('lost')).toBeNull();
    expect(readMessageIn(hook('MessageSid=SM2&From=%2B861&To=%2B862&Body=%E9%80%80%E8%AE%A2'))).toMatchObject({
      t: 'sms-in',
      body: '退订',
    });
  });
});
