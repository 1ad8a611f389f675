/** A seat at the table. A speaks first. */
export type Seat = 'A' | 'B';

export function otherSeat(seat: Seat): Seat {
  return seat === 'A' ? 'B' : 'A';
}

/** Whose turn it is: turn 0 is A's, turn 1 is B's, and so on. */
export function seatOfTurn(turnIndex: number): Seat {
  return turnIndex % 2 === 0 ? 'A' : 'B';
}

/** Rounds count from 1; turns 0 and 1 make round 1. */
export function roundOfTurn(turnIndex: number): number {
  return Math.floor(turnIndex / 2) + 1;
}
