import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bradleyTerry } from '../../../src/report/index.js';

const names = ['w', 'x', 'y', 'z'];

test('scores are those of choix', () => {
  const wins = [
    [0, 8, 6, 9],
    [3, 0, 5, 7],
    [4, 5, 0, 6],
    [1, 2, 4, 0],
  ];
  // choix 0.4.1: mm_pairwise(4, data, max_iter=100000, tol=1e-12), data one (winner, loser) for each win.
  const expected = [0.83328306, 0.04613221, 0.00214624, -0.88156151];
  const scores = bradleyTerry(names, wins);
  expect(scores.map(({ score }) => score)).toEqual(expected.map((score) => expect.closeTo(score, 6)));
  expect(scores.map(({ name, wins: won }) => [name, won])).toEqual([
    ['w', 23],
    ['x', 15],
    ['y', 15],
    ['z', 7],
  ]);
});

test('baseball 1987 gives the estimates of Agresti (Categorical Data Analysis, 1990, table 10.10), Baltimore being 0', () => {
  const teams = ['Milwaukee', 'Detroit', 'Toronto', 'New York', 'Boston', 'Cleveland', 'Baltimore'];
  const wins = [
    [0, 7, 9, 7, 7, 9, 11],
    [6, 0, 7, 5, 11, 9, 9],
    [4, 6, 0, 7, 7, 8, 12],
    [6, 8, 6, 0, 6, 7, 10],
    [6, 2, 6, 7, 0, 7, 12],
    [4, 4, 5, 6, 6, 0, 6],
    [2, 4, 1, 3, 1, 7, 0],
  ];
  const scores = bradleyTerry(teams, wins).map(({ score }) => score);
  const relative = scores.map((score) => score - (scores.at(-1) ?? 0));
  const published = [1.581, 1.436, 1.294, 1.248, 1.11, 0.684, 0];
  expect(relative).toEqual(published.map((score) => expect.closeTo(score, 2)));
});

test('of two systems the odds of the better one are its wins over the other’s', () => {
  const [better, worse] = bradleyTerry(
    ['a', 'b'],
    [
      [0, 30],
      [10, 0],
    ],
  );
  expect((better?.score ?? 0) - (worse?.score ?? 0)).toBeCloseTo(Math.log(3), 9);
});

test('refuses systems between which all wins went one way, naming them; a prior makes their scores finite', () => {
  const oneWay = [
    [0, 3, 2],
    [1, 0, 4],
    [0, 0, 0],
  ];
  expect(() => bradleyTerry(['a', 'b', 'c'], oneWay)).toThrow(/between c and a, b all wins went one way.*prior/);
  expect(() =>
    bradleyTerry(
      ['a', 'b'],
      [
        [0, 0],
        [0, 0],
      ],
    ),
  ).toThrow(/or there was none/);
  const scores = bradleyTerry(['a', 'b', 'c'], oneWay, { prior: 1 }).map(({ score }) => score);
  expect(scores.every(Number.isFinite)).toBe(true);
  expect([...scores].sort((one, other) => other - one)).toEqual(scores);
});

test('expected wins equal those won: the equation that defines the estimate', () => {
  const matrix = fc.array(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 4, maxLength: 4 }), {
    minLength: 4,
    maxLength: 4,
  });
  fc.assert(
    fc.property(matrix, (wins) => {
      const scores = bradleyTerry(names, wins);
      for (const [one, { score, wins: won }] of scores.entries()) {
        const expected = scores.reduce(
          (sum, rival, other) =>
            other === one
              ? sum
              : sum + ((wins[one]?.[other] ?? 0) + (wins[other]?.[one] ?? 0)) / (1 + Math.exp(rival.score - score)),
          0,
        );
        expect(expected).toBeCloseTo(won, 6);
      }
      expect(scores.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(0, 9);
    }),
    { seed: 11, numRuns: 30 },
  );
});
