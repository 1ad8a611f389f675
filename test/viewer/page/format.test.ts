import { describe, expect, test } from 'vitest';
import * as format from '../../../src/viewer/page/format.js';

describe('numbers as the page writes them', () => {
  test.each([
    [format.count(null), '–'],
    [format.count(1_234_567), '1\u202f234\u202f567'],
    [format.decimal(-0.04), '0.0'],
    [format.decimal(-1.25, 2), '−1.25'],
    [format.decimal(Number.NaN), '–'],
    [format.signed(0.001), '0.00'],
    [format.signed(-0.001), '0.00'],
    [format.signed(2.646), '+2.65'],
    [format.signed(-1.7, 1), '−1.7'],
    [format.percent(0.914), '91 %'],
    [format.percentRange({ low: 0.8346, high: 0.968 }), '83–97 %'],
    [format.compact(940), '940'],
    [format.compact(12_345), '12.3 k'],
    [format.compact(999_499), '999 k'],
    [format.compact(999_500), '1.0 M'],
    [format.compact(4_100_000), '4.1 M'],
    [format.duration(12.4), '12 ms'],
    [format.duration(3400), '3.4 s'],
    [format.duration(59_960), '1:00'],
    [format.duration(125_000), '2:05'],
    [format.duration(3_729_000), '1:02:09'],
    [format.plural(1, 'try', 'tries'), '1 try'],
    [format.plural(2, 'try', 'tries'), '2 tries'],
    [format.words('zero-variance_group'), 'zero variance group'],
    [format.moment(null), '–'],
    [format.moment('not a time'), '–'],
  ])('%j is %j', (written, expected) => {
    expect(written).toBe(expected);
  });
});
