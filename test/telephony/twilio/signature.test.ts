import { describe, expect, test } from 'vitest';
import { findSigner, firstOf, readForm, signRequest } from '../../../src/telephony/twilio/signature.ts';

const TOKEN = 'primary token';
const URL_SIGNED = 'https://survey.example/hooks/twilio/voice/a1?token=a1.q1.3&x=%E5%AE%89';
const BODY = 'CallSid=CA1&Digits=3&Empty=&Spaced=+a+b+&Many=b&Many=a';

/** Signed over one address and body, checked over another. */
function check(seen: { readonly url?: string; readonly body?: string; readonly tokens?: readonly string[] } = {}) {
  const signature = signRequest(TOKEN, URL_SIGNED, readForm(BODY));
  const { url = URL_SIGNED, body = BODY, tokens = [TOKEN] } = seen;
  return findSigner(tokens, { url, form: readForm(body), signature });
}

describe('signatures of the carrier', () => {
  test('hold over the exact address and every pair', () => {
    expect(check()).toBe(0);
  });

  test.each([
    ['http instead of https', URL_SIGNED.replace('https:', 'http:')],
    ['an internal host', URL_SIGNED.replace('survey.example', '10.0.0.5:8787')],
    ['a slash added', URL_SIGNED.replace('a1?', 'a1/?')],
    ['the query in another order', 'https://survey.example/hooks/twilio/voice/a1?x=%E5%AE%89&token=a1.q1.3'],
    ['the query gone', 'https://survey.example/hooks/twilio/voice/a1'],
  ])('do not hold with %s', (_what, url) => {
    expect(check({ url })).toBeNull();
  });

  test.each([
    ['a port given', URL_SIGNED.replace('survey.example', 'survey.example:443')],
    ['another port', URL_SIGNED.replace('survey.example', 'survey.example:8443')],
    ['lower-case escapes', URL_SIGNED.replace('%E5%AE%89', '%e5%ae%89')],
    ['Chinese decoded by a router', URL_SIGNED.replace('%E5%AE%89', '安')],
    ['a connection override left in', `${URL_SIGNED}#rc=2`],
  ])('hold with %s', (_what, url) => {
    expect(check({ url })).toBe(0);
  });

  test.each([
    ['an empty value dropped', BODY.replace('&Empty=', '')],
    ['a value trimmed', BODY.replace('+a+b+', 'a+b')],
    ['a repeated key kept once', BODY.replace('&Many=b', '')],
    ['a key changed', BODY.replace('Digits=3', 'Digits=1')],
    ['a pair added', `${BODY}&Extra=1`],
  ])('do not hold with %s', (_what, body) => {
    expect(check({ body })).toBeNull();
  });

  test('hold with a repeated key in any order', () => {
    expect(check({ body: BODY.replace('Many=b&Many=a', 'Many=a&Many=b') })).toBe(0);
  });

  test('hold under the secondary token, and say so; an empty token signs nothing', () => {
    expect(check({ tokens: ['new token', TOKEN] })).toBe(1);
    expect(check({ tokens: ['new token'] })).toBeNull();
    const signature = signRequest('', URL_SIGNED, readForm(BODY));
    expect(findSigner([''], { url: URL_SIGNED, form: readForm(BODY), signature })).toBeNull();
    expect(findSigner([TOKEN], { url: URL_SIGNED, form: readForm(BODY), signature: null })).toBeNull();
  });

  test('forms are read without losing anything, and nobody’s key becomes a method', () => {
    const form = readForm('A=&B=1&B=2&__proto__=x');
    expect([firstOf(form, 'A'), form.B, firstOf(form, 'C'), firstOf(form, '__proto__')]).toEqual([
      '',
      ['1', '2'],
      null,
      'x',
    ]);
    expect(firstOf(readForm(''), 'toString')).toBeNull();
  });
});
