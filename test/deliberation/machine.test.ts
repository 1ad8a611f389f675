import fc from 'fast-check';
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
  type Standing,
  says,
  scored,
  yes,
} from '../support/machine-walk.js';

const train: DeliberationInput = { protocol: 'deliberation', mode: 'train', maxRounds: 2 };
const evaluation: DeliberationInput = { ...train, mode: 'eval' };
const solo: DeliberationInput = { protocol: 'solo', mode: 'train', maxRounds: 2 };
const wrong = fails(new EntenteError('timeout', 'no answer within 5 s'));

/** Every edge that can be reached, found by trying each kind of answer in each state: `from answer to`. */
function edgesOf(input: DeliberationInput): string[] {
  const edges = new Set<string>();
  const explore = (from: Standing): void => {
    if (from.snapshot.status !== 'active') return;
    const choices: Record<string, Answer> =
      from.state === 'judging' ? { yes, no } : { ok: from.state === 'scoring' ? scored : says('words') };
    for (const [label, given] of Object.entries({ ...choices, error: wrong })) {
      const to = answer(from, given);
      edges.add(`${from.state} ${label} ${to.state}`);
      explore(to);
    }
  };
  explore(begin(input));
  return [...edges].sort();
}

const dialogueEdges = [
  'judging error failed',
  'judging no speaking.a',
  'judging yes completing',
  'speaking.a error failed',
  'speaking.a ok speaking.b',
  'speaking.b error failed',
  'speaking.b ok judging',
];
const gradingEdges = ['completing error failed', 'completing ok scoring', 'scoring error failed'];

describe('the states and edges of an episode', () => {
  test('in train mode a deadlock ends at once, without completion or score', () => {
    expect(edgesOf(train)).toEqual(
      [...dialogueEdges, ...gradingEdges, 'judging no deadlocked', 'scoring ok agreed'].sort(),
    );
  });

  test('in eval mode the completion is written and scored whether or not they agreed', () => {
    expect(edgesOf(evaluation)).toEqual(
      [...dialogueEdges, ...gradingEdges, 'judging no completing', 'scoring ok agreed', 'scoring ok deadlocked'].sort(),
    );
  });

  test('solo answers and is scored, without a dialogue or a judge of agreement', () => {
    expect(begin(solo).state).toBe('completing');
    expect(edgesOf(solo)).toEqual([...gradingEdges, 'scoring ok answered'].sort());
    expect(edgesOf({ ...solo, mode: 'eval' })).toEqual(edgesOf(solo));
  });
});

describe('what each actor is told', () => {
  test('speakers and judge get the whole dialogue so far, turns alternating from A', () => {
    const first = begin(train);
    expect(first.asked).toEqual([{ actor: 'speak', input: { seat: 'A', turns: [] } }]);
    const second = answer(first, says('one'));
    const turnOne = { turnIndex: 0, round: 1, seat: 'A', content: 'one' };
    expect(second.asked).toEqual([{ actor: 'speak', input: { seat: 'B', turns: [turnOne] } }]);
    const third = answer(second, says('two'));
    const turnTwo = { turnIndex: 1, round: 1, seat: 'B', content: 'two' };
    expect(third.asked).toEqual([{ actor: 'judgeAgreement', input: { turns: [turnOne, turnTwo] } }]);
    const fifth = answerAll(third, [no, says('three')]);
    const turnThree = { turnIndex: 2, round: 2, seat: 'A', content: 'three' };
    expect(fifth.asked).toEqual([{ actor: 'speak', input: { seat: 'B', turns: [turnOne, turnTwo, turnThree] } }]);
  });

  test('the writer is told whether they agreed, the scorer gets the completion', () => {
    const agreed = answerAll(begin(train), [...round, yes]);
    expect(agreed.asked).toMatchObject([{ actor: 'writeCompletion', input: { outcome: 'agreed' } }]);
    const deadlocked = answerAll(begin(evaluation), [...round, no, ...round, no]);
    expect(deadlocked.asked).toMatchObject([{ actor: 'writeCompletion', input: { outcome: 'deadlocked' } }]);
    expect(begin(solo).asked).toEqual([{ actor: 'writeCompletion', input: { turns: [], outcome: null } }]);
    expect(answer(agreed, says('so be it')).asked).toEqual([
      { actor: 'scoreCompletion', input: { completion: 'so be it' } },
    ]);
  });
});

test('turns alternate, rounds stay within the limit, and the first yes ends the dialogue', () => {
  const inputs = fc.record({
    maxRounds: fc.integer({ min: 1, max: 9 }),
    mode: fc.constantFrom('train' as const, 'eval' as const),
    verdicts: fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
  });
  const property = fc.property(inputs, ({ maxRounds, mode, verdicts }) => {
    let at = begin({ protocol: 'deliberation', mode, maxRounds });
    let judged = 0;
    while (at.snapshot.status === 'active') {
      if (at.state === 'judging') at = answer(at, verdicts[judged++] ? yes : no);
      else at = answer(at, at.state === 'scoring' ? scored : says(`in ${at.state}`));
    }
    const { turns } = at.snapshot.context;
    const agreedIn = verdicts.slice(0, maxRounds).indexOf(true) + 1;
    expect(judged).toBe(agreedIn || maxRounds);
    expect(turns).toHaveLength(2 * judged);
    for (const [index, turn] of turns.entries()) {
      const seat = index % 2 === 0 ? 'A' : 'B';
      const content = `in speaking.${seat.toLowerCase()}`;
      expect(turn).toEqual({ turnIndex: index, round: Math.floor(index / 2) + 1, seat, content });
    }
    expect(at.state).toBe(agreedIn > 0 ? 'agreed' : 'deadlocked');
    expect(at.snapshot.output).toMatchObject({
      outcome: at.state,
      rounds: judged,
      completion: agreedIn > 0 || mode === 'eval' ? 'in completing' : null,
    });
  });
  fc.assert(property, { seed: 1, numRuns: 150 });
});
