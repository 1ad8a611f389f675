import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runConfigSchema, seededRandom } from '../../src/domain/index.js';
import { inventRunName } from '../../src/run/names.js';

test('a made-up name is short, can be typed as --name, and follows from its random numbers', () => {
  const property = fc.property(fc.integer(), (seed) => {
    const name = inventRunName(seededRandom(seed), new Set());
    expect(name).toMatch(/^[a-z]+-[a-z]+$/);
    expect(runConfigSchema.safeParse({ name }).success).toBe(true);
    expect(inventRunName(seededRandom(seed), new Set())).toBe(name);
  });
  fc.assert(property, { seed: 6, numRuns: 100 });
});

test('three thousand runs in one database have three thousand names', () => {
  const random = seededRandom(1);
  const taken = new Set<string>();
  for (let run = 0; run < 3000; run++) {
    const name = inventRunName(random, taken);
    taken.add(name);
  }
  expect(taken.size).toBe(3000);
  // More than there are plain names, so that some carry a number.
  const numbered = [...taken].filter((name) => /\d/.test(name));
  expect(numbered.length).toBeGreaterThan(0);
  for (const name of numbered) expect(runConfigSchema.safeParse({ name }).success).toBe(true);
});

test('a random source that is stuck still ends in a name that is free', () => {
  const taken = new Set<string>();
  for (let run = 0; run < 5; run++) taken.add(inventRunName(() => 0, taken));
  expect(taken.size).toBe(5);
});
