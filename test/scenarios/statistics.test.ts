import fc from 'fast-check';
import { expect, test } from 'vitest';
import { statisticsOf } from '../../src/scenarios/index.js';
import { wordsOf } from '../../src/scenarios/prose.js';
import { aDilemma } from '../support/library.js';

test('counts splits and tiers in their order, and domains, settings, stages and tags by frequency', () => {
  const statistics = statisticsOf([
    aDilemma('a', { tier: 'everyday', split: 'eval-open', domain: 'mills', tags: ['t1', 't2'], text: 'one two' }),
    aDilemma('b', { tier: 'professional', domain: 'boats', tags: ['t2'], setting: 'Peru', text: 'one two three four' }),
    aDilemma('c', { tier: 'everyday', domain: 'boats', stage: 'youth', setting: 'Peru', text: 'one two three' }),
  ]);
  expect(Object.entries(statistics.by_split)).toEqual([
    ['train', 2],
    ['eval-open', 1],
  ]);
  expect(Object.entries(statistics.by_tier)).toEqual([
    ['professional', 1],
    ['everyday', 2],
  ]);
  expect(Object.entries(statistics.by_domain)).toEqual([
    ['boats', 2],
    ['mills', 1],
  ]);
  expect(Object.entries(statistics.by_tag)).toEqual([
    ['t2', 2],
    ['t1', 1],
  ]);
  expect(statistics.by_setting).toEqual({ Peru: 2 });
  expect(statistics.by_stage).toEqual({ youth: 1 });
  expect(statistics.words).toEqual({ mean: 3, least: 2, most: 4 });
});

test('of nothing are zeros, not infinities', () => {
  expect(statisticsOf([])).toMatchObject({ dilemmas: 0, words: { mean: 0, least: 0, most: 0 }, by_tier: {} });
});

test('the variety of words is that of all windows of 1,000, and null where there is none', () => {
  const letters = fc.array(fc.constantFrom(...'abcdefgh'), { minLength: 990, maxLength: 1_020 });
  const property = fc.property(letters, (tokens) => {
    const text = tokens.join(' ');
    expect(wordsOf(text)).toEqual(tokens);
    const windows = Array.from({ length: Math.max(0, tokens.length - 999) }, (_, start) =>
      tokens.slice(start, start + 1000),
    );
    const ratios = windows.map((window) => new Set(window).size / 1000);
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    const { everyday, professional } = statisticsOf([aDilemma('a', { text })]).type_token_ratio;
    if (ratios.length === 0) expect(everyday).toBeNull();
    else expect(everyday).toBeCloseTo(mean, 12);
    expect(professional).toBeNull();
  });
  // Letters that come seldom leave and enter the window.
  const rare = [...Array(700).fill('a'), 'b', ...Array(500).fill('a'), 'c', ...Array(300).fill('a')] as string[];
  fc.assert(property, { seed: 6, numRuns: 20, examples: [[rare]] });
});
