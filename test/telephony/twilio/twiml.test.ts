import { describe, expect, test } from 'vitest';
import type { Step } from '../../../src/interview/step.ts';
import { readDocument } from '../../../src/telephony/simulator/document.ts';
import { hookAddresses } from '../../../src/telephony/twilio/addresses.ts';
import { renderStep } from '../../../src/telephony/twilio/twiml.ts';

const hooks = hookAddresses('https://survey.example');
const render = (step: Step): string => renderStep(step, { hooks, attemptId: 'a1' });
const say = (text: string): Step['prompts'][number] => ({ say: text, lang: 'zh' });
const gather = (more: Partial<Step['next'] & { t: 'gather' }> = {}): Step['next'] => ({
  t: 'gather',
  min: 1,
  max: 1,
  keys: '12*',
  timeoutMs: 5000,
  terminator: null,
  bargeIn: true,
  token: 'a1.q1.3',
  ...more,
});

describe('steps as documents', () => {
  test('a question waits for one key, star included, comes back in silence too, and if all else fails', () => {
    expect(render({ prompts: [say('您满意吗？'), { say: 'Satisfied?', lang: 'en' }], next: gather() })).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><Response>' +
        '<Gather input="dtmf" action="https://survey.example/hooks/twilio/voice/a1?token=a1.q1.3" method="POST" numDigits="1" timeout="5" finishOnKey="" actionOnEmptyResult="true">' +
        '<Say language="cmn-CN" voice="Polly.Zhiyu-Neural">您满意吗？</Say>' +
        '<Say language="en-US" voice="Polly.Joanna-Neural">Satisfied?</Say></Gather>' +
        '<Redirect method="POST">https://survey.example/hooks/twilio/voice/a1?token=a1.q1.3</Redirect></Response>',
    );
  });

  test('a consent text is heard to its end: it stands before the gather', () => {
    const verbs = readDocument(render({ prompts: [say('说明')], next: gather({ bargeIn: false }) }));
    expect(verbs.map(({ name, children }) => [name, children.length])).toEqual([
      ['Say', 0],
      ['Gather', 0],
      ['Redirect', 0],
    ]);
  });

  test('a number ends with the hash key', () => {
    const [verb] = readDocument(render({ prompts: [], next: gather({ max: 3, terminator: '#' }) }));
    expect(verb?.attributes).toMatchObject({ numDigits: '3', finishOnKey: '#' });
  });

  test('a recording is played, a pause comes back as a pause, a farewell hangs up', () => {
    const audio = render({
      prompts: [{ audio: 'https://survey.example/a.wav', ms: 2000 }],
      next: { t: 'hangup', reason: 'x' },
    });
    expect(readDocument(audio).map(({ name, text }) => `${name} ${text}`)).toEqual([
      'Play https://survey.example/a.wav',
      'Hangup ',
    ]);
    const pause = readDocument(render({ prompts: [], next: { t: 'pause', ms: 7000, token: 't' } }));
    expect(pause[0]?.attributes.length).toBe('7');
    expect(pause[1]?.text).toBe('https://survey.example/hooks/twilio/voice/a1?token=t&after=pause');
  });

  test('the interviewer waits in a room of the call’s own, which ends with whoever leaves it, and comes back to us', () => {
    const [dial] = readDocument(render({ prompts: [], next: { t: 'talk', maxMs: 3_600_000, token: 't' } }));
    expect(dial?.attributes).toMatchObject({
      timeLimit: '3600',
      action: 'https://survey.example/hooks/twilio/voice/a1?leg=agent&token=t&after=talk',
    });
    expect(dial?.attributes.record).toBeUndefined();
    expect(dial?.children[0]).toMatchObject({ name: 'Conference', text: 'a1' });
    expect(dial?.children[0]?.attributes).toMatchObject({
      ...{ startConferenceOnEnter: 'true', endConferenceOnExit: 'true', beep: 'false', waitUrl: '' },
    });
  });

  test('what is said is text, never markup', () => {
    const document = render({ prompts: [say('<Hangup/> & "更多"')], next: { t: 'hangup', reason: 'x' } });
    expect(readDocument(document).map(({ name, text }) => [name, text])).toEqual([
      ['Say', '<Hangup/> & "更多"'],
      ['Hangup', ''],
    ]);
  });

  test('a step too long for one document is a mistake of ours', () => {
    expect(() => render({ prompts: [say('长'.repeat(22_000))], next: gather() })).toThrow(RangeError);
  });
});
