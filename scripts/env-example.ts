import { readFileSync, writeFileSync } from 'node:fs';
import { exampleEnv } from '../src/config.ts';

/** Writes `.env.example` from the settings, or with `--check` says whether it is up to date. */
const file = new URL('../.env.example', import.meta.url);
if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== exampleEnv()) {
    process.stderr.write('.env.example is out of date: run `npm run env`\n');
    process.exit(1);
  }
} else {
  writeFileSync(file, exampleEnv());
}
