import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Beat,
  heard,
  lastStep,
  nextVerdict,
  positionAt,
  stateAt,
  stateOfCall,
  stepFrom,
  timeOf,
} from '../../../src/viewer/page/pages/episode/timeline.js';
import { advance } from '../../../src/viewer/page/pages/episode/use-playback.js';

/** A round, a pause of two seconds, then the end. */
const beats: Beat[] = [
  { callId: '0.speak.0', state: 'speaking.a', round: 1, startedMs: 0, endedMs: 1000 },
  { callId: '1.speak.0', state: 'speaking.b', round: 1, startedMs: 1000, endedMs: 3000 },
  { callId: '2.agreement.0', state: 'judging', round: 1, startedMs: 5000, endedMs: 5500 },
  { callId: '2.completion.0', state: 'completing', round: 0, startedMs: 5500, endedMs: 9000 },
];

test('every kind of call has the state in which it was made', () => {
  const kinds = ['speak', 'completion', 'agreement', 'agreement.repair', 'ca', 'ca.repair'] as const;
  expect(kinds.map((kind) => stateOfCall({ kind, seat: kind === 'speak' ? 'B' : null }))).toEqual([
    'speaking.b',
    'completing',
    'judging',
    'judging',
    'scoring',
    'scoring',
  ]);
});

test('a time is a step and how much of it has been heard', () => {
  expect(positionAt(beats, -1)).toEqual({ step: 0, fraction: 1 });
  expect(positionAt(beats, 500)).toEqual({ step: 1, fraction: 0.5 });
  expect(positionAt(beats, 1000)).toEqual({ step: 2, fraction: 0 });
  expect(positionAt(beats, 4000)).toEqual({ step: 2, fraction: 1 });
  expect(positionAt(beats, 9000)).toEqual({ step: 5, fraction: 1 });
  expect(positionAt([], 0)).toEqual({ step: 1, fraction: 1 });
});

test('time and step agree with each other', () => {
  for (let step = 1; step <= beats.length; step += 1) {
    const at = positionAt(beats, timeOf(beats, step) - 1);
    expect(at.step).toBe(step);
  }
});

test('what has been heard never shrinks as the film goes on', () => {
  fc.assert(
    fc.property(fc.nat(10_000), fc.nat(10_000), fc.constantFrom(...beats), (one, other, { callId }) => {
      const [early, late] = [Math.min(one, other), Math.max(one, other)];
      expect(heard(beats, positionAt(beats, early), callId)).toBeLessThanOrEqual(
        heard(beats, positionAt(beats, late), callId),
      );
    }),
  );
  expect(heard(beats, { step: 1, fraction: 1 }, 'no.beat.0')).toBe(1);
});

test('states from opening to the outcome', () => {
  const states = Array.from({ length: 6 }, (_, step) => stateAt(beats, step, 'agreed'));
  expect(states).toEqual(['opening', 'speaking.a', 'speaking.b', 'judging', 'completing', 'agreed']);
});

test('the next verdict lies ahead; after the last one it is the end', () => {
  expect([0, 1, 2, 3, 4].map((step) => nextVerdict(beats, step))).toEqual([3, 3, 3, 5, 5]);
});

test.each([
  [undefined, 5],
  ['2', 2],
  ['0', 0],
  ['99', 5],
  ['-1', 5],
  ['1e3', 5],
  ['x', 5],
])('the address says step %j: %j', (text, step) => {
  expect(stepFrom(text, lastStep(beats))).toBe(step);
});

test.each(['step', 'recorded'] as const)('playing %s arrives at the end and stops there', (pace) => {
  let state = { step: 0, fraction: 1, ms: 0, playing: true };
  let frames = 0;
  while (state.playing && frames < 10_000) {
    const next = advance(beats, state, 16, pace, 1);
    expect(next.step).toBeGreaterThanOrEqual(state.step);
    state = next;
    frames += 1;
  }
  expect(state).toMatchObject({ step: 5, fraction: 1, playing: false });
  // In recorded time: nine seconds, pause included.
  if (pace === 'recorded') expect(Math.abs(frames * 16 - 9000)).toBeLessThan(32);
});

test('twice the speed takes half the time', () => {
  const after = (speed: number) =>
    advance(beats, { step: 1, fraction: 0, ms: 0, playing: true }, 400, 'recorded', speed);
  expect([after(1).ms, after(4).ms, after(0.5).ms]).toEqual([400, 1600, 200]);
});
