import { createVirtualClock } from '../../../src/telephony/simulator/clock.ts';
import { createPhoneNetwork, type NetworkOptions } from '../../../src/telephony/simulator/network.ts';
import type { Line, Listening, Phone } from '../../../src/telephony/simulator/phone.ts';
import { createTraceList } from '../../../src/telephony/simulator/trace.ts';
import { hookAddresses } from '../../../src/telephony/twilio/addresses.ts';
import { createTwilioCarrier } from '../../../src/telephony/twilio/client.ts';
import { type FormParams, findSigner, firstOf, readForm } from '../../../src/telephony/twilio/signature.ts';

export const ACCOUNT = 'AC00000000000000000000000000000001';
export const TOKEN = 'a token of the account';
export const BASE = 'http://survey.test';
export const OURS = '+862912340000';
export const THEIRS = '+8613900000001';
/** Monday 23 November 2026, 10:00 in Shanghai. */
export const MORNING = Date.UTC(2026, 10, 23, 2);

export interface Received {
  readonly at: number;
  readonly method: string;
  readonly url: string;
  readonly path: string;
  readonly form: FormParams;
  readonly headers: Headers;
  readonly signed: boolean;
}

type Answer = string | Response | ((request: Received) => string | Response | Promise<string | Response>);

export const xml = (body: string): Response =>
  new Response(`<?xml version="1.0" encoding="UTF-8"?><Response>${body}</Response>`, {
    headers: { 'Content-Type': 'text/xml' },
  });

/** A network on a virtual clock, and in front of it a server that answers by path and keeps what it was asked. */
export function createWorld(answers: Readonly<Record<string, Answer>>, options: Partial<NetworkOptions> = {}) {
  const clock = createVirtualClock({ startAt: MORNING, stallMs: 1500 });
  const trace = createTraceList();
  const received: Received[] = [];
  const network = createPhoneNetwork({
    clock,
    seed: 7,
    accountSid: ACCOUNT,
    authToken: TOKEN,
    publicBaseUrl: BASE,
    trace,
    fetch: async (url, init) => {
      const headers = new Headers(init.headers);
      const form = typeof init.body === 'string' ? readForm(init.body) : {};
      const signature = headers.get('x-twilio-signature');
      const { pathname } = new URL(url);
      const request: Received = {
        at: clock.now(),
        method: init.method ?? 'GET',
        url,
        path: pathname,
        form,
        headers,
        signed: findSigner([TOKEN], { url, form, signature }) === 0,
      };
      received.push(request);
      const found = Object.entries(answers).find(([path]) => pathname === path || pathname.startsWith(`${path}/`));
      if (!found) return new Response(null, { status: 204 });
      const answer = typeof found[1] === 'function' ? await found[1](request) : found[1];
      return typeof answer === 'string' ? xml(answer) : answer.clone();
    },
    ...options,
  });
  const carrier = createTwilioCarrier({
    name: 'simulator',
    accountSid: ACCOUNT,
    authToken: TOKEN,
    baseUrl: 'http://network.test',
    hooks: hookAddresses(BASE),
    maxCps: 10,
    maxLines: 10,
    fetch: network.fetch,
  });
  return {
    clock,
    network,
    carrier,
    received,
    trace,
    to: (path: string): Received[] => received.filter((request) => request.path.startsWith(path)),
    place: (to = THEIRS, more: { readonly ringMs?: number; readonly maxMs?: number; readonly amd?: boolean } = {}) =>
      carrier.placeCall({ attemptId: 'at1', to, from: OURS, ringMs: 28_000, maxMs: 900_000, ...more }),
  };
}

/** Statuses in the order in which they were told. */
export const statuses = (received: readonly Received[]): (string | null)[] =>
  received.map(({ form }) => firstOf(form, 'CallStatus'));

/** A phone that answers after a second and does as it is told whenever keys count. */
export function scriptedPhone(
  onListen: (line: Line, heard: Listening, step: number) => void,
  {
    answerAfterMs = 1000,
    clock,
  }: { readonly answerAfterMs?: number; readonly clock: { after(ms: number, work: () => void): unknown } },
): Phone & { readonly heard: string[]; line: Line | null } {
  const heard: string[] = [];
  const phone: Phone & { heard: string[]; line: Line | null } = {
    heard,
    line: null,
    ring(line) {
      phone.line = line;
      let step = 0;
      clock.after(answerAfterMs, () =>
        line.answer({
          hear: ({ text, audio }) => heard.push(audio ?? text),
          listen: (listening) => onListen(line, listening, ++step),
          ended: () => heard.push('(ended)'),
        }),
      );
    },
  };
  return phone;
}
