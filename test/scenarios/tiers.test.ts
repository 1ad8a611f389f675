import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Tier, tiers } from '../../src/domain/index.js';
import { chooseScenarios, type TierWeights } from '../../src/scenarios/choose.js';
import { aDilemma, aPair } from '../support/library.js';

/** More of each tier than any case asks for, so that none is used up. */
const dilemmas = tiers.flatMap((tier) =>
  Array.from({ length: 100 }, (_, index) => aDilemma(`${tier}${index}`, { tier })),
);
const pairs = [aPair('p')];

const weights = fc
  .tuple(fc.nat({ max: 9 }), fc.nat({ max: 9 }), fc.nat({ max: 9 }))
  .filter((each) => each.some((weight) => weight > 0))
  .map((each) => Object.fromEntries(tiers.map((tier, index) => [tier, each[index] ?? 0])) as Record<Tier, number>);

interface Stage {
  from: number;
  tier_weights: TierWeights;
}

function tiersChosen(count: number, tierWeights: TierWeights, curriculum: readonly Stage[] = [], seed = 1): Tier[] {
  const choice = { count, seed, tierWeights, curriculum, pairing: 'random', seats: 'one' } as const;
  return chooseScenarios(dilemmas, pairs, choice).map(({ dilemma }) => dilemma.tier);
}

function shareOf(tier: Tier, tierWeights: TierWeights): number {
  return (tierWeights[tier] ?? 0) / tiers.reduce((sum, one) => sum + (tierWeights[one] ?? 0), 0);
}

const counted = (sequence: readonly Tier[], tier: Tier) => sequence.filter((one) => one === tier).length;

test('at every point of a run each tier has had its share of the weights, within one', () => {
  const property = fc.property(weights, fc.integer({ min: 1, max: 90 }), fc.nat(), (tierWeights, count, seed) => {
    const sequence = tiersChosen(count, tierWeights, [], seed);
    for (let length = 1; length <= count; length++) {
      for (const tier of tiers) {
        const expected = shareOf(tier, tierWeights) * length;
        expect(Math.abs(counted(sequence.slice(0, length), tier) - expected)).toBeLessThanOrEqual(1);
      }
    }
  });
  fc.assert(property, { seed: 11, numRuns: 60 });
});

test('with equal weights, which are the default, the tiers take turns', () => {
  const equal = { professional: 1, interpersonal: 1, everyday: 1 };
  expect(tiersChosen(6, equal)).toEqual([...tiers, ...tiers]);
});

test('a tier with weight 0, or without one, is never chosen', () => {
  expect(new Set(tiersChosen(40, { everyday: 2, professional: 0 }))).toEqual(new Set(['everyday']));
});

test('when a tier is used up, the others go on with their weights', () => {
  const few = [aDilemma('rare', { tier: 'professional' }), ...dilemmas.filter(({ tier }) => tier !== 'professional')];
  const choice = { count: 31, seed: 1, tierWeights: { professional: 5, interpersonal: 1, everyday: 1 } };
  const found = chooseScenarios(few, pairs, { ...choice, curriculum: [], pairing: 'random', seats: 'one' });
  const sequence = found.map(({ dilemma }) => dilemma.tier);
  expect(tiers.map((tier) => counted(sequence, tier))).toEqual([1, 15, 15]);
});

test('a curriculum switches the weights at its shares of the run, in whatever order it is written', () => {
  const stages = fc
    .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 10 }), weights), { maxLength: 4, selector: ([from]) => from })
    .map((all) => all.map(([from, tier_weights]) => ({ from: from / 10, tier_weights })));
  const property = fc.property(weights, stages, fc.integer({ min: 1, max: 90 }), (before, curriculum, count) => {
    const sequence = tiersChosen(count, before, curriculum);
    const inOrder = [
      { from: 0, tier_weights: before as TierWeights },
      ...[...curriculum].sort((a, b) => a.from - b.from),
    ];
    for (const [index, { from, tier_weights }] of inOrder.entries()) {
      const until = inOrder[index + 1]?.from ?? 1;
      const stage = sequence.filter((_, place) => place / count >= from && place / count < until);
      for (const tier of tiers) {
        const expected = shareOf(tier, tier_weights) * stage.length;
        if (expected === 0) expect(counted(stage, tier)).toBe(0);
        expect(Math.abs(counted(stage, tier) - expected)).toBeLessThan(2);
      }
    }
  });
  fc.assert(property, { seed: 12, numRuns: 200 });
});
