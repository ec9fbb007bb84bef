import { writeSync } from 'node:fs';
import { createStores, openConnection } from '../../src/store/stores.ts';
import { unitRow } from './rows.ts';
import type { Place } from './store.ts';

/** Started as a process of its own: commits one unit after another and says each number once its commit is acknowledged. */
const connection = openConnection(JSON.parse(process.argv[2] ?? '') as Place);
const { units } = createStores(connection);
for (let i = 1; ; i += 1) {
  await connection.transaction((tx) => units.insert(tx, [unitRow({ code: `${i}` })], i));
  writeSync(1, `${i}\n`);
}
