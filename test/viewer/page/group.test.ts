import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clusterMeans } from '../../../src/viewer/page/pages/compare/means.js';
import { axisEnd, laneOf, tellingAxis } from '../../../src/viewer/page/pages/group/lanes.js';
import { partTexts, sharedLength } from '../../../src/viewer/page/pages/group/parting.js';

const said = (...texts: string[]) => texts.map((text, member) => ({ member, text }));

test('what all begin with ends with a whole word', () => {
  expect(partTexts(said('I hold to my view.', 'I hold to many views.')).shared).toBe('I hold to ');
  expect(partTexts(said('Yes', 'Yes, and more')).shared).toBe('');
  expect(partTexts(said('Yes', 'Yes and more')).shared).toBe('Yes');
});

test('those who say the same stand together', () => {
  const { shared, clusters } = partTexts(said('a b', 'a c', 'a b'));
  expect(shared).toBe('a ');
  expect(clusters).toEqual([
    { rest: 'b', members: [0, 2] },
    { rest: 'c', members: [1] },
  ]);
});

test('shared beginning and rest are the text again, and no beginning is longer', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', 'b', ' ') }), { minLength: 1 }), (texts) => {
      const { shared, clusters } = partTexts(said(...texts));
      for (const { rest, members } of clusters) {
        for (const member of members) expect(shared + rest).toBe(texts[member]);
      }
      expect(shared.length).toBe(sharedLength(texts));
    }),
  );
});

const turn = (turn_index: number, started_ms: number, ended_ms: number) => ({
  turn_index,
  round: Math.floor(turn_index / 2) + 1,
  seat: turn_index % 2 === 0 ? ('A' as const) : ('B' as const),
  content: '',
  started_ms,
  ended_ms,
  completion_tokens: null,
});
const episode = {
  turns: [turn(0, 0, 400), turn(1, 500, 900), turn(2, 1000, 1300)],
  verdicts: [
    { round: 1, value: 0, reason: null },
    { round: 2, value: null, reason: null },
  ],
};

test('verdicts stand at the end of their round, by time and by turn', () => {
  expect(laneOf(episode, 'time').verdicts.map(({ at }) => at)).toEqual([900, 1300]);
  expect(laneOf(episode, 'turn').verdicts.map(({ at }) => at)).toEqual([2, 3]);
  expect(axisEnd([laneOf(episode, 'time'), laneOf(episode, 'turn')])).toBe(1300);
  expect(axisEnd([])).toBe(1);
});

test('an axis of time on which nothing would be seen gives way to turns', () => {
  expect(tellingAxis([episode])).toBe('time');
  expect(tellingAxis([{ turns: [turn(0, 0, 1), turn(1, 500, 501), turn(2, 1000, 1001)] }])).toBe('turn');
});

test('marks that would lie on each other form a cluster around their middle; all marks are kept', () => {
  expect(clusterMeans([3, 1, 3.1], 5)).toEqual([
    { mean: 1, members: [1] },
    { mean: 3.05, members: [0, 2] },
  ]);
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 5, noNaN: true }), { minLength: 2, maxLength: 6 }), (means) => {
      const members = clusterMeans(means, 5).flatMap((cluster) => cluster.members);
      expect(members.sort()).toEqual(means.map((_, index) => index));
    }),
  );
});
