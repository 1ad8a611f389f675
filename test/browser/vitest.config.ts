import { defineConfig } from 'vitest/config';

/** The page in a real browser: `npm run test:browser`. One file after the other, since all share one small machine. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
