import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'vite';

/** Builds everything that runs into `dist/`: the service, the pages (with compressed twins), and the files they read. */
const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
await build({ configFile: join(root, 'scripts/config/vite.server.config.ts') });
await build({ configFile: join(root, 'scripts/config/vite.config.ts'), logLevel: 'warn' });

cpSync(join(root, 'src/store/migrations'), join(dist, 'migrations'), { recursive: true });
cpSync(join(root, 'surveys'), join(dist, 'surveys'), { recursive: true });
for (const file of readdirSync(join(root, 'src/demo')).filter((name) => name.endsWith('.csv'))) {
  cpSync(join(root, 'src/demo', file), join(dist, file));
}

for (const file of readdirSync(join(dist, 'web/assets'))) {
  const path = join(dist, 'web/assets', file);
  const bytes = readFileSync(path);
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
}
