import { setTimeout as sleep } from 'node:timers/promises';
import { openTable } from '../../src/intake/table-file.ts';
import { OPERATOR } from '../../src/services/actor.ts';
import { measureWaiting, type Waiting } from './waiting.ts';
import { createWorld, openWave, type Place, temporaryFolder, townsOf } from './world.ts';

/** One user's entry and one resident's answer after the other, while numbers come by list, half-bad, again and by draw. */
export async function measureNumbers(rows: number, place?: Place): Promise<readonly Waiting[]> {
  const { folder, remove } = temporaryFolder();
  try {
    const services = await createWorld(folder, place);
    const { publicity, interviews, phone } = services;
    for (const wave of ['2026', '2027']) {
      await openWave(services, wave, ['web-open', 'phone']);
      await phone.campaigns.saveCampaign(OPERATOR, wave, { carrier: 'manual', modes: ['phone'], targetPerTown: 400 });
    }
    const towns = await townsOf(services);
    const resident = await interviews.enterPlace(towns[0]?.placeCode ?? '');
    if (!('ticket' in resident)) throw new Error('the wave takes no answers');
    const { ticket } = resident;
    let n = 0;
    const others = {
      entry: (): Promise<unknown> => {
        n += 1;
        const entry = { kind: 'talk', quantity: '1', startDate: '2026-03-05', clientKey: `bench-${n}` };
        return publicity.outputs.addOutput(OPERATOR, { ...entry, unit: towns[n % towns.length]?.code ?? '' });
      },
      answer: (): Promise<unknown> => interviews.saveAnswers(ticket, 'zh', { adult: '1' }),
    };
    const take = async (wave: string, isBad: (i: number) => boolean, expected: number): Promise<void> => {
      const lines = Array.from({ length: rows }, (_, i) => {
        const number = isBad(i) ? `1391${i}` : String(13_900_000_000 + i * 7);
        return `${towns[i % towns.length]?.code},${number},${i % 2 === 0 ? '男' : '女'},${18 + (i % 60)}`;
      });
      const bytes = Buffer.from(`单位,号码,性别,年龄\n${lines.join('\n')}\n`);
      const file = await openTable({ name: 'numbers.csv', bytes });
      const report = await phone.numbers.importNumbers(OPERATOR, { wave, file, accept: true, seed: 7, months: 0 });
      if (report.accepted !== expected) throw new Error(`${report.accepted} of ${expected} were taken`);
    };
    const waiting = [
      await measureWaiting('nothing else', others, () => sleep(5000)),
      await measureWaiting(`a list of ${rows}, half of it bad`, others, () =>
        take('2026', (i) => i % 2 === 1, rows / 2),
      ),
      await measureWaiting(`a list of ${rows}, half of it there`, others, () => take('2026', () => false, rows / 2)),
      await measureWaiting(`a draw of ${rows}`, others, () =>
        phone.numbers.drawNumbers(OPERATOR, {
          ...{ wave: '2027', method: 'systematic', seed: 3 },
          towns: towns.map(({ code }, i) => ({
            ...{ unit: code, prefixes: [String(1_380_000 + i)], count: Math.floor(rows / towns.length) },
          })),
        }),
      ),
    ];
    await services.close();
    return waiting;
  } finally {
    remove();
  }
}
