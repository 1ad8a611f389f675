import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRehearsalModel } from '../../src/chat/index.js';
import { defaultSampling } from '../../src/domain/index.js';
import {
  calibrateWeights,
  createWeigher,
  type Importances,
  type KeepWeightCall,
  weightMaterial,
  weightQueryNames,
  weightQueryOf,
  weightsAtSeats,
} from '../../src/judging/weights.js';
import { scriptedModel } from '../support/scripted-model.js';
import { listener, measurer, smallScenario } from '../support/small-scenario.js';

const query = weightQueryOf(smallScenario());
const sampling = { ...defaultSampling.judging, temperature: 0.9 };
const afresh: KeepWeightCall = (_asking, make) => make();
const importance = (...numbers: number[]) => JSON.stringify({ importance: numbers, rationale: 'r' });

/** Answers by role: what each is worth wherever it stands. */
function weigherOf(worth: Readonly<Record<string, number>>, first = 0) {
  const model = scriptedModel(({ messages }) => {
    const { roles } = JSON.parse(messages[1]?.content.split('\n')[3] ?? '') as { roles: { name: string }[] };
    const lean = roles.length > 1 ? first : 0;
    return importance(...roles.map(({ name }, index) => (worth[name] ?? 0) + (index === 0 ? lean : 0)));
  });
  return { model, weigher: createWeigher(model, sampling) };
}

const worth = { [measurer.name]: 6, [listener.name]: 3, 'the bystander': 0 };

describe('weights', () => {
  test('follow what each side is worth, whoever stands first', async () => {
    const weights = await weigherOf(worth).weigher.elicit(query, afresh);
    expect(weights.a).toBeCloseTo(2 / 3, 12);
    expect(weights.b).toBeCloseTo(1 / 3, 12);
    const leaning = weigherOf(worth, 2).weigher;
    const mirrored = { ...query, sides: { a: listener, b: measurer } };
    const [straight, turned] = [await leaning.elicit(query, afresh), await leaning.elicit(mirrored, afresh)];
    expect(turned.b).toBeCloseTo(straight.a, 12);
  });

  test('are asked for in both orders and with each side replaced and removed, greedily, of the scenario alone', async () => {
    const { model, weigher } = weigherOf(worth);
    await weigher.elicit(query, afresh);
    const shown = model.requests.map(({ messages }) => JSON.parse(messages[1]?.content.split('\n')[3] ?? ''));
    expect(shown.map(({ roles }) => roles.map(({ name }: { name: string }) => name))).toEqual([
      [measurer.name, listener.name],
      [listener.name, measurer.name],
      ['the bystander', listener.name],
      [listener.name, 'the bystander'],
      ['the bystander', measurer.name],
      [measurer.name, 'the bystander'],
      [listener.name],
      [measurer.name],
    ]);
    for (const material of shown) expect(Object.keys(material)).toEqual(['dilemma', 'roles']);
    expect(new Set(model.requests.map((request) => request.sampling.temperature))).toEqual(new Set([0]));
    expect(new Set(model.requests.map(({ seed }) => seed)).size).toBe(8);
  });

  test('cannot be given a candidate: what is more than the scenario never reaches the prompt', () => {
    // @ts-expect-error A query has no room for a completion.
    const smuggled: Parameters<typeof weightMaterial>[0] = { ...query, completion: 'We give it all to A.' };
    for (const name of weightQueryNames)
      expect(JSON.stringify(weightMaterial(smuggled, name))).toBe(JSON.stringify(weightMaterial(query, name)));
  });

  test('lie on the simplex for any importances over 0, and more for a side never lowers its weight', () => {
    const number = fc.double({ min: 0, max: 10, noNaN: true });
    const answers = fc.tuple(...Array.from({ length: 14 }, () => number));
    const property = fc.property(answers, fc.double({ min: 0, max: 5, noNaN: true }), (numbers, more) => {
      const [full1 = 1, full2 = 1] = numbers;
      fc.pre(full1 + full2 > 0.1);
      const of = (extra: number) => calibrateWeights(importancesOf(numbers, extra));
      let weights: ReturnType<typeof calibrateWeights>;
      try {
        weights = of(0);
      } catch {
        return;
      }
      expect(weights.a + weights.b).toBeCloseTo(1, 10);
      expect(Math.min(weights.a, weights.b)).toBeGreaterThanOrEqual(0);
      expect(of(more).a).toBeGreaterThanOrEqual(weights.a - 1e-9 - more);
    });
    fc.assert(property, { seed: 8, numRuns: 200 });
  });

  test('are floored at 0, and typed as failed where no side is over 0: never made equal in silence', () => {
    const zero = importancesOf(Array.from({ length: 14 }, () => 0));
    expect(() => calibrateWeights(zero)).toThrow(expect.objectContaining({ code: 'weights' }));
    const oneSided = { ...zero, 'full ab': { a: 8, b: 0 }, 'full ba': { b: 0, a: 8 }, 'b removed': { a: 9 } };
    expect(calibrateWeights({ ...oneSided, 'b replaced, last': { a: 9, neutral: 9 } })).toEqual({ a: 1, b: 0 });
  });

  test('are typed as failed where an answer stays unreadable, after one repair try that names the problem', async () => {
    const model = scriptedModel((_, index) => (index < 3 ? importance(5, 5) : importance(5)));
    await expect(createWeigher(model, sampling).elicit(query, afresh)).rejects.toMatchObject({
      code: 'weights',
      message: expect.stringContaining('a replaced, last'),
    });
    expect(model.requests).toHaveLength(5);
    expect(model.requests[4]?.messages[3]?.content).toContain('needs 2 numbers');
  });

  test('have a key that changes with every word they depend on, and with nothing else', () => {
    const { weigher } = weigherOf(worth);
    const other = createWeigher({ ...createRehearsalModel(), name: 'another' }, sampling);
    const keys = [
      weigher.keyOf(query),
      other.keyOf(query),
      weigher.keyOf({ ...query, dilemma: `${query.dilemma}!` }),
      weigher.keyOf({ ...query, sides: { a: listener, b: measurer } }),
      weigher.keyOf({ ...query, sides: { ...query.sides, b: { ...listener, stance: 'Hear nobody.' } } }),
      weigher.keyOf({ ...query, sides: { ...query.sides, b: { ...listener, name: 'the deaf' } } }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(weigher.keyOf(weightQueryOf(smallScenario({ swapped: true })))).toBe(keys[0]);
  });

  test('go with the sides when these change seats', () => {
    expect(weightsAtSeats({ a: 0.7, b: 0.3 }, { swapped: false })).toEqual({ A: 0.7, B: 0.3 });
    expect(weightsAtSeats({ a: 0.7, b: 0.3 }, { swapped: true })).toEqual({ A: 0.3, B: 0.7 });
  });
});

/** Fourteen numbers in the order of the queries; `extra` for side a wherever the full scenario is shown. */
function importancesOf(numbers: readonly number[], extra = 0): Importances {
  const at = (index: number) => numbers[index] ?? 0;
  return {
    'full ab': { a: at(0) + extra, b: at(1) },
    'full ba': { b: at(2), a: at(3) + extra },
    'a replaced, first': { neutral: at(4), b: at(5) },
    'a replaced, last': { b: at(6), neutral: at(7) },
    'b replaced, first': { neutral: at(8), a: at(9) },
    'b replaced, last': { a: at(10), neutral: at(11) },
    'a removed': { b: at(12) },
    'b removed': { a: at(13) },
  };
}
