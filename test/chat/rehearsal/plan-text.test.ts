import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { draftPlan, type Kind, kindOf, readPlan, samePlan, writePlan } from '../../../src/chat/rehearsal/plan-text.js';
import { seededRandom } from '../../../src/domain/index.js';
import { loadDilemmas } from '../../../src/scenarios/index.js';

const dilemmas = loadDilemmas();
const kind = fc.constantFrom<Kind>('knowledge', 'benevolence', 'power', 'vitality', 'loss');
const drafted = fc
  .record({
    dilemma: fc.constantFrom(...dilemmas),
    wanted: fc.array(kind, { minLength: 1, maxLength: 5 }),
    seed: fc.nat(),
  })
  .map(({ dilemma, wanted, seed }) => ({ wanted, plan: draftPlan(dilemma.text, wanted, seededRandom(seed)) }));

describe('a plan, drafted from any shipped dilemma', () => {
  test('is read back from a speech as it was written into it', () => {
    fc.assert(
      fc.property(drafted, ({ plan }) => {
        expect(readPlan(`You want to share it; that I can take up. I stand behind it: ${writePlan(plan)}`)).toEqual(
          plan,
        );
        expect(readPlan(`This is what we will do: ${writePlan(plan)} We will know that it works.`)).toEqual(plan);
      }),
      { seed: 51, numRuns: 400 },
    );
  });

  test('is still told by its kinds of action, from which the score follows', () => {
    fc.assert(
      fc.property(drafted, ({ plan, wanted }) => {
        expect(plan.map(kindOf)).toEqual(wanted);
      }),
      { seed: 52, numRuns: 400 },
    );
  });
});

test('two plans are the same whatever the order of their actions, and no plan is the same as none', () => {
  expect(samePlan(['a', 'b'], ['b', 'a'])).toBe(true);
  expect(samePlan(['a', 'b'], ['a', 'c'])).toBe(false);
  expect(samePlan(['a', 'b'], ['a'])).toBe(false);
  expect(samePlan([], [])).toBe(false);
});
