import { defineConfig } from 'vitest/config';

/** Tests of pure functions: they change nothing outside of themselves, and so may share the modules that they load. */
const pure = [
  'deliberation',
  'domain',
  'generation',
  'judging',
  'report',
  'reward',
  'scenarios',
  'trajectory',
  'viewer/page',
].map((folder) => `test/${folder}/**/*.test.ts`);

// Slow suites are npm scripts of their own.
const slow = ['test/crash/**', 'test/faults/**', 'test/browser/**'];

export default defineConfig({
  test: {
    // One worker a core, also on two cores: many tests wait for processes of their own.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'pure', include: pure, isolate: false } },
      { extends: true, test: { name: 'whole', include: ['test/**/*.test.ts'], exclude: [...pure, ...slow] } },
    ],
  },
});
