import { performance } from 'node:perf_hooks';
import type { Answers } from '../../src/core/questionnaire/plan.ts';
import type { Measured } from './child.ts';
import { Client, type Reply } from './client.ts';

/** What one level of concurrency cost. */
export interface Load {
  readonly concurrency: number;
  readonly responses: number;
  readonly perSecond: number;
  /** Processor time of the measured process, user and system, for one complete response. */
  readonly cpuMs: number;
  /** Of single requests. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

type Send = (method: string, path: string, ticket?: string, body?: string) => Promise<Reply>;
/** Everything one respondent sends; `index` tells respondents apart. */
export type Visit = (send: Send, index: number) => Promise<void>;

/** Lets `concurrency` respondents at a time come until `responses` have been; each has a connection of its own. */
export async function runLoad(
  server: Measured,
  port: number,
  { concurrency, responses, visit }: { concurrency: number; responses: number; visit: Visit },
): Promise<Load> {
  const latencies: number[] = [];
  let begun = 0;
  const clients = Array.from({ length: concurrency }, () => new Client(port));
  const runClient = async (client: Client): Promise<void> => {
    const send: Send = async (method, path, ticket, body) => {
      const sentAt = performance.now();
      const reply = await client.request(method, path, ticket, body);
      latencies.push(performance.now() - sentAt);
      if (reply.status !== 200) throw new Error(`${method} ${path}: ${reply.status} ${reply.body}`);
      return reply;
    };
    while (begun < responses) {
      begun += 1;
      await visit(send, begun - 1);
    }
  };
  const before = await server.usage();
  const startedAt = performance.now();
  await Promise.all(clients.map(runClient));
  const seconds = (performance.now() - startedAt) / 1000;
  const after = await server.usage();
  for (const client of clients) client.close();
  latencies.sort((a, b) => a - b);
  const quantile = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? 0;
  return {
    ...{ concurrency, responses, perSecond: responses / seconds, cpuMs: (after.cpuMs - before.cpuMs) / responses },
    ...{ p50Ms: quantile(0.5), p99Ms: quantile(0.99) },
  };
}

/** A resident from the first page to the receipt: the page, every answer by itself, the end. */
export function visitPage(placeCodes: readonly string[], respondents: readonly Answers[]): Visit {
  return async (send, index) => {
    const page = await send('GET', `/s/${placeCodes[index % placeCodes.length]}`);
    const ticket = /"ticket":"([^"]+)"/.exec(page.body)?.[1];
    if (ticket === undefined) throw new Error('no ticket on the page');
    for (const [question, answer] of Object.entries(respondents[index % respondents.length] ?? {})) {
      const body = JSON.stringify({ lang: 'zh', answers: { [question]: answer } });
      await send('PUT', '/api/interviews/answers', ticket, body);
    }
    await send('POST', '/api/interviews/finish', ticket, '{"lang":"zh"}');
  };
}

/** One request per respondent: all answers and the end in one. */
export function visitOnce(makeTicket: () => string, respondents: readonly Answers[]): Visit {
  return async (send, index) => {
    const person = index % respondents.length;
    const body = JSON.stringify({ lang: 'zh', answers: respondents[person] });
    await send('POST', `/api/interviews/finish?person=${person}`, makeTicket(), body);
  };
}
