import fc from 'fast-check';
import { expect, test } from 'vitest';
import { timedPoints } from '../../../src/viewer/page/pages/run/progress-points.js';
import { percentOf, position, spreadLabels, ticks, topOf } from '../../../src/viewer/page/scales.js';

test('a position is never outside its axis', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), fc.integer(), fc.nat(), (value, from, length) => {
      const at = position(value, from, from + length);
      expect(at).toBeGreaterThanOrEqual(0);
      expect(at).toBeLessThanOrEqual(100);
    }),
  );
  expect([position(2.5, 0, 5), position(1, 1, 1), percentOf(1, 0, 3)]).toEqual([50, 0, '33.333%']);
});

test('ticks are round, begin at 0, and are not more than asked for', () => {
  expect(ticks(5, 5)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(ticks(0.7, 4)).toEqual([0, 0.2, 0.4, 0.6]);
  expect(ticks(213_000, 5)).toEqual([0, 50_000, 100_000, 150_000, 200_000]);
  expect(ticks(0, 5)).toEqual([0]);
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), fc.integer({ min: 1, max: 20 }), (to, most) => {
      expect(ticks(to, most).length).toBeLessThanOrEqual(most + 1);
    }),
  );
});

test('the top of a shared axis is at least 1', () => {
  expect([topOf([]), topOf([0]), topOf([3, 7, 2])]).toEqual([1, 1, 7]);
});

test('labels keep their order and their distance as long as there is room', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 5 }), (positions) => {
      const placed = spreadLabels(positions, 16, 100);
      const order = positions.map((_, index) => index).sort((a, b) => positions[a]! - positions[b]!);
      for (let index = 1; index < order.length; index += 1) {
        expect(placed[order[index]!]! - placed[order[index - 1]!]!).toBeGreaterThanOrEqual(16 - 1e-9);
      }
    }),
  );
});

test('a line stands where its times are, not at equal steps', () => {
  expect(timedPoints([0, 10, 100], [0, 5, 10], 10)).toBe('0,100 10,50 100,0');
  expect(timedPoints([7], [1], 1)).toBe('100,0');
});
