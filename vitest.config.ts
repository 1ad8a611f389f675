import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Slow suites are npm scripts of their own.
    exclude: ['test/crash/**', 'test/faults/**', 'test/browser/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
