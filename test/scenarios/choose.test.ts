import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Dilemma, type PersonaPair, personaAt, type Tier, tiers } from '../../src/domain/index.js';
import { type Choice, chooseScenarios, makeScenario } from '../../src/scenarios/index.js';
import { aDilemma, aPair } from '../support/library.js';

interface Case {
  dilemmas: Dilemma[];
  pairs: PersonaPair[];
  choice: Omit<Choice, 'count'>;
  /** From 0 to 1: how much of what there is is asked for. */
  share: number;
}

const tags = ['t0', 't1', 't2', 't3', 't4'];
const weights = fc
  .tuple(fc.nat({ max: 5 }), fc.nat({ max: 5 }), fc.nat({ max: 5 }))
  .filter((each) => each.some((weight) => weight > 0))
  .map((each) => Object.fromEntries(tiers.map((tier, index) => [tier, each[index] ?? 0])) as Record<Tier, number>);
const someDilemma = fc.record({
  tier: fc.constantFrom(...tiers),
  tags: fc.subarray(tags),
  bound: fc.constantFrom<'no' | 'named' | 'own'>('no', 'no', 'no', 'named', 'own'),
});
const cases: fc.Arbitrary<Case> = fc
  .record({
    dilemmas: fc.array(someDilemma, { minLength: 1, maxLength: 24 }),
    pairTags: fc.array(fc.subarray(tags), { minLength: 1, maxLength: 6 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    choice: fc.record({
      seed: fc.nat(),
      tierWeights: weights,
      curriculum: fc.constant([]),
      pairing: fc.constantFrom<Choice['pairing']>('random', 'tag'),
      seats: fc.constant<Choice['seats']>('one'),
    }),
  })
  .map(({ dilemmas, pairTags, choice, share }) => ({
    choice,
    share,
    pairs: pairTags.map((some, index) => aPair(`p${index}`, { tags: some })),
    dilemmas: dilemmas.map(({ tier, tags: some, bound }, index) => {
      const pair = { no: undefined, named: 'p0', own: aPair(`own${index}`) }[bound];
      return aDilemma(`d${index}`, { tier, tags: some, ...(pair && { pair }) });
    }),
  }));

/** How many scenarios there are: a bound dilemma makes one, any other one with each pair. */
function available({ dilemmas, pairs, choice }: Case): number {
  const wanted = dilemmas.filter(({ tier }) => (choice.tierWeights[tier] ?? 0) > 0);
  return wanted.reduce((sum, { pair }) => sum + (pair === undefined ? pairs.length : 1), 0);
}

const chosen = ({ dilemmas, pairs, choice }: Case, count: number) =>
  chooseScenarios(dilemmas, pairs, { ...choice, count });
function assertFor(property: (one: Case, count: number) => void): void {
  const run = (one: Case) => {
    property(one, Math.ceil(one.share * available(one)));
  };
  fc.assert(fc.property(cases, run), { seed: 1, numRuns: 120 });
}

describe('choosing', () => {
  test('gives as many scenarios as asked for, in the tiers with a weight, and none twice', () => {
    assertFor((one, count) => {
      const scenarios = chosen(one, count);
      expect(scenarios).toHaveLength(count);
      expect(new Set(scenarios.map(({ dilemma, pair }) => `${dilemma.id} ${pair.id}`)).size).toBe(count);
      for (const { dilemma } of scenarios) expect(one.choice.tierWeights[dilemma.tier]).toBeGreaterThan(0);
    });
  });

  test('gives every scenario that there is before it says that there are too few, and how many there are', () => {
    assertFor((one) => {
      const most = available(one);
      expect(chosen(one, most)).toHaveLength(most);
      for (const seats of ['one', 'both'] as const) {
        const ask = () => chosen({ ...one, choice: { ...one.choice, seats } }, most + 1);
        expect(ask).toThrow(expect.objectContaining({ code: 'input' }));
        expect(ask).toThrow(new RegExp(`^${most + 1} groups .* only ${most} scenarios`));
      }
    });
  });

  test('is without replacement: no dilemma comes again before each that is wanted has come', () => {
    assertFor((one, count) => {
      const wanted = one.dilemmas.filter(({ tier }) => (one.choice.tierWeights[tier] ?? 0) > 0);
      const order = chosen(one, count).map(({ dilemma }) => dilemma.id);
      for (let pass = 0, at = 0; at < order.length; pass++) {
        const round = wanted.filter(({ pair }) => pass === 0 || pair === undefined);
        const dealt = order.slice(at, at + round.length);
        expect(new Set(dealt).size).toBe(dealt.length);
        at += round.length;
      }
    });
  });

  test('is the same for the same seed, and another for another', () => {
    assertFor((one, count) => expect(chosen(one, count)).toEqual(chosen(one, count)));
    const dilemmas = Array.from({ length: 20 }, (_, index) => aDilemma(`d${index}`));
    const choice = {
      count: 20,
      tierWeights: { everyday: 1 },
      curriculum: [],
      pairing: 'random',
      seats: 'one',
    } as const;
    const order = (seed: number) =>
      chooseScenarios(dilemmas, [aPair('p')], { ...choice, seed }).map(({ dilemma }) => dilemma.id);
    expect(new Set([1, 2, 3, 4, 5].map((seed) => order(seed).join())).size).toBe(5);
  });

  test('both seats gives each scenario twice in a row, the second time with the stances exchanged', () => {
    assertFor((one, count) => {
      const single = chosen(one, count);
      const both = chosen({ ...one, choice: { ...one.choice, seats: 'both' } }, count);
      expect(both.filter((_, index) => index % 2 === 0)).toEqual(single);
      for (const [index, scenario] of single.entries()) {
        const mirrored = both[index * 2 + 1]!;
        expect(mirrored).toEqual({ ...scenario, swapped: true });
        expect([personaAt(mirrored, 'A'), personaAt(mirrored, 'B')]).toEqual([scenario.pair.b, scenario.pair.a]);
        expect([personaAt(scenario, 'A'), personaAt(scenario, 'B')]).toEqual([scenario.pair.a, scenario.pair.b]);
      }
    });
  });
});

describe('pairs', () => {
  test('that a dilemma is bound to, by id or as its own, are the only ones it meets', () => {
    assertFor((one, count) => {
      for (const { dilemma, pair } of chosen(one, count)) {
        if (typeof dilemma.pair === 'string') expect(pair.id).toBe(dilemma.pair);
        if (typeof dilemma.pair === 'object') expect(pair).toEqual(dilemma.pair);
      }
    });
  });

  test('chosen by tag share one with the dilemma as long as there is one that it has not met', () => {
    assertFor((one, count) => {
      const met = new Set<string>();
      for (const { dilemma, pair } of chosen({ ...one, choice: { ...one.choice, pairing: 'tag' } }, count)) {
        const shares = (other: PersonaPair) => other.tags.some((tag) => dilemma.tags.includes(tag));
        const left = one.pairs.filter((other) => !met.has(`${dilemma.id} ${other.id}`));
        if (dilemma.pair === undefined && left.some(shares)) expect(shares(pair)).toBe(true);
        met.add(`${dilemma.id} ${pair.id}`);
      }
    });
  });

  test('chosen at random are used equally often, within one', () => {
    assertFor((one) => {
      const dilemmas = one.dilemmas.map(({ pair: _pair, ...free }) => free);
      const plain = { ...one, dilemmas, choice: { ...one.choice, pairing: 'random' as const } };
      const once = available({ ...plain, pairs: plain.pairs.slice(0, 1) });
      const used = chosen(plain, once).map(({ pair }) => pair.id);
      const counts = one.pairs.map(({ id }) => used.filter((other) => other === id).length);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    });
  });

  test('that a dilemma is bound to and that are not loaded are an error that names both', () => {
    const choice = {
      count: 1,
      seed: 0,
      tierWeights: { everyday: 1 },
      curriculum: [],
      pairing: 'random',
      seats: 'one',
    } as const;
    const ask = () => chooseScenarios([aDilemma('task', { pair: 'gone' })], [aPair('here')], choice);
    expect(ask).toThrow(expect.objectContaining({ code: 'input' }));
    expect(ask).toThrow(/"task" .* "gone"/);
  });
});

test('the key of a scenario is that of its words: the same wherever they stand, another for any other word', () => {
  const [dilemma, pair] = [aDilemma('one'), aPair('p')];
  const { key } = makeScenario(dilemma, pair);
  expect(key).toMatch(/^[0-9a-f]{16}$/);
  expect(makeScenario({ ...dilemma, id: 'other', tags: ['t'] }, { ...pair, id: 'q' }).key).toBe(key);
  const others = [
    makeScenario({ ...dilemma, text: `${dilemma.text} ` }, pair),
    makeScenario(dilemma, { ...pair, a: { ...pair.a, stance: 'Other.' } }),
    makeScenario(dilemma, { ...pair, b: { ...pair.b, name: 'other' } }),
    makeScenario(dilemma, { ...pair, a: pair.b, b: pair.a }),
  ];
  expect(new Set([key, ...others.map((other) => other.key)]).size).toBe(5);
});
