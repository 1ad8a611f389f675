import { expect, test } from 'vitest';
import { histogramOf } from '../../../src/report/index.js';

test('bins stand in the order of the numbers, with entropy in bits and the share of the commonest', () => {
  expect(histogramOf([10, 2, 10, 10, 2, 3, 10, 3])).toEqual({
    count: 8,
    bins: [
      { value: 2, count: 2, share: 0.25 },
      { value: 3, count: 2, share: 0.25 },
      { value: 10, count: 4, share: 0.5 },
    ],
    entropy: 1.5,
    modal_share: 0.5,
  });
});

test('one value has no entropy, and no values have neither', () => {
  expect(histogramOf(['yes', 'yes'])).toMatchObject({ entropy: 0, modal_share: 1 });
  expect(histogramOf([])).toEqual({ count: 0, bins: [], entropy: null, modal_share: null });
});
