import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

/**
 * `npm test`: finds (or fetches) a browser, builds once, and runs every ring. Nothing is skipped: what could not be had
 * is named with the way to get it, and the run fails.
 */
const INSTALLED = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const run = (command: string, args: readonly string[], options: { quiet?: boolean } = {}): boolean =>
  spawnSync(command, args, { stdio: options.quiet ? 'ignore' : 'inherit', shell: process.platform === 'win32' })
    .status === 0;

const installedBrowser = (): string | null =>
  [...INSTALLED, chromium.executablePath()].find((path): path is string => path !== undefined && existsSync(path)) ??
  null;

function fetchBrowser(): void {
  console.log('No Chromium or Chrome is installed; fetching one …');
  if (run('npx', ['playwright-core', 'install', 'chromium'], { quiet: true }) && installedBrowser()) return;
  const isDebianRoot = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (isDebianRoot) {
    run('apt-get', ['update', '-qq'], { quiet: true });
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-noto-cjk'], { quiet: true });
  }
}

if (!installedBrowser()) fetchBrowser();
const browser = installedBrowser();
if (!browser) {
  console.error(
    'The tests need a Chromium or Chrome and none could be had. Install one (Debian: apt-get install chromium fonts-noto-cjk;\n' +
      'others: npx playwright-core install --with-deps chromium) or name it in CHROMIUM_PATH, and run npm test again.',
  );
  process.exit(1);
}
console.log(`Browser: ${browser}`);

const only = process.argv.slice(2);
if (!run('npm', ['run', '--silent', 'build'])) process.exit(1);
const tests = spawnSync('npx', ['vitest', 'run', '--config', 'scripts/config/vitest.config.ts', ...only], {
  stdio: 'inherit',
  env: { ...process.env, CHROMIUM_PATH: browser },
  shell: process.platform === 'win32',
});
process.exit(tests.status ?? 1);
