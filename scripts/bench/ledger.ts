import { SHIPPED_KINDS } from '../../src/core/publicity/kinds.ts';
import { parseQuantity } from '../../src/core/publicity/quantity.ts';
import { createRandom } from '../../src/core/random.ts';
import type { Services } from '../../src/main.ts';
import { OPERATOR } from '../../src/services/actor.ts';
import type { OutputRow } from '../../src/store/outputs.ts';
import { createWorld, type Place, temporaryFolder, townsOf } from './world.ts';

const BATCH = 5000;
const READS = 15;
/** Months of entries, the last one being the month of the report. */
const YEARS = ['2025', '2026'];
const LAST_MONTH = '2026-12';
const WRITTEN = ['12', '约300', '500余', '40', '1200', '3', '数百', '86', '2000余', '7'];
const PLACES = ['河湾村', '桥头村', '老街', '集市', '新民村', '大坪村'];

/** What is measured: a page of the list or a report, of the whole city, a county or a town. */
export interface LedgerFigure {
  readonly what: string;
  /** Medians of one reading. */
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** The ledger's page and report on a data folder of its own with so many entries over two years. */
export async function measureLedger(entries: number, place?: Place): Promise<readonly LedgerFigure[]> {
  const { folder, remove } = temporaryFolder();
  try {
    const services = await createWorld(folder, place);
    await fillLedger(services, entries);
    const { outputs, reports } = services.publicity;
    const [town] = await townsOf(services);
    const scopes = { city: '99', county: town?.parentCode ?? '', town: town?.code ?? '' };
    const figures: LedgerFigure[] = [];
    for (const [scope, unit] of Object.entries(scopes)) {
      const first = await outputs.listOutputs(OPERATOR, { unit });
      const after = first.next ?? undefined;
      const readings: readonly (readonly [string, () => Promise<unknown>])[] = [
        ['page', () => outputs.listOutputs(OPERATOR, { unit })],
        ['next page', () => outputs.listOutputs(OPERATOR, { unit, after })],
        ['page, one kind', () => outputs.listOutputs(OPERATOR, { unit, kinds: ['banner'] })],
        ['page, returned', () => outputs.listOutputs(OPERATOR, { unit, states: ['returned'] })],
        ['page, what counts', () => outputs.listOutputs(OPERATOR, { unit, states: ['submitted', 'accepted'] })],
        ['month', () => reports.readReport(OPERATOR, { unit, period: LAST_MONTH })],
        ['year', () => reports.readReport(OPERATOR, { unit, period: '2026' })],
      ];
      for (const [name, read] of readings) figures.push({ what: `${scope}: ${name}`, ...(await measure(read)) });
    }
    await services.close();
    return figures;
  } finally {
    remove();
  }
}

async function measure(read: () => Promise<unknown>): Promise<Omit<LedgerFigure, 'what'>> {
  const wall: number[] = [];
  const cpu: number[] = [];
  for (let i = 0; i < READS; i += 1) {
    const startedAt = performance.now();
    const before = process.cpuUsage();
    await read();
    const { user, system } = process.cpuUsage(before);
    wall.push(performance.now() - startedAt);
    cpu.push((user + system) / 1000);
  }
  return { wallMs: median(wall), cpuMs: median(cpu) };
}

/** Writes entries through the store and counts them as `outputs recount --write` does. */
async function fillLedger(services: Services, entries: number): Promise<void> {
  const { stores, connection, publicity } = services;
  const towns = await townsOf(services);
  const random = createRandom(11);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random.next() * items.length)] as Item;
  const two = (n: number): string => String(n).padStart(2, '0');
  for (let done = 0; done < entries; done += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, entries - done) }, (_, i): OutputRow => {
      const id = `o${String(done + i).padStart(9, '0')}`;
      const kind = pick(SHIPPED_KINDS);
      const startDate = `${pick(YEARS)}-${two(random.between(1, 12))}-${two(random.between(1, 28))}`;
      return {
        ...{ id, clientKey: id, unitCode: pick(towns).code, kind: kind.code, title: '', place: pick(PLACES) },
        ...{ startDate, endDate: startDate, statedPeriod: null, quantity: parseQuantity(pick(WRITTEN)) },
        reach: random.next() < 0.3 ? [{ reach: 'persons', quantity: parseQuantity('近300'), asOf: null }] : [],
        ...{ mediaLevel: kind.inMedia ? 'county' : null, ownLevel: kind.inMedia ? 'county' : null },
        ...{ outlet: '', link: '', note: '', stateBefore: null },
        state: random.pick({ accepted: 80, submitted: 18, returned: 2 }),
        ...{ returnReason: null, mergedInto: null, importId: null, correctionReason: null, version: 1 },
        ...{ createdAt: 0, createdBy: 'bench', updatedAt: 0, updatedBy: 'bench' },
      };
    });
    await connection.transaction((tx) => stores.outputs.insertMany(tx, rows));
  }
  await publicity.outputs.recountLedger(OPERATOR, { write: true });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
