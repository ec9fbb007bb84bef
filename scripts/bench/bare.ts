import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Database from 'better-sqlite3';
import type { TallyCell } from '../../src/core/indicators/types.ts';
import { newId } from '../../src/runtime.ts';

/**
 * The least that could store a response: a bare `node:http` handler that parses the body and inserts the same rows with
 * prepared statements, equally durable, one commit for all that arrived in one turn of the event loop. It checks
 * nothing, signs nothing and codes nothing: the rows of each person are given.
 */
const [file = '', rowsFile = '', counters = ''] = process.argv.slice(2);

export interface BareRows {
  readonly waveId: string;
  readonly unitCode: string;
  readonly people: ReadonlyArray<{
    readonly sex: string;
    readonly ageBand: string;
    readonly cells: readonly TallyCell[];
  }>;
}

const rows = JSON.parse(readFileSync(rowsFile, 'utf8')) as BareRows;
const db = new Database(file);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.pragma('cache_size = -65536');

const insertResponse = db.prepare(
  `INSERT INTO responses (id, wave_id, unit_code, mode, state, disposition, lang, reversed, sex, age_band, weight, receipt, started_at, ended_at)
   VALUES (?, ?, ?, 'web-open', 'ended', '1.1', 'zh', 0, ?, ?, 1, ?, ?, ?)`,
);
const insertAnswer = db.prepare('INSERT INTO answers (response_id, question, value) VALUES (?, ?, ?)');
const addTally = db.prepare(
  `INSERT INTO tallies (wave_id, indicator, unit_code, mode, outcome, sex, age_band, n, sum_w, sum_w_2)
   VALUES (?, ?, ?, ?, ?, ?, ?, 1, 1, 1)
   ON CONFLICT DO UPDATE SET n = n + 1, sum_w = sum_w + 1, sum_w_2 = sum_w_2 + 1`,
);
const addTotal = db.prepare(
  `INSERT INTO tally_totals (wave_id, unit_code, indicator, mode, outcome, n, sum_w, sum_w_2)
   VALUES (?, ?, ?, ?, ?, 1, 1, 1)
   ON CONFLICT DO UPDATE SET n = n + 1, sum_w = sum_w + 1, sum_w_2 = sum_w_2 + 1`,
);
const begin = db.prepare('BEGIN IMMEDIATE');
const commit = db.prepare('COMMIT');

function store(person: number, answers: Readonly<Record<string, unknown>>): string {
  const { waveId, unitCode, people } = rows;
  const known = people[person];
  if (!known) throw new RangeError(`no person ${person}`);
  const id = newId();
  const now = Date.now();
  insertResponse.run(id, waveId, unitCode, known.sex, known.ageBand, id, now, now);
  for (const [question, value] of Object.entries(answers)) insertAnswer.run(id, question, JSON.stringify(value));
  if (counters === 'counters') {
    for (const { indicator, mode, outcome, sex, ageBand } of known.cells) {
      addTally.run(waveId, indicator, unitCode, mode, outcome, sex, ageBand);
      addTotal.run(waveId, unitCode, indicator, mode, outcome);
    }
  }
  return id;
}

let waiting: Array<() => () => void> = [];

function flush(): void {
  const group = waiting;
  waiting = [];
  begin.run();
  const replies = group.map((insert) => insert());
  commit.run();
  for (const reply of replies) reply();
}

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': 2 }).end('{}');
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { answers } = JSON.parse(Buffer.concat(chunks).toString()) as { answers: Record<string, unknown> };
    const person = Number(request.url?.split('=')[1]);
    if (waiting.length === 0) setImmediate(flush);
    waiting.push(() => {
      const receipt = store(person, answers);
      return () => {
        const body = JSON.stringify({ receipt });
        response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length }).end(body);
      };
    });
  });
});
server.listen(0, '127.0.0.1', () => console.log(`listening on :${(server.address() as AddressInfo).port}/`));
process.on('SIGTERM', () => process.exit(0));
