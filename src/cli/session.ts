import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../config.ts';
import { AppError } from '../core/errors.ts';
import { compose, type Services } from '../main.ts';
import type { Terminal } from './output.ts';

/** What every command gets besides its own options. */
export interface Session {
  readonly terminal: Terminal;
  readonly dataDir: string | undefined;
  readonly signal: AbortSignal;
}

/** `write` makes the data folder when there is none; `read` never does; `try` works on nothing as on an empty folder. */
type Access = 'read' | 'write' | 'try';

/** Opens the data, does the work, and closes it whatever happens. */
export async function withServices<T>(
  session: Session,
  access: Access,
  work: (services: Services) => Promise<T>,
  port?: number,
): Promise<T> {
  const config = readConfig({ dataDir: session.dataDir, port });
  const isThere = config.databaseUrl !== null || existsSync(join(config.dataDir, 'zhixiao.sqlite'));
  if (!isThere && access === 'read') throw new AppError('DATA_EMPTY', { folder: config.dataDir });
  const scratch = !isThere && access === 'try' ? mkdtempSync(join(tmpdir(), 'zhixiao-try-')) : null;
  const services = await compose(scratch === null ? config : { ...config, dataDir: scratch });
  try {
    return await work(services);
  } finally {
    await services.close();
    if (scratch !== null) rmSync(scratch, { recursive: true, force: true });
  }
}
