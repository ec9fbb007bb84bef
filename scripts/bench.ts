import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { startPostgres } from '../test/support/spare-postgres.ts';
import { measureImport } from './bench/import.ts';
import { type LedgerFigure, measureLedger } from './bench/ledger.ts';
import { measureLedgerImport } from './bench/ledger-import.ts';
import { measureNumbers } from './bench/numbers.ts';
import { measureReadings, type ReadingFigures } from './bench/results.ts';
import type { Waiting } from './bench/waiting.ts';
import { measureWeb } from './bench/web.ts';
import { CLI } from './bench/world.ts';

/**
 * `npm run bench`: what the service costs on this machine, beside its marks. Times of a shared machine vary by half;
 * processor time per response and the ratios of one run are what to compare. Everything stays on the loopback and in a
 * temporary folder. Takes about five minutes.
 */
if (!existsSync(CLI)) {
  console.error('Not built yet: run npm run build first.');
  process.exit(2);
}

const say = (text = ''): void => console.log(text);
const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
const per = (value: number): string => value.toFixed(0);
const NOTHING = { wallMs: 0, cpuMs: 0 };
const times = (value: number): string => value.toFixed(2);

function layRows(rows: ReadonlyArray<readonly string[]>): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) say(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}

say(`Zhixiao bench · Node ${process.version} · ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`);

/** `npm run bench -- web` does one part alone. */
const wanted = process.argv.slice(2);
const wants = (part: string): boolean => wanted.length === 0 || wanted.includes(part);

if (wants('web')) {
  const web = await measureWeb();
  say(
    `\nA resident's visit: the page, ${per(web.requests - 2)} answers saved one by one, the end; SQLite, every commit on disk`,
  );
  layRows([
    ['at once', 'CPU/response', 'of bare HTTP', 'responses/s', 'request p50', 'p99'],
    ...web.visits.map((load, index) => [
      ...[String(load.concurrency), ms(load.cpuMs)],
      `× ${times(load.cpuMs / ((web.nothing[index]?.cpuMs ?? 0) * web.requests))}`,
      ...[per(load.perSecond), ms(load.p50Ms), ms(load.p99Ms)],
    ]),
  ]);
  say(
    '  marks: at most 1.5 ms of CPU from 8 at once on (dream 0.5), p99 under 50 ms at 64; LimeSurvey 47 ms tuned, 199 ms as',
  );
  say(`  installed. Peak memory ${per(web.peakMb)} MB (mark: under 250).`);
  say(
    `  “bare HTTP”: as many requests to a node:http handler that does nothing, ${web.nothing.map(({ cpuMs }) => `${per(cpuMs * 1000)} µs`).join(', ')} each here;`,
  );
  say(
    `  the marks were set on a machine where it is 10 µs at 64 at once: there 1.5 ms is × ${times(150 / web.requests)}.`,
  );

  say('\nA whole questionnaire in one request, 64 at once');
  layRows([
    ['', 'submissions/s', 'CPU each', 'p50', 'p99'],
    ...(
      [
        ['Zhixiao', web.service],
        ['bare handler, the same rows', web.bare],
        ['bare handler, without the counters', web.bareWithoutCounters],
      ] as const
    ).map(([name, load]) => [name, per(load.perSecond), ms(load.cpuMs), ms(load.p50Ms), ms(load.p99Ms)]),
  ]);
  say(`  share of the bare handler: ${times(web.share)} (mark: at least 0.50)`);
}

if (wants('results')) {
  const readings = await measureReadings([14_000, 1_400_000]);
  const [few, many] = readings as [ReadingFigures, ReadingFigures];
  say("\nThe leaders' page: the city by town, every indicator, two waves (responses written without single answers)");
  layRows([
    ['interviews', 'towns', 'time', 'CPU'],
    ...readings.map(({ interviews, rows, wallMs, cpuMs }) => [
      ...[String(interviews), String(rows), ms(wallMs), ms(cpuMs)],
    ]),
  ]);
  say(`  ratio: time ${times(many.wallMs / few.wallMs)}, CPU ${times(many.cpuMs / few.cpuMs)} (mark: below 1.5)`);
}

if (wants('import')) {
  const small = await measureImport(20_000);
  const large = await measureImport(100_000);
  say('\nImport of interviews from CSV: checked, written, counted; with the start of the program');
  layRows([
    ['rows', 'file', 'rows/s', 'CPU', 'peak memory'],
    ...[small, large].map(({ rows, fileMb, perSecond, cpuMs, peakMb }) => [
      ...[String(rows), `${fileMb.toFixed(1)} MB`, per(perSecond), ms(cpuMs), `${per(peakMb)} MB`],
    ]),
  ]);
}

/** Only when asked for: writing a million entries takes longer than all the rest. `-- ledger pg` does it on PostgreSQL. */
if (wanted.some((part) => ['ledger', 'ledger-import', 'numbers'].includes(part))) {
  const server = wanted.includes('pg') ? await startPostgres() : null;
  const where = server ? 'PostgreSQL' : 'SQLite';
  if (wanted.includes('ledger')) {
    const sizes = [10_000, 100_000, 1_000_000];
    const figures: (readonly LedgerFigure[])[] = [];
    for (const size of sizes) figures.push(await measureLedger(size, await server?.create()));
    const [few = [], some = [], many = []] = figures;
    say(`\nThe publicity ledger of ten counties over two years on ${where}: ${sizes.join(', ')} entries`);
    layRows([
      ['', 'time', '', '', 'CPU', '', '', 'time, last to first', 'to second'],
      ...many.map(({ what, wallMs, cpuMs }, i) => {
        const [a = NOTHING, b = NOTHING] = [few[i], some[i]];
        return [
          ...[what, ms(a.wallMs), ms(b.wallMs), ms(wallMs), ms(a.cpuMs), ms(b.cpuMs), ms(cpuMs)],
          ...[`× ${times(wallMs / a.wallMs)}`, `× ${times(wallMs / b.wallMs)}`],
        ];
      }),
    ]);
  }
  const layWaiting = (waiting: readonly Waiting[]): void => {
    say(`\nWhat others wait on ${where}: one user's entry and one resident's answer every 20 ms each`);
    layRows([
      ['during', 'takes', 'peak memory', 'entry p50', 'p99', 'longest', 'answer p50', 'p99', 'longest'],
      ...waiting.map(({ during, seconds, peakMb, entry, answer }) => [
        ...[during, `${seconds.toFixed(1)} s`, `${per(peakMb)} MB`, ms(entry.p50Ms), ms(entry.p99Ms), ms(entry.maxMs)],
        ...[ms(answer.p50Ms), ms(answer.p99Ms), ms(answer.maxMs)],
      ]),
    ]);
  };
  if (wanted.includes('ledger-import')) layWaiting(await measureLedgerImport(50_000, await server?.create()));
  if (wanted.includes('numbers')) layWaiting(await measureNumbers(100_000, await server?.create()));
  await server?.stop();
}
