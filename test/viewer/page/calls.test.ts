import { expect, test } from 'vitest';
import { callTitle } from '../../../src/viewer/page/pages/episode/call-title.js';

test.each([
  ['speak', 'A', 2, 0, 'A speaks, round 2'],
  ['agreement', null, 1, 1, 'verdict, round 1, sample 2'],
  ['agreement.repair', null, 1, 0, 'verdict, asked again, round 1'],
  ['completion', null, 0, 0, 'joint answer'],
  ['ca.repair', null, 0, 0, 'score, asked again'],
  ['utility.A', 'A', 0, 0, 'utility for A'],
  ['utility.B.repair', 'B', 0, 0, 'utility for B, asked again'],
  ['something.new', null, 0, 0, 'something.new'],
] as const)('a call %s is titled as people say it', (kind, seat, round, sample, title) => {
  expect(callTitle({ kind, seat, round, sample })).toBe(title);
});
