import { openConnection } from '../../src/store/stores.ts';
import type { Place } from './store.ts';

/** Started as a process of its own: brings a database up to date as soon as its input ends. */
process.stdin.resume();
process.stdin.on('end', async () => {
  const connection = openConnection(JSON.parse(process.argv[2] ?? '') as Place);
  await connection.migrate();
  await connection.close();
});
process.stdout.write('ready\n');
