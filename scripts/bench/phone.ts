import { estimateCapacity } from '../../src/core/sample/campaign.ts';
import { startCampaign } from '../../test/support/campaign.ts';

/**
 * `npm run bench:phone`: whole interviews through the simulated network in one process, every answer a signed webhook and
 * a durable transaction, at 60 and 600 calls at once; beside it the arithmetic of a county and of a province.
 */
const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

async function measure(lines: number): Promise<void> {
  const times: number[] = [];
  const campaign = await startCampaign({
    ...{ cases: lines, persona: 'complete', setup: { lines, callsPerSecond: 100 } },
    network: {
      fetch: async (url, init) => {
        const began = performance.now();
        const response = await campaign.answer(new Request(url, init));
        times.push(performance.now() - began);
        return response;
      },
    },
  });
  try {
    const jobs = campaign.drive();
    const began = performance.now();
    await campaign.time.run(campaign.time.now() + 20 * 60_000);
    const seconds = (performance.now() - began) / 1000;
    jobs.stop();
    const done = (await campaign.listCases()).filter(({ disposition }) => disposition === '1.1').length;
    const sorted = times.sort((a, b) => a - b);
    console.log(
      `${lines} calls at once: ${(done / seconds).toFixed(1)} interviews/s, ${(times.length / seconds).toFixed(0)} webhooks/s, ` +
        `p50 ${percentile(sorted, 0.5).toFixed(1)} ms, p99 ${percentile(sorted, 0.99).toFixed(1)} ms (mark: 300 ms)`,
    );
  } finally {
    await campaign.close();
  }
}

console.log(`Zhixiao phone bench · Node ${process.version}; one process, a virtual clock, every commit on disk`);
await measure(60);
await measure(600);
for (const [name, completes, lines] of [
  ['a county of 140 towns × 100, 60 lines', 14_000, 60],
  ['a county of 140 towns × 400, 60 lines', 56_000, 60],
  ['a province of 14 such counties, 840 lines', 784_000, 840],
] as const) {
  const { dials, lineHours, days, dialsPerSecond } = estimateCapacity({ completes, lines, hoursPerDay: 9 });
  console.log(
    `${name}: ${Math.round(dials).toLocaleString('en')} dials, ${Math.round(lineHours).toLocaleString('en')} line-hours, ${days.toFixed(1)} days, ${dialsPerSecond.toFixed(2)} calls/s`,
  );
}
