import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assembleRows, type TrainingSequence } from '../../src/trajectory/index.js';
import { anyDialogue } from '../support/dialogues.js';

const dialogue = anyDialogue();
const settings = { seed: 31, numRuns: 1000 };

const trained = ({ inputIds, lossMask, oldLogprobs }: TrainingSequence) =>
  inputIds.flatMap((id, index) => (lossMask[index] === 1 ? [{ id, logprob: oldLogprobs[index] }] : []));

describe('training rows from any sequence of turns', () => {
  test('train exactly what the learner sampled, once each, in order, under its own log-probabilities', () => {
    fc.assert(
      fc.property(dialogue, (turns) => {
        const sampled = turns.flatMap(({ replyIds, logprobs }) =>
          Array.from(replyIds, (id, index) => ({ id, logprob: logprobs[index] })),
        );
        expect(assembleRows(turns).flatMap(trained)).toEqual(sampled);
      }),
      settings,
    );
  });

  test('have three lists of one length, masks of 0 and 1, and log-probability 0 where masked', () => {
    fc.assert(
      fc.property(dialogue, (turns) => {
        for (const { inputIds, lossMask, oldLogprobs } of assembleRows(turns)) {
          expect([lossMask.length, oldLogprobs.length]).toEqual([inputIds.length, inputIds.length]);
          expect(lossMask.filter((mask) => mask !== 0 && mask !== 1)).toEqual([]);
          expect(oldLogprobs.filter((logprob, index) => lossMask[index] === 0 && logprob !== 0)).toEqual([]);
        }
      }),
      settings,
    );
  });

  test('put every sampled token behind exactly the ids that the model had seen when it sampled it', () => {
    fc.assert(
      fc.property(dialogue, (turns) => {
        const contexts = new Map<number, number[]>();
        for (const { promptIds, replyIds, logprobs } of turns) {
          const seen = [...Array.from(promptIds), ...Array.from(replyIds)];
          for (let index = 0; index < replyIds.length; index++)
            contexts.set(logprobs[index] ?? 0, seen.slice(0, promptIds.length + index));
        }
        for (const { inputIds, lossMask, oldLogprobs } of assembleRows(turns)) {
          for (const [index, mask] of lossMask.entries())
            if (mask === 1) expect(inputIds.slice(0, index)).toEqual(contexts.get(oldLogprobs[index] ?? 0));
        }
      }),
      settings,
    );
  });

  test('begin anew exactly where a prompt does not extend the prompt and reply before it', () => {
    fc.assert(
      fc.property(dialogue, (turns) => {
        const spoken = turns.filter(({ replyIds }) => replyIds.length > 0);
        const written = spoken.map(({ promptIds, replyIds }) => [...Array.from(promptIds), ...Array.from(replyIds)]);
        const breaks = spoken.filter(({ promptIds }, index) => {
          const before = written[index - 1];
          return before === undefined || `${Array.from(promptIds)},`.indexOf(`${before},`) !== 0;
        });
        expect(assembleRows(turns)).toHaveLength(breaks.length);
      }),
      settings,
    );
  });

  test('all carry loss: a row that trains nothing would spoil a whole batch', () => {
    fc.assert(
      fc.property(dialogue, (turns) => {
        for (const row of assembleRows(turns)) expect(trained(row)).not.toEqual([]);
      }),
      settings,
    );
  });

  test('train masked turns never, and every other token once all the same', () => {
    fc.assert(
      fc.property(anyDialogue({ masks: true }), (turns) => {
        const sampled = turns.flatMap(({ replyIds, logprobs, masked }) =>
          masked ? [] : Array.from(replyIds, (id, index) => ({ id, logprob: logprobs[index] })),
        );
        const rows = assembleRows(turns);
        expect(rows.flatMap(trained)).toEqual(sampled);
        for (const { oldLogprobs, lossMask } of rows) {
          expect(lossMask).toContain(1);
          expect(oldLogprobs.filter((logprob, index) => lossMask[index] === 0 && logprob !== 0)).toEqual([]);
        }
      }),
      settings,
    );
  });

  test('keep a masked turn as context, and are not made where every turn is masked', () => {
    const [first, second] = [
      { promptIds: [5], replyIds: [6, 7], logprobs: [-1, -2], masked: true },
      { promptIds: [5, 6, 7, 8], replyIds: [9], logprobs: [-3] },
    ];
    expect(assembleRows([first, second])).toEqual([
      { inputIds: [5, 6, 7, 8, 9], lossMask: [0, 0, 0, 0, 1], oldLogprobs: [0, 0, 0, 0, -3] },
    ]);
    expect(assembleRows([first])).toEqual([]);
    expect(assembleRows([first, { ...second, promptIds: [4] }])).toEqual([
      { inputIds: [4, 9], lossMask: [0, 1], oldLogprobs: [0, -3] },
    ]);
  });

  test('come of typed arrays as the store keeps them, and end as ordinary lists', () => {
    const turns = [
      { promptIds: Int32Array.of(5, 6), replyIds: Int32Array.of(7), logprobs: Float32Array.of(-0.5) },
      { promptIds: Int32Array.of(5, 6, 7, 8), replyIds: Int32Array.of(9, 4), logprobs: Float32Array.of(-1, -0.25) },
      { promptIds: Int32Array.of(6, 7, 8, 9, 4), replyIds: Int32Array.of(3), logprobs: Float32Array.of(-2) },
    ];
    expect(assembleRows(turns)).toEqual([
      { inputIds: [5, 6, 7, 8, 9, 4], lossMask: [0, 0, 1, 0, 1, 1], oldLogprobs: [0, 0, -0.5, 0, -1, -0.25] },
      { inputIds: [6, 7, 8, 9, 4, 3], lossMask: [0, 0, 0, 0, 0, 1], oldLogprobs: [0, 0, 0, 0, 0, -2] },
    ]);
    expect(assembleRows([])).toEqual([]);
  });
});
