import fc from 'fast-check';
import { expect, test } from 'vitest';
import { otherSeat, roundOfTurn, seatOfTurn } from '../../src/domain/seat.js';

test('A speaks first, seats alternate, and every round is A, then B', () => {
  expect([0, 1, 2, 3].map((turn) => [roundOfTurn(turn), seatOfTurn(turn)])).toEqual([
    [1, 'A'],
    [1, 'B'],
    [2, 'A'],
    [2, 'B'],
  ]);
  const property = fc.property(fc.nat(), (turn) => {
    expect(seatOfTurn(turn + 1)).toBe(otherSeat(seatOfTurn(turn)));
    expect(roundOfTurn(turn + 2)).toBe(roundOfTurn(turn) + 1);
  });
  fc.assert(property, { seed: 10, numRuns: 100 });
});
