import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The committed migrations of a dialect: beside the sources in development, beside the bundle once built. */
export function migrationsFolder(dialect: 'sqlite' | 'pg'): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const candidates = [join(here, '..', 'migrations', dialect), join(here, 'migrations', dialect)];
  const folder = candidates.find((candidate) => existsSync(candidate));
  if (!folder) throw new Error(`no migrations for ${dialect} beside ${here}`);
  return folder;
}
