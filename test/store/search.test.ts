import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { openStore, type Store } from '../../src/store/index.js';
import { emptyFolder } from '../support/cli.js';
import { type StoredRun, spokenCall, storeEndings } from '../support/stored-runs.js';

/** One episode per text; each ends with it said. */
function spoken(...texts: string[]): StoredRun {
  const played = storeEndings(join(emptyFolder(), 'runs.db'), [texts.map(() => null)]);
  onTestFinished(() => played.store.close());
  for (const [index, { episode_id }] of played.store.listedGroup('stored-id-g1').entries()) {
    const call = spokenCall(0, null);
    played.store.journal(episode_id).record({ ...call, reply: { ...call.reply, content: texts[index] ?? '' } });
    played.store.finishEpisode(episode_id, {
      status: 'done',
      outcome: 'agreed',
      rounds: 1,
      completion: null,
      ca: null,
      reward: 1,
      failure: null,
    });
  }
  return played;
}

/** The numbers of the episodes found. */
function found(store: Store, text: string): number[] {
  const window = { sort: 'number', descending: false, offset: 0, limit: 500 } as const;
  const filter = { runId: 'stored-id', text };
  const numbers = store.listEpisodes(filter, window).map(({ number }) => number);
  expect(store.countEpisodes(filter)).toBe(numbers.length);
  return numbers;
}

test('words are found in any case and with or without accents, all of them or none', () => {
  const { store } = spoken('Nous partageons le Café.', 'The cafe is yours; the mill is mine.', 'Nothing of that');
  expect(found(store, 'CAFE')).toEqual([1, 2]);
  expect(found(store, 'cafe mill')).toEqual([2]);
  expect(found(store, 'caf')).toEqual([]);
  expect(found(store, 'caf*')).toEqual([1, 2]);
  expect(found(store, '"the mill is"')).toEqual([2]);
  expect(found(store, '"mill the is"')).toEqual([]);
});

test('scripts without spaces are found by any part of two characters or more', () => {
  const { store } = spoken(
    '我们终于达成协议',
    '没有协议的话就算了。',
    '約束をまもります',
    'เราตกลงกันแล้ว',
    '합의했습니다',
    'an agreement',
  );
  expect(found(store, '协议')).toEqual([1, 2]);
  expect(found(store, '议')).toEqual([1, 2]);
  expect(found(store, '达成协议')).toEqual([1]);
  expect(found(store, '没有 协议')).toEqual([2]);
  expect(found(store, 'まもり')).toEqual([3]);
  expect(found(store, 'ตกลง')).toEqual([4]);
  expect(found(store, '합의')).toEqual([5]);
  expect(found(store, '协议 agreement')).toEqual([]);
});

test.each([
  '"',
  '""',
  '*',
  '(',
  'a AND',
  'NOT',
  'OR OR',
  'NEAR(a b)',
  'content:a',
  '-a',
  '^a',
  'a" OR "b',
  "'; DROP TABLE runs;--",
  '\0',
  '{a}',
  '+',
  '🙂',
  '\ud800',
  '协*',
  '议"',
  '   ',
])('typing %j finds something or nothing, but breaks nothing', (text) => {
  const { store } = spoken('a b', '协议');
  expect(found(store, text).every((number) => number === 1 || number === 2)).toBe(true);
});

test('whatever is typed is no syntax error', () => {
  const { store } = spoken('a b c', '协议');
  const hostile = fc.string({
    unit: fc.constantFrom(...'ab"*()^-+:{}\\\'协议 \0', 'AND ', 'OR ', 'NOT ', 'NEAR('),
    maxLength: 12,
  });
  fc.assert(
    fc.property(fc.oneof(hostile, fc.string({ unit: 'binary' })), (text) => void found(store, text)),
    { numRuns: 300 },
  );
});

test('an episode is found once it has ended, once only, and as it ended last', () => {
  const { store, run, path } = spoken('the first words');
  const [{ episode_id } = { episode_id: '' }] = store.listedGroup('stored-id-g1');
  const call = spokenCall(1, null);
  store.journal(episode_id).record({ ...call, reply: { ...call.reply, content: 'some later words' } });
  expect(found(store, 'later')).toEqual([]);
  const database = new Database(path);
  database.prepare("UPDATE episodes SET status = 'failed'").run();
  database.close();
  expect(found(store, 'later first words')).toEqual([1]);
  const reader = openStore(path, { mode: 'read' });
  expect(found(reader, 'words')).toEqual([1]);
  reader.close();
  expect(store.episodes(run.runId)).toHaveLength(1);
});
