import { writeSync } from 'node:fs';
import Database from 'better-sqlite3';

/** Started as a process of its own: takes the write lock of an SQLite file, and gives it back when its input ends. */
const handle = new Database(process.argv[2] ?? '');
handle.exec('BEGIN IMMEDIATE');
writeSync(1, 'locked\n');
process.stdin.resume();
process.stdin.on('end', () => {
  handle.exec('COMMIT');
  handle.close();
});
