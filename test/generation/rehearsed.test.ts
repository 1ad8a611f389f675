import { describe, expect, test } from 'vitest';
import { createRehearsalModel } from '../../src/chat/index.js';
import { type Dilemma, defaultSampling, type PersonaPair, tiers } from '../../src/domain/index.js';
import {
  createDilemmaGenerator,
  createPairGenerator,
  type Generator,
  generateRecords,
} from '../../src/generation/index.js';
import { checkLibrary } from '../../src/scenarios/index.js';
import { aDilemma, aPair, placed } from '../support/library.js';

/** Six domains and settings in three tiers. */
const library = Array.from({ length: 18 }, (_, index) =>
  aDilemma(`known${index}`, {
    ...{
      tier: tiers[index % 3] ?? 'everyday',
      domain: `domain${index % 6}`,
      setting: `Land${index % 6}`,
      stage: 'youth',
    },
  }),
);
const pairs = Array.from({ length: 4 }, (_, index) => aPair(`tension-${index}`));
const model = createRehearsalModel();
const shared = (seed: number) => ({
  ...{ leastMark: 3, seed, now: () => new Date('2030-01-01') },
  writer: { model, sampling: { ...defaultSampling.speaking, temperature: 1 } },
  rater: { model, sampling: defaultSampling.judging },
});

const dilemmas = (seed: number) =>
  createDilemmaGenerator({ library, tensions: pairs.map(({ id }) => id), filter: {}, ...shared(seed) });

async function generated<T>(generator: Generator<T>, count: number): Promise<T[]> {
  const records: T[] = [];
  await generateRecords(generator, { count, concurrency: 8 }, (record) => void records.push(record));
  return records;
}

describe('what the rehearsal writes', () => {
  test('passes every check beside the library, and is spread evenly over its cells', async () => {
    const records: Dilemma[] = await generated(dilemmas(1), 30);
    expect(checkLibrary([...library, ...records].map(placed), [])).toEqual([]);
    const counted = (key: 'tier' | 'setting') => {
      const values = [...new Set(library.map((one) => one[key]))];
      return values.map((value) => records.filter((one) => one[key] === value).length);
    };
    // Rejected attempts count as covered, so not exactly evenly.
    for (const count of counted('tier')) expect(Math.abs(count - 10)).toBeLessThanOrEqual(3);
    for (const count of counted('setting')) expect(Math.abs(count - 5)).toBeLessThanOrEqual(3);
  });

  test('is the same for the same seed, and another for another', async () => {
    const [one, again, other] = [
      await generated(dilemmas(1), 8),
      await generated(dilemmas(1), 8),
      await generated(dilemmas(2), 8),
    ];
    expect(again).toEqual(one);
    expect(other.map(({ text }) => text).filter((text) => one.some((first) => first.text === text))).toEqual([]);
  });

  test('as pairs passes every check beside the library', async () => {
    const records: PersonaPair[] = await generated(createPairGenerator({ library: pairs, ...shared(1) }), 12);
    expect(checkLibrary([], [...pairs, ...records].map(placed))).toEqual([]);
    expect(new Set(records.map(({ tension }) => tension)).size).toBe(12);
  });
});
