import { describe, expect, test } from 'vitest';
import type { Dilemma, PersonaPair } from '../../src/domain/index.js';
import { checkLibrary, checkPairs } from '../../src/scenarios/index.js';
import { aDilemma, aPair, placed } from '../support/library.js';

const pairProblems = (...pairs: PersonaPair[]) => checkPairs(pairs.map(placed));
const problems = (dilemmas: readonly Dilemma[], pairs: readonly PersonaPair[]) =>
  checkLibrary(dilemmas.map(placed), pairs.map(placed));

/** A stance of two sentences and so many words, the mark in each. */
const stance = (mark: string, count: number) =>
  `Keep ${mark}. ${Array.from({ length: count - 2 }, (_, index) => `${mark}${index}`).join(' ')}.`;
const sized = (a: number, b: number) =>
  aPair('pair', { a: { name: 'one', stance: stance('left', a) }, b: { name: 'two', stance: stance('right', b) } });

describe('stances', () => {
  test('over 30 % apart in length are reported with the place and both lengths', () => {
    expect(pairProblems(sized(20, 13))).toEqual([
      { rule: 'balance', message: 'pair.yaml:1: the stances of pair have 20 and 13 words, over 30 % apart' },
    ]);
    expect(pairProblems(sized(13, 20)).map(({ rule }) => rule)).toEqual(['balance']);
  });

  test('just 30 % apart pass', () => expect(pairProblems(sized(20, 14))).toEqual([]));

  test.each([
    [1, 'Keep it first and give way elsewhere.'],
    [5, 'Keep it. Hold it. Mend it. Share it. Stay.'],
  ])('of %i sentences are reported with the place and the seat', (count, text) => {
    const pair = aPair('pair', { a: { name: 'the keeper', stance: text } });
    expect(pairProblems(pair)).toEqual([
      { rule: 'stance', message: `pair.yaml:1: pair, the keeper: ${count} sentences, not 2 to 4` },
    ]);
  });

  test('of four sentences, one of them with an abbreviation, pass', () => {
    const stances = 'Ask Dr. Lind. Keep it. Hold it. Mend it.';
    expect(pairProblems(aPair('pair', { a: { name: 'the keeper', stance: stances } }))).toEqual([]);
  });

  test('that share a sentence, in two pairs or in one, are reported with both places', () => {
    const shared = (mark: string) => ({ name: mark, stance: `Count ${mark} twice. Never look away.` });
    expect(pairProblems(aPair('one', { a: shared('one') }), aPair('two', { b: shared('two') }))).toEqual([
      { rule: 'stance', message: 'one.yaml:1 and two.yaml:1: stances share "never look away"' },
    ]);
    expect(pairProblems(aPair('one', { a: shared('left'), b: shared('right') }))).toEqual([
      { rule: 'stance', message: 'one.yaml:1 and one.yaml:1: stances share "never look away"' },
    ]);
  });

  test('of a pair that a task brings itself are held to the same rules', () => {
    const own = { ...sized(20, 10), id: 'own' };
    const task = aDilemma('task', { split: 'eval-conflict', pair: own });
    expect(problems([task], [])).toEqual([
      { rule: 'balance', message: 'task.yaml:1: the stances of own have 20 and 10 words, over 30 % apart' },
    ]);
  });
});

describe('bindings', () => {
  const trained = aPair('trained');
  const heldOut = aPair('held', { split: 'held-out' });
  const messages = (dilemma: Dilemma, ...others: Dilemma[]) =>
    problems([dilemma, ...others], [trained, heldOut]).map(({ rule, message }) => `${rule} ${message}`);

  test('a conflict task is bound to a held-out pair or brings its own', () => {
    expect(messages(aDilemma('task', { split: 'eval-conflict', pair: 'held' }))).toEqual([]);
    expect(messages(aDilemma('task', { split: 'eval-conflict', pair: aPair('own') }))).toEqual([]);
  });

  test('a conflict task without a pair is reported', () => {
    expect(messages(aDilemma('task', { split: 'eval-conflict' }))).toEqual([
      'binding task.yaml:1: task is a conflict task without a pair',
    ]);
  });

  test('a conflict task bound to a training pair is reported with both places', () => {
    expect(messages(aDilemma('task', { split: 'eval-conflict', pair: 'trained' }))).toEqual([
      'binding task.yaml:1: task is bound to "trained" (trained.yaml:1), which is trained on',
    ]);
  });

  test('a training dilemma bound to a held-out pair is reported with both places', () => {
    expect(messages(aDilemma('task', { pair: 'held' }))).toEqual([
      'binding task.yaml:1: task is bound to "held" (held.yaml:1), which is held out',
    ]);
    expect(messages(aDilemma('task', { pair: 'trained' }))).toEqual([]);
  });

  test('a pair that does not exist is reported', () => {
    expect(messages(aDilemma('task', { pair: 'nowhere' }))).toEqual([
      'binding task.yaml:1: task is bound to the pair "nowhere", which does not exist',
    ]);
  });

  test('an open prompt with a pair is reported', () => {
    expect(messages(aDilemma('open', { split: 'eval-open', pair: 'held' }))).toEqual([
      'binding open.yaml:1: open is an open prompt and must have no pair',
    ]);
  });

  test('a pair of its own with the id of another is reported with both places', () => {
    const own = (mark: string, id: string) => aDilemma(mark, { split: 'eval-conflict', pair: { ...aPair(mark), id } });
    expect(messages(own('one', 'held'))).toEqual(['binding one.yaml:1: one names its pair "held" as held.yaml:1 does']);
    expect(messages(own('one', 'mine'), own('two', 'mine'))).toEqual([
      'binding two.yaml:1: two names its pair "mine" as one.yaml:1 does',
    ]);
  });
});
