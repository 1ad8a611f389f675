import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ChatModel, costOf, createBudget } from '../../src/chat/index.js';
import { seededRandom } from '../../src/domain/index.js';
import { EntenteError } from '../../src/errors.js';
import { aReply, aRequest, failureOf, scriptedModel } from '../support/chat.js';

const nothing = { tokens: 0, usd: 0 };
const unlimited = { maxTokens: null, maxUsd: null, prices: {}, spent: nothing };

/** A model whose calls cost what `cost` says and take a while, each its own. */
function spender(cost: () => number): ChatModel & { costs: number[] } {
  const costs: number[] = [];
  const random = seededRandom(1);
  return {
    name: 'spender',
    baseUrl: null,
    costs,
    async complete() {
      const tokens = cost();
      costs.push(tokens);
      for (let turns = Math.floor(random() * 8); turns >= 0; turns--) await null;
      return aReply({ promptTokens: tokens, completionTokens: 0 });
    },
  };
}

/** Calls from so many sides at once, until the budget says no to each of them. How many calls the first no came after. */
async function drain(model: ChatModel, costs: readonly number[], concurrency: number): Promise<number> {
  const before: number[] = [];
  const side = async () => {
    for (;;) await model.complete(aRequest());
  };
  const refusal = async () => {
    const failure = await failureOf(side());
    before.push(costs.length);
    expect(failure).toMatchObject({ code: 'budget', retryable: false });
  };
  await Promise.all(Array.from({ length: concurrency }, refusal));
  return before[0] ?? -1;
}

describe('a token budget', () => {
  test('counts prompts and replies, and says when it is reached', async () => {
    const budget = createBudget({ ...unlimited, maxTokens: 26 });
    const model = budget.over(scriptedModel(aReply({ promptTokens: 11, completionTokens: 2 })));
    await model.complete(aRequest());
    await model.complete(aRequest());
    expect(budget.spent()).toEqual({ tokens: 26, usd: 0 });
    const failure = await failureOf(model.complete(aRequest()));
    expect(failure).toMatchObject({ code: 'budget', message: 'the token budget of 26 is reached (26 used).' });
  });

  test('cannot be held against a server that does not count, and says so after the first reply', async () => {
    const uncounting = () => scriptedModel(aReply({ promptTokens: null, completionTokens: null }));
    const limited = createBudget({ ...unlimited, maxTokens: 1000 }).over(uncounting());
    await limited.complete(aRequest());
    const failure = await failureOf(limited.complete(aRequest()));
    expect(failure).toMatchObject({ code: 'budget' });
    expect(failure.message).toMatch(/scripted does not say how many tokens/);
    const free = createBudget(unlimited).over(uncounting());
    for (let call = 0; call < 3; call++) await free.complete(aRequest());
  });

  test('makes no call that it has no room for', async () => {
    const model = scriptedModel(aReply());
    const limited = createBudget({ ...unlimited, maxTokens: 1 }).over(model);
    await limited.complete(aRequest());
    await failureOf(limited.complete(aRequest()));
    expect(model.calls()).toBe(1);
  });

  test('is overshot by no more than the calls in flight, whatever they cost', async () => {
    const inputs = fc.record({
      concurrency: fc.integer({ min: 1, max: 20 }),
      maxTokens: fc.integer({ min: 1, max: 3000 }),
      seed: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(inputs, async ({ concurrency, maxTokens, seed }) => {
        const random = seededRandom(seed);
        const model = spender(() => 1 + Math.floor(random() * 100));
        const budget = createBudget({ ...unlimited, maxTokens });
        await drain(budget.over(model), model.costs, concurrency);
        const { tokens } = budget.spent();
        expect(tokens).toBe(model.costs.reduce((sum, cost) => sum + cost, 0));
        const dearest = model.costs.toSorted((a, b) => b - a).slice(0, concurrency);
        expect(tokens).toBeLessThan(maxTokens + dearest.reduce((sum, cost) => sum + cost, 0));
      }),
      { seed: 17, numRuns: 150 },
    );
  });

  test('with calls that cost alike, lets exactly as many start as fit, whatever is in flight', async () => {
    const inputs = fc.record({
      concurrency: fc.integer({ min: 1, max: 20 }),
      cost: fc.integer({ min: 1, max: 100 }),
      maxTokens: fc.integer({ min: 1, max: 3000 }),
      before: fc.integer({ min: 0, max: 2999 }),
    });
    await fc.assert(
      fc.asyncProperty(inputs, async ({ concurrency, cost, maxTokens, before }) => {
        fc.pre(before < maxTokens);
        const model = spender(() => cost);
        const budget = createBudget({ ...unlimited, maxTokens, spent: { tokens: before, usd: 0 } });
        const calls = await drain(budget.over(model), model.costs, concurrency);
        // Until the first call has come back, nobody knows what calls cost.
        expect(calls).toBe(Math.max(concurrency, Math.ceil((maxTokens - before) / cost)));
        expect(model.costs).toHaveLength(calls);
      }),
      { seed: 18, numRuns: 150 },
    );
  });

  test('holds for all models together', async () => {
    const budget = createBudget({ ...unlimited, maxTokens: 20 });
    const [policy, judge] = [budget.over(spender(() => 10)), budget.over(spender(() => 10))];
    await policy.complete(aRequest());
    await judge.complete(aRequest());
    expect((await failureOf(policy.complete(aRequest()))).code).toBe('budget');
    expect((await failureOf(judge.complete(aRequest()))).code).toBe('budget');
  });

  test('is not eaten by calls that fail', async () => {
    const failing = scriptedModel(aReply(), ...Array(50).fill(new EntenteError('timeout', 'slow')), aReply());
    const model = createBudget({ ...unlimited, maxTokens: 20 }).over(failing);
    await model.complete(aRequest());
    for (let call = 0; call < 50; call++) expect((await failureOf(model.complete(aRequest()))).code).toBe('timeout');
    expect((await model.complete(aRequest())).content).toBe('Good.');
  });
});

describe('a dollar budget', () => {
  const prices = { scripted: { prompt: 1_000_000, completion: 10_000_000 } };

  test('counts each model at its own prices', async () => {
    const budget = createBudget({ ...unlimited, maxUsd: 62, prices });
    const model = budget.over(scriptedModel(aReply({ promptTokens: 11, completionTokens: 2 })));
    await model.complete(aRequest());
    await budget.over(spender(() => 1000)).complete(aRequest());
    expect(budget.spent()).toEqual({ tokens: 1013, usd: 31 });
    await model.complete(aRequest());
    const failure = await failureOf(model.complete(aRequest()));
    expect(failure).toMatchObject({ code: 'budget', message: 'the budget of $62 is reached ($62.0000 spent).' });
  });

  test('costs nothing where there is no price or no count', () => {
    const price = { prompt: 2, completion: 4 };
    expect(costOf({ promptTokens: 1_000_000, completionTokens: 500_000 }, price)).toEqual({
      tokens: 1_500_000,
      usd: 4,
    });
    expect(costOf({ promptTokens: 5, completionTokens: 6 }, undefined)).toEqual({ tokens: 11, usd: 0 });
    expect(costOf({ promptTokens: null, completionTokens: null }, price)).toEqual({ tokens: 0, usd: 0 });
  });
});

describe('a run that is resumed', () => {
  test.each([
    { limit: 'tokens', spent: { tokens: 100, usd: 0 } },
    { limit: 'dollars', spent: { tokens: 0, usd: 5 } },
  ])('with its $limit spent makes no call at all', async ({ spent }) => {
    const model = scriptedModel(aReply());
    const limited = createBudget({ ...unlimited, maxTokens: 100, maxUsd: 5, spent }).over(model);
    expect((await failureOf(limited.complete(aRequest()))).code).toBe('budget');
    expect(model.calls()).toBe(0);
  });

  test('goes on within a larger budget, and counts on from before', async () => {
    const budget = createBudget({ ...unlimited, maxTokens: 120, spent: { tokens: 100, usd: 1.5 } });
    const model = budget.over(scriptedModel(aReply({ promptTokens: 20, completionTokens: 0 })));
    await model.complete(aRequest());
    expect(budget.spent()).toEqual({ tokens: 120, usd: 1.5 });
    await failureOf(model.complete(aRequest()));
  });
});

test('without limits, nothing is ever refused', async () => {
  const model = createBudget(unlimited).over(spender(() => 1_000_000_000));
  await expect(Promise.all(Array.from({ length: 100 }, () => model.complete(aRequest())))).resolves.toHaveLength(100);
});
