import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Slow suites are npm scripts of their own.
    exclude: ['test/crash/**', 'test/faults/**', 'test/browser/**'],
    // One worker a core, also on two cores: many tests wait for processes of their own.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
