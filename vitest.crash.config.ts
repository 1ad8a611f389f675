import { defineConfig } from 'vitest/config';

/** Real processes, killed at every point: `npm run test:crash`. */
export default defineConfig({
  test: {
    include: ['test/crash/**/*.test.ts'],
    maxWorkers: 2,
    testTimeout: 900_000,
    hookTimeout: 60_000,
  },
});
