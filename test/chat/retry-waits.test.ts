/** How long the retry loop waits, told by the waits it asks for: the clock itself is stood in for, so nothing waits. */
import fc from 'fast-check';
import { beforeEach, expect, test, vi } from 'vitest';
import { withRetries } from '../../src/chat/index.js';
import { seededRandom } from '../../src/domain/index.js';
import { EntenteError } from '../../src/errors.js';
import { aRequest, failureOf, scriptedModel } from '../support/chat.js';

const { waits } = vi.hoisted(() => ({ waits: [] as number[] }));
vi.mock('node:timers/promises', () => ({ setTimeout: async (ms: number) => void waits.push(ms) }));

beforeEach(() => {
  waits.length = 0;
});

const busy = (retryAfterMs?: number) =>
  new EntenteError('rate_limited', 'busy', {
    retryable: true,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });

async function waitsOf(options: { maxRetries: number; random: () => number; baseMs?: number; retryAfterMs?: number }) {
  waits.length = 0;
  await failureOf(withRetries(scriptedModel(busy(options.retryAfterMs)), options).complete(aRequest()));
  return [...waits];
}

test('the bound of the wait doubles from half a second up to 30 s, unless told otherwise', async () => {
  const bounds = await waitsOf({ maxRetries: 9, random: () => 1 });
  expect(bounds).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

test('it starts from baseMs where given', async () => {
  expect(await waitsOf({ maxRetries: 3, random: () => 1, baseMs: 10 })).toEqual([10, 20, 40]);
});

test('the wait is drawn from nothing up to the bound: full jitter, a new draw each time', async () => {
  const draws = [0, 0.5, 0.25, 0.999];
  let next = 0;
  const drawn = await waitsOf({ maxRetries: 4, random: () => draws[next++] ?? 0, baseMs: 100 });
  expect(drawn).toEqual([0, 100, 100, 799.2]);
});

test('whatever is drawn, a wait lies within its bounds', async () => {
  const inputs = fc.record({
    seed: fc.nat(),
    baseMs: fc.integer({ min: 1, max: 5000 }),
    maxRetries: fc.integer({ min: 1, max: 20 }),
    asked: fc.option(fc.integer({ min: 0, max: 200_000 })),
  });
  await fc.assert(
    fc.asyncProperty(inputs, async ({ seed, baseMs, maxRetries, asked }) => {
      const drawn = await waitsOf({
        maxRetries,
        baseMs,
        random: seededRandom(seed),
        ...(asked === null ? {} : { retryAfterMs: asked }),
      });
      expect(drawn).toHaveLength(maxRetries);
      const least = Math.min(asked ?? 0, 60_000);
      for (const [index, ms] of drawn.entries()) {
        expect(ms).toBeGreaterThanOrEqual(least);
        expect(ms).toBeLessThanOrEqual(Math.max(least, Math.min(30_000, baseMs * 2 ** index)));
      }
    }),
    { seed: 3, numRuns: 100 },
  );
});

test.each([
  { asked: 2000, waited: 2000 },
  { asked: 60_000, waited: 60_000 },
  { asked: 60_001, waited: 60_000 },
  { asked: 86_400_000, waited: 60_000 },
])('a server that asks for $asked ms gets $waited ms', async ({ asked, waited }) => {
  expect(await waitsOf({ maxRetries: 1, random: () => 0.5, retryAfterMs: asked })).toEqual([waited]);
});

test('a server that asks for less than the draw does not shorten it', async () => {
  expect(await waitsOf({ maxRetries: 1, random: () => 0.5, baseMs: 1000, retryAfterMs: 10 })).toEqual([500]);
});
