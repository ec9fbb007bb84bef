import { defineConfig } from 'vitest/config';

/** The rings of the test suite. `npm test` runs them all; `npx vitest --config scripts/config/vitest.config.ts run core` runs one. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
  },
});
