import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type RunConfigInput, resolveConfig } from '../../src/domain/index.js';
import { episodeSeed, planGroups, scenariosFor } from '../../src/run/plan.js';
import { loadPersonaPairs } from '../../src/scenarios/index.js';
import { scenariosOf } from '../support/small-scenario.js';

/** One file of the dilemmas that ship: enough to choose from, and soon loaded. */
const dilemmas = [fileURLToPath(new URL('../../dilemmas/interpersonal/colleagues.yaml', import.meta.url))];
const chosen = (input: RunConfigInput) => scenariosFor(resolveConfig({ dilemmas, ...input }).config);

describe('the scenarios of a run', () => {
  test('are the same for the same config and others for another seed', () => {
    const keys = (seed: number) => chosen({ groups: 20, seed }).map(({ key }) => key);
    expect(keys(4)).toEqual(keys(4));
    expect(keys(5)).not.toEqual(keys(4));
    expect(new Set(keys(4)).size).toBe(20);
  });

  test('of a longer run begin with those of a shorter one', () => {
    expect(chosen({ groups: 30, seed: 4 }).slice(0, 10)).toEqual(chosen({ groups: 10, seed: 4 }));
  });

  test('never use a held-out pair', () => {
    const heldOut = loadPersonaPairs().filter(({ split }) => split === 'held-out');
    expect(heldOut.length).toBeGreaterThan(0);
    // As many as there are pairs, so that every training pair is used.
    const used = new Set(chosen({ groups: 60 }).map(({ pair }) => pair.split));
    expect([...used]).toEqual(['train']);
  });

  test('that only held-out pairs would make are refused in words', () => {
    const personas = [fileURLToPath(new URL('../../personas/held-out', import.meta.url))];
    expect(() => chosen({ personas })).toThrow(
      expect.objectContaining({ code: 'input', message: expect.stringContaining('held out') }),
    );
  });
});

test('groups are numbered in order, episodes through from 1, and no id occurs twice', () => {
  const sizes = fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 20 }));
  const property = fc.property(sizes, ([groups, groupSize]) => {
    const scenarios = scenariosOf(groups);
    const plan = planGroups('r1', scenarios, groupSize);
    expect(planGroups('r1', scenarios, groupSize)).toEqual(plan);
    expect(plan.map(({ ordinal, scenario }) => [ordinal, scenario])).toEqual([...scenarios.entries()]);
    const episodes = plan.flatMap((group) => group.episodes);
    expect(episodes.map(({ number }) => number)).toEqual(episodes.map((_, index) => index + 1));
    for (const group of plan) {
      expect(group.episodes.map(({ sampleIndex }) => sampleIndex)).toEqual([...Array(groupSize).keys()]);
    }
    const ids = [...plan.map(({ groupId }) => groupId), ...episodes.map(({ episodeId }) => episodeId)];
    expect(new Set(ids).size).toBe(groups + groups * groupSize);
  });
  fc.assert(property, { seed: 5, numRuns: 40 });
});

test('every episode of a run has a seed of its own, and two runs share none', () => {
  const places = [0, 1].flatMap((seed) =>
    Array.from({ length: 40 }, (_, group) => Array.from({ length: 8 }, (__, sample) => [seed, group, sample] as const)),
  );
  const seeds = places.flat().map((place) => episodeSeed(...place));
  expect(new Set(seeds).size).toBe(2 * 40 * 8);
  expect(seeds).toEqual(places.flat().map((place) => episodeSeed(...place)));
});
