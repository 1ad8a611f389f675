import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyEvent } from '../../../src/viewer/page/data/live-state.js';
import { keyName } from '../../../src/viewer/page/keys.js';
import { activeFilters, filtersOf, nextSort, withFilter } from '../../../src/viewer/page/pages/episodes/filters.js';
import {
  pageSize,
  pagesOf,
  rowHeight,
  scrollToRow,
  visibleRows,
} from '../../../src/viewer/page/pages/episodes/window.js';

test('only filters that the server knows come out of an address', () => {
  const params = { outcome: 'agreed', text: ' ', find: '1', offset: '7', run: 'other', sort: 'reward', order: 'desc' };
  expect(filtersOf(params)).toEqual({ outcome: 'agreed', sort: 'reward', order: 'desc' });
  expect(activeFilters(filtersOf(params))).toEqual(['outcome']);
});

test('an emptied filter goes, and with the last bound the score it was for', () => {
  const bounded = { score_min: '1', score_of: 'power', tier: 'everyday' };
  expect(withFilter(bounded, 'tier', '')).toEqual({ score_min: '1', score_of: 'power' });
  expect(withFilter(bounded, 'score_min', ' ')).toEqual({ tier: 'everyday' });
});

test('a column is sorted one way, then the other, then not at all', () => {
  const first = nextSort({ tier: 'everyday' }, 'reward', 'desc');
  const second = nextSort(first, 'reward', 'desc');
  expect(first).toEqual({ tier: 'everyday', sort: 'reward', order: 'desc' });
  expect(second).toEqual({ tier: 'everyday', sort: 'reward', order: 'asc' });
  expect(nextSort(second, 'reward', 'desc')).toEqual({ tier: 'everyday' });
  expect(nextSort(second, 'number', 'asc')).toEqual({ tier: 'everyday', sort: 'number', order: 'asc' });
});

test('every row in view is among those that exist, and their pages are asked for', () => {
  fc.assert(
    fc.property(fc.nat(300_000), fc.nat(9_000_000), fc.integer({ min: 1, max: 3000 }), (total, scrollTop, height) => {
      const { from, to } = visibleRows(scrollTop, height, total);
      const [first, last] = [Math.floor(scrollTop / rowHeight), Math.ceil((scrollTop + height) / rowHeight)];
      for (const row of [first, last - 1].filter((row) => row < total)) {
        expect(row >= from && row < to).toBe(true);
        expect(pagesOf({ from, to })).toContain(Math.floor(row / pageSize));
      }
      expect(to - from).toBeLessThan(height / rowHeight + 27);
    }),
  );
});

test('the cursor scrolls no further than it must', () => {
  const [height, head] = [10 * rowHeight, rowHeight];
  expect(scrollToRow(3, 0, height, head)).toBe(0);
  expect(scrollToRow(9, 0, height, head)).toBe(rowHeight);
  expect(scrollToRow(2, 10 * rowHeight, height, head)).toBe(2 * rowHeight);
});

test.each([
  [{ key: 'j' }, false, 'j'],
  [{ key: 'j' }, true, null],
  [{ key: 'Escape' }, true, 'esc'],
  [{ key: 'r', ctrlKey: true }, false, null],
  [{ key: ' ' }, false, 'space'],
  [{ key: 'ArrowLeft' }, false, '←'],
])('the key %j, typing: %j, is %j', (event, typing, name) => {
  expect(keyName({ ctrlKey: false, metaKey: false, altKey: false, ...event }, typing)).toBe(name);
});

test('an event changes the runs it names and leaves the others', () => {
  const counts = {
    groups: 1,
    episodes: 1,
    pending: 0,
    running: 0,
    done: 1,
    failed: 0,
    agreed: 1,
    deadlocked: 0,
    graded: 1,
  };
  const run = (run_id: string, version: number) => ({
    run_id,
    name: run_id,
    status: 'running' as const,
    counts,
    version,
  });
  const before = applyEvent(
    { connected: false, runs: new Map(), changes: 0 },
    { type: 'runs', runs: [run('a', 1), run('b', 1)] },
  );
  const after = applyEvent(before, { type: 'runs', runs: [run('b', 2)] });
  expect([...after.runs.values()].map(({ run_id, version }) => `${run_id}${version}`)).toEqual(['a1', 'b2']);
  expect(after).toMatchObject({ connected: true, changes: 2 });
});
