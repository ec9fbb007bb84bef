import { chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// npm links the commands of dependencies, but not the project's own: this makes `npx zhixiao` work in a clone.
if (process.platform !== 'win32') {
  const bin = fileURLToPath(new URL('../node_modules/.bin/zhixiao', import.meta.url));
  mkdirSync(fileURLToPath(new URL('../node_modules/.bin', import.meta.url)), { recursive: true });
  rmSync(bin, { force: true });
  symlinkSync('../../scripts/zhixiao.js', bin);
  chmodSync(fileURLToPath(new URL('./zhixiao.js', import.meta.url)), 0o755);
}
