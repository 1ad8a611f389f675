import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cohenKappa,
  contingencyTable,
  intraclassCorrelation,
  krippendorffAlpha,
  type RatingPair,
  weightedKappa,
} from '../../../src/report/index.js';

/** Rows are the first rater's categories 0 to 3, columns the second's. */
const table = [
  [11, 3, 1, 0],
  [2, 14, 4, 1],
  [0, 5, 9, 3],
  [1, 0, 2, 12],
];
const pairs = table.flatMap((row, first) =>
  row.flatMap((count, second) => Array.from({ length: count }, (): RatingPair<number> => [first, second])),
);
const scale = [0, 1, 2, 3];
const pairsOfScores = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })), {
  maxLength: 30,
});

describe('kappa', () => {
  // statsmodels 0.15.0: [cohens_kappa(table, wt=w) for w in (None, 'linear', 'quadratic')], kappa, kappa_low, kappa_upp.
  test.each([
    ['unweighted', cohenKappa(pairs), 0.5651162790697675, 0.41454444187889894, 0.715688116260636],
    ['linear', weightedKappa(pairs, scale, 'linear'), 0.6776075857038657, 0.5469775252217491, 0.8082376461859823],
    ['quadratic', weightedKappa(pairs, scale, 'quadratic'), 0.7662337662337663, 0.6261168328790517, 0.9063506995884808],
  ])('%s, with its interval, is that of statsmodels', (_, { kappa, interval }, value, low, high) => {
    expect(kappa).toBeCloseTo(value, 10);
    expect(interval).toEqual({ low: expect.closeTo(low, 8), high: expect.closeTo(high, 8) });
  });

  test('of two categories is that of the classic form (observed − expected) / (1 − expected)', () => {
    // 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: observed 0.7, expected 0.5·0.6 + 0.5·0.4 = 0.5.
    const said = (first: string, second: string, count: number) =>
      Array.from({ length: count }, (): RatingPair<string> => [first, second]);
    const answers = [...said('y', 'y', 20), ...said('y', 'n', 5), ...said('n', 'y', 10), ...said('n', 'n', 15)];
    const found = cohenKappa(answers);
    expect(found).toMatchObject({ pairs: 50, observed: expect.closeTo(0.7, 12), expected: expect.closeTo(0.5, 12) });
    expect(found.kappa).toBeCloseTo(0.4, 12);
    expect(contingencyTable(answers, ['y', 'n'])).toEqual([
      [20, 5],
      [10, 15],
    ]);
  });

  test('is null without pairs, and where there is one category only: nothing could have disagreed', () => {
    expect(cohenKappa([]).kappa).toBeNull();
    expect(cohenKappa([['y', 'y']])).toMatchObject({ observed: 1, kappa: null, interval: null });
    expect(
      weightedKappa(
        [
          [2, 2],
          [2, 2],
        ],
        scale,
        'linear',
      ).kappa,
    ).toBeNull();
  });

  test('refuses a rating that is not on the scale', () => {
    expect(() => weightedKappa([[1, 9]], scale, 'linear')).toThrow(RangeError);
  });

  test('is the same whoever is called first, and 1 for perfect agreement on two categories or more', () => {
    fc.assert(
      fc.property(pairsOfScores, (rated) => {
        const turned = rated.map(([first, second]): RatingPair<number> => [second, first]);
        for (const weights of ['linear', 'quadratic'] as const) {
          const { kappa } = weightedKappa(rated, scale, weights);
          const other = weightedKappa(turned, scale, weights).kappa;
          if (kappa === null) expect(other).toBeNull();
          else expect(other).toBeCloseTo(kappa, 9);
        }
        const perfect = rated.map(([first]): RatingPair<number> => [first, first]);
        if (new Set(perfect.flat()).size > 1) expect(cohenKappa(perfect).kappa).toBeCloseTo(1, 9);
      }),
      { seed: 5, numRuns: 60 },
    );
  });
});

describe("Krippendorff's alpha", () => {
  // The reliability data of Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C: four observers,
  // twelve units, gaps. Published: nominal .743, ordinal .815, interval .849. More digits: krippendorff 0.9.0,
  // krippendorff.alpha(reliability_data=…, level_of_measurement=…).
  const observers = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, null, null, null],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, null, 3],
    [null, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, null],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, null],
  ];
  const units = Array.from({ length: 12 }, (_, unit) => observers.map((row) => row[unit] ?? null));

  test.each([
    ['nominal', 0.743421052631579],
    ['ordinal', 0.8153875037548814],
    ['interval', 0.8491071428571428],
  ] as const)('%s, on the published data with gaps', (measurement, expected) => {
    expect(krippendorffAlpha(units, measurement)).toBeCloseTo(expected, 12);
  });

  test('is null where nothing can be compared or nothing varies', () => {
    expect(krippendorffAlpha([], 'nominal')).toBeNull();
    expect(
      krippendorffAlpha(
        [
          [1, null],
          [null, 2],
        ],
        'interval',
      ),
    ).toBeNull();
    expect(
      krippendorffAlpha(
        [
          [3, 3],
          [3, 3],
        ],
        'ordinal',
      ),
    ).toBeNull();
  });

  test('ignores the order of raters and of units, and units rated once', () => {
    const shuffled = [...units].reverse().map((unit) => [...unit].reverse());
    expect(krippendorffAlpha([...shuffled, [7, null]], 'interval')).toBeCloseTo(0.8491071428571428, 12);
  });
});

describe('the intraclass correlation', () => {
  test('is ICC(2,1) of the table of Shrout and Fleiss (1979): .29', () => {
    const ratings = [
      [9, 2, 5, 8],
      [6, 1, 3, 2],
      [8, 4, 6, 8],
      [7, 1, 2, 6],
      [10, 5, 6, 9],
      [6, 2, 4, 7],
    ];
    // pingouin 0.7.0, intraclass_corr(...): ICC(A,1) = 0.289764.
    expect(intraclassCorrelation(ratings)).toBeCloseTo(0.289764, 6);
  });

  test('is 1 for raters of one mind, and null where nothing varies or there is nothing to compare', () => {
    expect(
      intraclassCorrelation([
        [1, 1],
        [4, 4],
        [2, 2],
      ]),
    ).toBeCloseTo(1, 12);
    expect(
      intraclassCorrelation([
        [2, 2],
        [2, 2],
      ]),
    ).toBeNull();
    expect(intraclassCorrelation([[1, 2]])).toBeNull();
    expect(intraclassCorrelation([[1], [2]])).toBeNull();
    expect(() => intraclassCorrelation([[1, 2], [3]])).toThrow(RangeError);
  });
});
