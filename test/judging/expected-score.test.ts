import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TokenChoice } from '../../src/chat/index.js';
import { defaultSampling } from '../../src/domain/index.js';
import { expectedScore } from '../../src/judging/expected-score.js';
import { createModelJudge } from '../../src/judging/judge.js';
import { utilityRubric } from '../../src/judging/utility.js';
import { replyOf } from '../support/scripted-model.js';
import { measurer } from '../support/small-scenario.js';

/** One token per character, but for the score, which might have been these. */
function choicesOf(
  before: string,
  score: string,
  weighed: Readonly<Record<string, number>>,
  after = '}',
): TokenChoice[] {
  const plain = (text: string) => [...text].map((token) => ({ token, alternatives: [{ token, logprob: 0 }] }));
  const alternatives = Object.entries(weighed).map(([token, p]) => ({ token, logprob: Math.log(p) }));
  return [...plain(before), { token: score, alternatives }, ...plain(after)];
}

describe('an expected score', () => {
  test.each([
    ['of two neighbours', '4', { 4: 0.5, 5: 0.5 }, 4.5, 1],
    ['that is certain', '3', { 3: 1 }, 3, 1],
    ['of what is a score only', '2', { 2: 0.6, 4: 0.2, nine: 0.2 }, 2.5, 0.8],
    ['of the same digit in two tokens', '1', { 1: 0.3, ' 1': 0.3, 3: 0.3 }, 1 + 2 / 3, 0.9],
    ['without 6 and above, which are no scores', '5', { 5: 0.8, 9: 0.2 }, 5, 0.8],
  ])('%s', (_name, written, weighed, expected, mass) => {
    const found = expectedScore(choicesOf('{"utility": ', written, weighed), 'utility');
    expect(found?.expected).toBeCloseTo(expected, 12);
    expect(found?.mass).toBeCloseTo(mass, 12);
  });

  test('is null where the digits hold less than half, and says how little', () => {
    const found = expectedScore(choicesOf('{"utility": ', '4', { 4: 0.3, '"': 0.7 }), 'utility');
    expect(found?.expected).toBeNull();
    expect(found?.mass).toBeCloseTo(0.3, 12);
  });

  test.each([
    ['a fraction', choicesOf('{"utility": ', '3', { 3: 1 }, '.5}')],
    ['a longer number', choicesOf('{"utility": ', '1', { 1: 1 }, '0}')],
    ['a score over 5', choicesOf('{"utility": ', '7', { 7: 1 })],
    ['another key', choicesOf('{"score": ', '3', { 3: 1 })],
    ['a key quoted in a string', choicesOf('{"rationale": "it says \\"utility\\": ', '3', { 3: 1 }, '"}')],
    ['no tokens', []],
  ])('is not to be had from %s', (_name, choices) => {
    expect(expectedScore(choices, 'utility')).toBeNull();
  });

  test('lies among the scores that were weighed, whatever the tokens', () => {
    const weighed = fc.dictionary(
      fc.constantFrom('0', '1', '2', '3', '4', '5', ' 2', 'x'),
      fc.double({ min: 1e-6, max: 1, noNaN: true }),
    );
    const property = fc.property(weighed, fc.integer({ min: 0, max: 5 }), (map, written) => {
      const found = expectedScore(choicesOf('{"utility":', String(written), map), 'utility');
      const digits = Object.keys(map).flatMap((token) => (token === 'x' ? [] : [Number(token)]));
      if (found?.expected == null) return;
      expect(found.expected).toBeGreaterThanOrEqual(Math.min(...digits) - 1e-9);
      expect(found.expected).toBeLessThanOrEqual(Math.max(...digits) + 1e-9);
    });
    fc.assert(property, { seed: 5, numRuns: 200 });
  });
});

describe('a judge that is to take expected scores', () => {
  const material = { dilemma: 'Who rows?', persona: measurer, answer: 'Both row.' };
  const content = '{"utility": 4, "rationale": "fits"}';
  const judgeWith = (choices: TokenChoice[] | null) => {
    const asked: (number | undefined)[] = [];
    const model = {
      name: 'm',
      baseUrl: null,
      complete: async ({ alternatives }: { alternatives?: number }) => {
        asked.push(alternatives);
        return { ...replyOf(content), ...(choices === null ? {} : { choices }) };
      },
    };
    const judge = createModelJudge(utilityRubric, model, defaultSampling.judging, { expectedScore: true });
    return { judge, asked };
  };

  test('takes it for the value, keeps it with its mass beside what was written, and stores no alternatives', async () => {
    const { judge, asked } = judgeWith(choicesOf('{"utility": ', '4', { 4: 0.6, 2: 0.3 }, ', "rationale": "fits"}'));
    const { reply, verdict } = await judge.judge(material, { seed: 1, round: 0 });
    expect(verdict.value).toBeCloseTo(10 / 3, 12);
    expect(verdict.detail).toEqual({
      ...{ utility: 4, rationale: 'fits' },
      ...{ expected: expect.closeTo(10 / 3, 12), mass: expect.closeTo(0.9, 12) },
    });
    expect(reply).not.toHaveProperty('choices');
    expect(asked[0]).toBeGreaterThan(5);
  });

  test.each([
    ['the server tells nothing', null, { utility: 4, rationale: 'fits' }],
    [
      'it mostly meant no score',
      choicesOf('{"utility": ', '4', { 4: 0.1 }),
      { utility: 4, rationale: 'fits', expected: null, mass: expect.closeTo(0.1, 12) },
    ],
  ])('goes by what was written where %s', async (_name, choices, detail) => {
    const { verdict } = await judgeWith(choices).judge.judge(material, { seed: 1, round: 0 });
    expect(verdict).toMatchObject({ value: 4, detail, parseOk: true });
  });
});
