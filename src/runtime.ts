import { randomBytes, randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Config } from './config.ts';
import type { Clock, NewId } from './core/ids.ts';

export const systemClock: Clock = () => Date.now();

/** Ids that sort by the time they were made: writes land at the end of an index, and a log reads in order. */
export const newId: NewId = () =>
  `${Date.now().toString(36).padStart(9, '0')}${randomUUID().replaceAll('-', '').slice(0, 16)}`;

export function createLogger(level: Config['logLevel']) {
  return pino({ level }, pino.destination({ dest: 2, sync: true }));
}

/** The key of this installation: from the settings, or made once and kept where only its owner can read it. */
export function installationSecret(config: Pick<Config, 'secret' | 'dataDir'>): string {
  if (config.secret) return config.secret;
  const file = join(config.dataDir, 'secret');
  if (!existsSync(file)) {
    mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
    try {
      writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' });
      chmodSync(file, 0o600);
    } catch (error) {
      // Two processes may start at once: the first one's key stands.
      if (!existsSync(file)) throw error;
    }
  }
  return readFileSync(file, 'utf8').trim();
}
