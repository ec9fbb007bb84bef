import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { estimateCapacity } from '../../src/core/sample/campaign.ts';
import { startCampaign } from '../../test/support/campaign.ts';

/**
 * `npm run bench:phone`: whole interviews through the simulated network, every answer a signed webhook and a durable
 * transaction, with 60 and 600 calls at once, in one process and over real HTTP; beside it the arithmetic of a county and
 * of a province.
 */

/** What falls into so much virtual time is under way at the same moment: about every call asks for its next question. */
const STRIDE_MS = 5_000;
const MINUTES = 12;

interface Figures {
  readonly webhooksPerSecond: number;
  readonly cells: readonly string[];
  /** What became of the cases. */
  readonly fates: string;
}

/** Why a call brought no whole interview, in the words of its code. */
const FATES: Readonly<Record<string, string>> = {
  '1.1': 'complete',
  '4.10': 'not from here',
  '4.70': 'nobody of age',
  '3.13': 'nobody at home',
  '3.14': 'answered by a machine',
  '3.12': 'busy',
  '1.2': 'given up half way',
  none: 'not called, or not over',
};

const percentile = (times: readonly number[], share: number): number => {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
};
const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

async function measure(lines: number, way: 'in process' | 'over HTTP'): Promise<Figures> {
  const requests: number[] = [];
  const transactions: number[] = [];
  let underWay = 0;
  let most = 0;
  let base = '';
  const campaign = await startCampaign({
    ...{ cases: lines, persona: 'complete', strideMs: STRIDE_MS, setup: { lines, callsPerSecond: 100 } },
    network: {
      fetch: async (url, init) => {
        const began = performance.now();
        most = Math.max(most, ++underWay);
        try {
          const { pathname, search } = new URL(url);
          const response = await (base === ''
            ? campaign.answer(new Request(url, init))
            : fetch(`${base}${pathname}${search}`, init));
          requests.push(performance.now() - began);
          return response;
        } finally {
          underWay--;
        }
      },
    },
  });
  const { connection } = campaign.services;
  const transact = connection.transaction.bind(connection);
  connection.transaction = async (work) => {
    const began = performance.now();
    const result = await transact(work);
    transactions.push(performance.now() - began);
    return result;
  };
  const server = createAdaptorServer({ fetch: campaign.answer });
  try {
    if (way === 'over HTTP') {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }
    const jobs = campaign.drive();
    const cpu = process.cpuUsage();
    const began = performance.now();
    await campaign.time.run(campaign.time.now() + MINUTES * 60_000);
    const seconds = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    jobs.stop();
    const fates = new Map<string, number>();
    for (const { id } of await campaign.listCases()) {
      const code = (await campaign.attemptsOf(id)).at(-1)?.disposition ?? 'none';
      fates.set(code, (fates.get(code) ?? 0) + 1);
    }
    const done = fates.get('1.1') ?? 0;
    const webhooksPerSecond = requests.length / seconds;
    return {
      webhooksPerSecond,
      fates: [...fates]
        .sort((a, b) => b[1] - a[1])
        .map(([code, n]) => `${n} ${FATES[code] ?? code}`)
        .join(', '),
      cells: [
        ...[String(lines), way, `${done} in ${seconds.toFixed(1)} s`, (done / seconds).toFixed(1)],
        ...[webhooksPerSecond.toFixed(0), ms((user + system) / 1000 / requests.length), String(most)],
        ...[ms(percentile(requests, 0.5)), ms(percentile(requests, 0.99)), ms(percentile(transactions, 0.99))],
      ],
    };
  } finally {
    if (base !== '') await new Promise((resolve) => server.close(resolve));
    await campaign.close();
  }
}

function layRows(rows: ReadonlyArray<readonly string[]>): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows)
    console.log(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}

console.log(
  `Zhixiao phone bench · Node ${process.version}; the simulated network in the same process, SQLite, every commit on disk`,
);
const measured: Figures[] = [];
for (const lines of [60, 600])
  for (const way of ['in process', 'over HTTP'] as const) measured.push(await measure(lines, way));
const head = ['calls', 'webhooks', 'interviews', 'interviews/s', 'webhooks/s', 'CPU each', 'at once at most'];
layRows([[...head, 'request p50', 'p99', 'transaction p99'], ...measured.map(({ cells }) => cells)]);
console.log(`  of the calls to 600 at once: ${measured.at(-1)?.fates}.`);
console.log('  mark: a transaction under 300 ms at the 99th percentile; a carrier gives up after 15 s.\n');

/** Of each interview: a start, an end, twelve answers of which some are asked again; of each call four statuses. */
const PER_COMPLETE = 12 * 1.15 + 2;
const PER_DIAL = 4;
/** Everybody answers before the question is read out, every two seconds, in short calls. */
const WORST_PER_LINE = 54 / 60;
const slowest = Math.min(...measured.map(({ webhooksPerSecond }) => webhooksPerSecond));
layRows([
  ['beside it', 'calls', 'line-hours', 'days of 9 h', 'calls/s', 'webhooks/s', 'at worst', 'the slowest above is'],
  ...(
    [
      ['a county: 140 towns × 100, 60 lines', 14_000, 60],
      ['a county: 140 towns × 400, 60 lines', 56_000, 60],
      ['a province: 14 such counties, 840 lines', 784_000, 840],
    ] as const
  ).map(([name, completes, lines]) => {
    const { dials, lineHours, hours, days, dialsPerSecond } = estimateCapacity({ completes, lines, hoursPerDay: 9 });
    const mean = (completes * PER_COMPLETE + dials * PER_DIAL) / (hours * 3600);
    const figures = [Math.round(dials), Math.round(lineHours)].map((figure) => figure.toLocaleString('en'));
    const worst = WORST_PER_LINE * lines;
    const rates = [dialsPerSecond.toFixed(2), mean.toFixed(0), worst.toFixed(0)];
    return [name, ...figures, days.toFixed(1), ...rates, `${(slowest / worst).toFixed(1)} × the worst`];
  }),
]);
