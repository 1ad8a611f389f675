import { defineConfig } from 'vitest/config';

/** The tests that `npm run test:mutation` holds against every mutant: pure ones, which need neither build nor database. */
export default defineConfig({
  test: {
    include: ['test/trajectory/**/*.test.ts', 'test/reward/**/*.test.ts'],
    setupFiles: ['test/support/no-shrinking.ts'],
    testTimeout: 20_000,
  },
});
