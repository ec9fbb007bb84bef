import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Rings that need no database; all the others share one PostgreSQL server that the run starts. */
const PURE = ['core', 'interview', 'intake', 'reports', 'telephony', 'web', 'reference'].map(
  (ring) => `test/${ring}/**/*.test.ts`,
);

/** The rings of the test suite. `npm test` runs them all; add a path to run one: `npx vitest run --config scripts/config/vitest.config.ts test/core`. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    projects: [
      { extends: true, test: { name: 'pure', include: PURE } },
      {
        extends: true,
        test: {
          name: 'store',
          include: ['test/**/*.test.ts'],
          exclude: PURE,
          globalSetup: ['test/support/postgres.ts'],
        },
      },
    ],
  },
});
