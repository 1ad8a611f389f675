import { expect, test } from 'vitest';
import type { Call } from '../../src/domain/index.js';
import { createMemoryJournal } from '../../src/run/memory-journal.js';
import { replyOf } from '../support/scripted-model.js';

function call(turn: number, kind: Call['key']['kind'], content: string, sample = 0): Call {
  const key = { turn, kind, sample };
  return { key, round: 1, seat: null, model: 'm', seed: 1, promptHash: 'h', reply: replyOf(content), verdict: null };
}

test('a journal in memory finds a call by turn, kind and sample, and keeps the first of each', () => {
  const journal = createMemoryJournal([call(0, 'speak', 'one')]);
  journal.record(call(0, 'speak', 'again'));
  journal.record(call(2, 'agreement', 'judged'));
  journal.record(call(2, 'agreement', 'judged twice', 1));
  expect(journal.calls.map(({ reply }) => reply.content)).toEqual(['one', 'judged', 'judged twice']);
  expect(journal.recall({ turn: 0, kind: 'speak', sample: 0 })?.reply.content).toBe('one');
  expect(journal.recall({ turn: 2, kind: 'agreement', sample: 1 })?.reply.content).toBe('judged twice');
  for (const key of [
    { turn: 1, kind: 'speak', sample: 0 },
    { turn: 2, kind: 'agreement.repair', sample: 0 },
    { turn: 0, kind: 'speak', sample: 1 },
  ] as const)
    expect(journal.recall(key)).toBeNull();
});
