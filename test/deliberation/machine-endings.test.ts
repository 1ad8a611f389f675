import { describe, expect, test } from 'vitest';
import type { DeliberationInput } from '../../src/deliberation/machine.js';
import { EntenteError } from '../../src/errors.js';
import {
  type Answer,
  answer,
  answerAll,
  begin,
  fails,
  no,
  round,
  says,
  scored,
  scores,
  yes,
} from '../support/machine-walk.js';

const train: DeliberationInput = { protocol: 'deliberation', mode: 'train', maxRounds: 2 };
const evaluation: DeliberationInput = { ...train, mode: 'eval' };
const solo: DeliberationInput = { protocol: 'solo', mode: 'train', maxRounds: 2 };
const wrong = fails(new EntenteError('timeout', 'no answer within 5 s'));

describe('what comes out', () => {
  const outputOf = (input: DeliberationInput, answers: readonly Answer[]) =>
    answerAll(begin(input), answers).snapshot.output;
  const clean = { status: 'done', failure: null };

  test.each([
    [
      'an agreement in round 2',
      train,
      [...round, no, ...round, yes, says('plan'), scored],
      { ...clean, outcome: 'agreed', rounds: 2, completion: 'plan', ca: scores },
    ],
    [
      'a training deadlock',
      train,
      [...round, no, ...round, no],
      { ...clean, outcome: 'deadlocked', rounds: 2, completion: null, ca: null },
    ],
    [
      'a deadlock under evaluation',
      evaluation,
      [...round, no, ...round, no, says('plan'), scored],
      { ...clean, outcome: 'deadlocked', rounds: 2, completion: 'plan', ca: scores },
    ],
    [
      'a solo answer',
      solo,
      [says('answer'), scored],
      { ...clean, outcome: null, rounds: 0, completion: 'answer', ca: scores },
    ],
  ] as const)('%s', (_name, input, answers, output) => {
    expect(outputOf(input, answers)).toEqual(output);
  });

  test.each([null, 0, 0.5, 2])('a verdict of %s is no yes', (value) => {
    const { state } = answerAll(begin(train), [...round, { output: { value } }]);
    expect(state).toBe('speaking.a');
  });

  test('an agreement whose score cannot be read is done, with the cause', () => {
    const failure = { code: 'unparsable', message: 'not read' };
    const output = outputOf(train, [...round, yes, says('plan'), { output: { ca: null, failure } }]);
    expect(output).toEqual({ status: 'done', outcome: 'agreed', rounds: 1, completion: 'plan', ca: null, failure });
  });
});

describe('a failure', () => {
  const failure = { code: 'timeout', message: 'no answer within 5 s' };

  test.each([
    ['in A’s turn', [], { rounds: 0, completion: null }],
    ['in B’s turn', [says('a')], { rounds: 1, completion: null }],
    ['in B’s second turn', [...round, no, says('a')], { rounds: 2, completion: null }],
    ['while judging', round, { rounds: 1, completion: null }],
    ['while the completion is written', [...round, yes], { rounds: 1, completion: null }],
    ['while scoring', [...round, yes, says('plan')], { rounds: 1, completion: 'plan' }],
  ] as const)('%s ends the episode as data, without an outcome', (_name, before, rest) => {
    const { state, snapshot, asked } = answerAll(begin(train), [...before, wrong]);
    expect(state).toBe('failed');
    expect(asked).toEqual([]);
    expect(snapshot.output).toEqual({ status: 'failed', outcome: null, ca: null, failure, ...rest });
    // An Error among it would come back as {}.
    expect(JSON.parse(JSON.stringify(snapshot.context)).failure).toEqual(failure);
  });

  test.each([
    [new TypeError('x is undefined'), 'x is undefined'],
    ['a string', 'a string'],
    [undefined, 'undefined'],
  ])('that is none of ours, such as %s, is called internal', (thrown, message) => {
    expect(answer(begin(solo), fails(thrown)).snapshot.output?.failure).toEqual({ code: 'internal', message });
  });
});
