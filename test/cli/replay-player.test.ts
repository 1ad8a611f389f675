import fc from 'fast-check';
import pc from 'picocolors';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import {
  type PlayedScene,
  type PlayerKey,
  type PlayerState,
  playerKey,
  pressKey,
  sceneOver,
  screenOf,
  startPlayer,
  statusLine,
} from '../../src/cli/replay-player.js';

const plain = pc.createColors(false);
const scene = (text: string, isVerdict = false): PlayedScene => ({ lines: [text, ''], readingMs: 10, isVerdict });
const play = [
  scene('title'),
  scene('A'),
  scene('B'),
  scene('no', true),
  scene('A again'),
  scene('yes', true),
  scene('end'),
];
const press = (state: PlayerState, ...keys: PlayerKey[]) => keys.reduce((now, key) => pressKey(now, key, play), state);

test('it plays from the first scene to the last, and stops there', () => {
  let state = startPlayer(play.length);
  const seen = [state.shown];
  while (state.playing) {
    state = sceneOver(state, play.length);
    seen.push(state.shown);
  }
  expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(press(state, 'play')).toEqual(startPlayer(play.length));
});

test('a pause holds it; a step pauses and shows one more or one less', () => {
  const paused = press(startPlayer(play.length), 'play');
  expect(sceneOver(paused, play.length)).toBe(paused);
  expect(press(startPlayer(play.length), 'step', 'step')).toMatchObject({ shown: 3, playing: false });
  expect(press(startPlayer(play.length), 'step', 'back', 'back')).toMatchObject({ shown: 1, playing: false });
});

test('v goes on to each verdict in turn, then to the end', () => {
  const shown = [1, 2, 3].map(
    (times) => press(startPlayer(play.length), ...Array<PlayerKey>(times).fill('verdict')).shown,
  );
  expect(shown).toEqual([4, 6, 7]);
});

test('other episodes and quitting are asked of the terminal', () => {
  const wants = (['next', 'previous', 'quit'] as const).map((key) => press(startPlayer(play.length), key).wants);
  expect(wants).toEqual(['next', 'previous', 'quit']);
});

test('no order of keys leaves the play', () => {
  const key = fc.constantFrom<PlayerKey>('play', 'step', 'back', 'verdict', 'up', 'down');
  fc.assert(
    fc.property(fc.array(fc.oneof(key, fc.constant('time'))), (events) => {
      let state = startPlayer(play.length);
      for (const event of events) {
        state = event === 'time' ? sceneOver(state, play.length) : press(state, event as PlayerKey);
        expect(state.shown).toBeGreaterThanOrEqual(1);
        expect(state.shown).toBeLessThanOrEqual(play.length);
        expect(state.playing && state.shown === play.length).toBe(false);
        expect(screenOf(state, play, 'x/1', { columns: 60, rows: 5 }, plain)).toHaveLength(5);
      }
    }),
  );
});

test('the screen shows the end of what has been said; scrolling goes back, and no further than the beginning', () => {
  const size = { columns: 40, rows: 4 };
  const state = press(startPlayer(play.length), 'step', 'step');
  const texts = (now: PlayerState) => screenOf(now, play, 'x/1', size, plain).slice(0, -1);
  expect(texts(state)).toEqual(['', 'B', '']);
  expect(texts(press(state, 'up'))).toEqual(['A', '', 'B']);
  expect(texts(press(state, ...Array<PlayerKey>(50).fill('up')))).toEqual(['title', '', 'A']);
});

test.each([20, 60, 80, 200])('the status fills a line of %i columns exactly, and names where it stands', (columns) => {
  const line = statusLine(startPlayer(play.length), play.length, 'brisk-otter/12', columns);
  expect(stringWidth(line)).toBe(columns);
  expect(line).toContain('brisk-otter/12');
  if (columns >= 60) expect(line).toContain('  q quit');
  if (columns >= 80) expect(line).toContain('space pause  ←→ step  v verdict  n/p group  q quit');
});

test.each([
  ['space', 'play'],
  ['right', 'step'],
  ['escape', 'quit'],
  ['x', null],
  ['toString', null],
  [undefined, null],
])('the key %s: %s', (name, key) => {
  expect(playerKey(name)).toBe(key);
});
