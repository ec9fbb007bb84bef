#!/usr/bin/env node
// What `npx zhixiao` runs: the built command line.
import { existsSync } from 'node:fs';

const cli = new URL('../dist/cli.js', import.meta.url);
if (existsSync(cli)) await import(cli.href);
else {
  process.stderr.write('还没有构建，请先运行 npm run build。\nNot built yet: run npm run build first.\n');
  process.exitCode = 2;
}
