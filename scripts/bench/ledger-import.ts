import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SHIPPED_KINDS } from '../../src/core/publicity/kinds.ts';
import { createRandom } from '../../src/core/random.ts';
import { openTable } from '../../src/intake/table-file.ts';
import { OPERATOR } from '../../src/services/actor.ts';
import { measureWaiting, type Waiting } from './waiting.ts';
import { createWorld, openWave, type Place, temporaryFolder, townsOf } from './world.ts';

const WRITTEN = ['12', '约300', '500余', '40', '1200', '3', '数百', '86', '2000余', '7'];

/** One user's entry and one resident's answer after the other, while a county imports a spreadsheet and undoes it. */
export async function measureLedgerImport(rows: number, place?: Place): Promise<readonly Waiting[]> {
  const { folder, remove } = temporaryFolder();
  try {
    const services = await createWorld(folder, place);
    const { publicity, interviews } = services;
    await openWave(services, '2026', ['web-open']);
    const towns = await townsOf(services);
    const [first] = towns;
    const county = towns.filter(({ parentCode }) => parentCode === first?.parentCode);
    const bytes = Buffer.from(
      writeSheet(
        rows,
        county.map(({ name }) => name),
      ),
    );
    const resident = await interviews.enterPlace(first?.placeCode ?? '');
    if (!('ticket' in resident)) throw new Error('the wave takes no answers');
    const { ticket } = resident;

    let n = 0;
    const others = {
      entry: (): Promise<unknown> => {
        n += 1;
        const entry = {
          unit: county[n % county.length]?.code ?? '',
          kind: 'talk',
          quantity: '1',
          startDate: '2026-03-05',
        };
        return publicity.outputs.addOutput(OPERATOR, { ...entry, clientKey: `bench-${n}` });
      },
      answer: (): Promise<unknown> => interviews.saveAnswers(ticket, 'zh', { adult: '1' }),
    };
    const during = (name: string, work: () => Promise<unknown>): Promise<Waiting> => measureWaiting(name, others, work);

    const idle = await during('nothing else', () => sleep(5000));
    let importId = '';
    const taking = await during(`an import of ${rows} rows`, async () => {
      const file = await openTable({ name: 'sheet.csv', bytes });
      const fileHash = createHash('sha256').update(bytes).digest('hex');
      const unit = first?.parentCode ?? '';
      const input = { unit, file, fileHash, fileName: 'sheet.csv', mapping: null };
      const report = await publicity.imports.importLedger(OPERATOR, input);
      if (report.created !== rows) throw new Error(`${report.created} of ${rows} rows were taken`);
      importId = report.importId ?? '';
    });
    const undoing = await during('undoing it', () => publicity.imports.undoImport(OPERATOR, importId));
    const { differing } = await publicity.outputs.recountLedger(OPERATOR, { write: false });
    if (differing > 0) throw new Error(`${differing} counters are wrong`);
    await services.close();
    return [idle, taking, undoing];
  } finally {
    remove();
  }
}

/** A county's year in one table: half of it stands somewhere, each at a place of its own. */
function writeSheet(rows: number, towns: readonly string[]): string {
  const random = createRandom(5);
  const kinds = SHIPPED_KINDS.map(({ name }) => name.zh);
  const two = (n: number): string => String(n).padStart(2, '0');
  const lines = Array.from({ length: rows }, (_, i) => {
    const day = `2025-${two(random.between(1, 12))}-${two(random.between(1, 28))}`;
    const kind = i % 2 === 0 ? '横幅' : kinds[random.between(0, kinds.length - 1)];
    return `${towns[i % towns.length]},第${i % 9973}组,${day},${kind},第${i}项,${WRITTEN[i % WRITTEN.length]}`;
  });
  return `填报单位,地点,日期,类别,名称,数量\n${lines.join('\n')}\n`;
}
