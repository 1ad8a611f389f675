import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TokenRow } from '../../../src/viewer/api.js';
import {
  chunksOf,
  learnerTokens,
  surpriseRank,
  tintOf,
  tints,
  tokenText,
} from '../../../src/viewer/page/pages/episode/token-rows.js';
import { stepToken } from '../../../src/viewer/page/pages/episode/token-steps.js';

const row: TokenRow = {
  row_index: 0,
  ids: [10, 11, 12, 13, 14],
  pieces: ['Hi', '\n', 'yes', '', 'é'],
  mask: [0, 0, 1, 1, 1],
  logprobs: [null, null, -0.1, -3, null],
  stretches: [],
};

test('chunks cover a stretch without gap or overlap', () => {
  fc.assert(
    fc.property(fc.nat(5000), fc.nat(5000), (start, length) => {
      const chunks = chunksOf({ start, length });
      expect(chunks.reduce((sum, { from, to }) => sum + to - from, 0)).toBe(length);
      chunks.forEach(({ from }, index) => {
        expect(from).toBe(index === 0 ? start : chunks[index - 1]?.to);
      });
    }),
  );
});

test('the less likely a token, the deeper its tint', () => {
  fc.assert(
    fc.property(fc.double({ min: -30, max: 0, noNaN: true }), fc.double({ min: -30, max: 0, noNaN: true }), (a, b) => {
      const [likely, unlikely] = [Math.max(a, b), Math.min(a, b)];
      expect(tintOf(unlikely)!).toBeGreaterThanOrEqual(tintOf(likely)!);
      expect(tintOf(unlikely)!).toBeLessThan(tints);
    }),
  );
  expect([tintOf(0), tintOf(-100), tintOf(null)]).toEqual([0, tints - 1, null]);
});

test('a token is told with its place, text, id, and chance', () => {
  expect(learnerTokens(row)).toBe(3);
  expect(tokenText(row, 1)).toBe('token 2 of 5 · “↵” · id 11 · masked: no loss');
  expect(tokenText(row, 3)).toBe(
    'token 4 of 5 · “part of a character” · id 13 · under loss · log p −3.000 (5 %) · surprise 1 of 3',
  );
  expect(tokenText(row, 4)).toBe('token 5 of 5 · “é” · id 14 · under loss · log-probability unknown');
  expect(tokenText({ ...row, pieces: null }, 2)).toContain('token 3 of 5 · id 12 · under loss · log p −0.100 (90 %)');
});

test('the rank of surprise counts tokens under loss only', () => {
  expect([0, 1, 2, 3, 4].map((index) => surpriseRank(row, index))).toEqual([null, null, 2, 1, null]);
});

test('the arrow keys walk over the ends of rows and stop at the ends of all', () => {
  const rows = [row, { ...row, row_index: 1 }];
  expect(stepToken(rows, null, 1)).toEqual({ row: 0, index: 2 });
  expect(stepToken(rows, { row: 0, index: 4 }, 1)).toEqual({ row: 1, index: 0 });
  expect(stepToken(rows, { row: 1, index: 0 }, -1)).toEqual({ row: 0, index: 4 });
  expect(stepToken(rows, { row: 1, index: 4 }, 1)).toEqual({ row: 1, index: 4 });
  expect(stepToken(rows, { row: 0, index: 0 }, -1)).toEqual({ row: 0, index: 0 });
});
