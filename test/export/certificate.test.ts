import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EntenteError } from '../../src/errors.js';
import { type CertifiedTurn, certifyEpisode, openCertificate, rules } from '../../src/export/certificate.js';
import { type Row, waivable } from '../../src/export/index.js';
import type { TurnRow } from '../../src/store/index.js';
import { assembleRows, type SampledTurn } from '../../src/trajectory/index.js';
import { anyDialogue } from '../support/dialogues.js';
import { traceOf } from '../support/stored-runs.js';

const settings = { seed: 47, numRuns: 500 };

function turnRow(turn: SampledTurn, index: number): TurnRow {
  return {
    turn_index: index * 2,
    round: index + 1,
    seat: 'A',
    content: 'what was said',
    finish_reason: 'stop',
    prompt_tokens: null,
    completion_tokens: null,
    model: 'policy',
    failed_attempts: [],
    latency_ms: 1,
    token_source: 'server',
    tokens: traceOf(Array.from(turn.promptIds), Array.from(turn.replyIds), Array.from(turn.logprobs)),
  };
}

const certifiedTurns = (turns: readonly SampledTurn[]): CertifiedTurn[] =>
  turns.map((turn, index) => ({ turn: turnRow(turn, index), carriesLoss: turn.masked !== true }));

function rowsOf(turns: readonly SampledTurn[]): Row[] {
  const sequences = assembleRows(turns);
  return sequences.map(({ inputIds, lossMask, oldLogprobs }, index) => ({
    ...{ schema: 'entente.rows/1', run_id: 'r', group_id: 'g', episode_id: 'e', sample_index: 0, seat: 'A' },
    ...{ row_index: index, rows_in_episode: sequences.length, dilemma_id: 'd', pair_id: 'p' },
    ...{ input_ids: inputIds, loss_mask: lossMask, old_logprobs: oldLogprobs },
    ...{ reward: 1, reward_components: {}, advantage: 0, advantage_kind: 'grpo', advantage_version: 1 },
    ...{ token_source: 'server', policy_model: 'policy', policy_version: null },
  }));
}

/** The rule that ends the certification of episode "the-7th"; null where all hold. */
function brokenRule(rows: readonly Row[], turns: readonly CertifiedTurn[]): string | null {
  try {
    certifyEpisode(openCertificate([]), 'the-7th', rows, turns);
    return null;
  } catch (error) {
    if (!(error instanceof EntenteError) || error.code !== 'uncertified') throw error;
    expect(error.message).toMatch(/^the-7th: /);
    return /Rule ([a-z-]+):/.exec(error.message)?.[1] ?? 'none';
  }
}

const dialogue = anyDialogue({ leastReply: 1, masks: true });
const withPlace = fc.tuple(
  dialogue.filter((turns) => assembleRows(turns).length > 0),
  fc.nat(),
  fc.nat(),
);

/** A copy of the rows with one place of one of their lists changed. */
function changedAt(turns: readonly SampledTurn[], one: number, two: number, change: (row: Row, at: number) => void) {
  const rows = rowsOf(turns);
  const row = rows[one % rows.length]!;
  change(row, two % row.input_ids.length);
  return rows;
}

describe('the certificate of an episode', () => {
  test('is given to the rows of any dialogue, be it windowed, forked, rewritten or masked in part', () => {
    fc.assert(
      fc.property(dialogue, (turns) => {
        expect(brokenRule(rowsOf(turns), certifiedTurns(turns))).toBeNull();
      }),
      settings,
    );
  });

  test('is refused for any single id that was changed, context or not', () => {
    fc.assert(
      fc.property(withPlace, fc.integer({ min: 1, max: 3 }), ([turns, one, two], by) => {
        const rows = changedAt(turns, one, two, (row, at) => {
          row.input_ids[at] = (row.input_ids[at] ?? 0) + by;
        });
        expect(brokenRule(rows, certifiedTurns(turns))).toBe('ids-as-sent');
      }),
      { ...settings, numRuns: 2000 },
    );
  });

  test('is refused for any single bit of a mask that was turned', () => {
    fc.assert(
      fc.property(withPlace, ([turns, one, two]) => {
        const rows = changedAt(turns, one, two, (row, at) => {
          row.loss_mask[at] = row.loss_mask[at] === 1 ? 0 : 1;
          if (row.loss_mask[at] === 0) row.old_logprobs![at] = 0;
        });
        expect(brokenRule(rows, certifiedTurns(turns))).toBe('mask-is-sampled');
      }),
      settings,
    );
  });

  test('is refused where two bits of a mask changed places, so that their sum still holds', () => {
    fc.assert(
      fc.property(withPlace, ([turns, one, two]) => {
        const rows = changedAt(turns, one, two, (row) => {
          const [sampled, masked] = [row.loss_mask.indexOf(1), row.loss_mask.indexOf(0)];
          if (masked === -1) return row.input_ids.push(1);
          [row.loss_mask[sampled], row.loss_mask[masked]] = [0, 1];
          row.old_logprobs![sampled] = 0;
        });
        expect(brokenRule(rows, certifiedTurns(turns))).not.toBeNull();
      }),
      settings,
    );
  });

  test('is refused where a row is missing, doubled or longer than its turns', () => {
    fc.assert(
      fc.property(withPlace, ([turns, one]) => {
        const rows = rowsOf(turns);
        const at = one % rows.length;
        const certified = certifiedTurns(turns);
        const longer = { ...rows[at]!, input_ids: [...rows[at]!.input_ids, 1], loss_mask: [...rows[at]!.loss_mask, 0] };
        const withLogprob = { ...longer, old_logprobs: [...(rows[at]!.old_logprobs ?? []), 0] } as Row;
        expect(brokenRule(rows.toSpliced(at, 1), certified)).toBe('mask-is-sampled');
        expect(brokenRule(rows.toSpliced(at, 0, rows[at]!), certified)).toBe('mask-is-sampled');
        expect(brokenRule(rows.with(at, withLogprob), certified)).toBe('ids-as-sent');
      }),
      settings,
    );
  });

  const turns = [
    { promptIds: [1, 2], replyIds: [3, 4], logprobs: [-1, -2] },
    { promptIds: [1, 2, 3, 4, 5], replyIds: [6], logprobs: [-3] },
  ];
  const [row] = rowsOf(turns);
  const cases: { what: string; change: Partial<Row>; rule: string }[] = [
    { what: 'a mask is too short', change: { loss_mask: [0, 0, 1, 1, 0] }, rule: 'lengths-equal' },
    { what: 'log-probabilities are too short', change: { old_logprobs: [0, 0, -1] }, rule: 'lengths-equal' },
    {
      what: 'a masked token has a log-probability',
      change: { old_logprobs: [0, -9, -1, -2, 0, -3] },
      rule: 'masked-logprobs-zero',
    },
    {
      what: 'a log-probability is no number',
      change: { old_logprobs: [0, 0, Number.NaN, -2, 0, -3] },
      rule: 'masked-logprobs-zero',
    },
    {
      what: 'a log-probability is not the one that was sent',
      change: { old_logprobs: [0, 0, -1, -2.5, 0, -3] },
      rule: 'logprobs-as-sent',
    },
    { what: 'log-probabilities are missing', change: { old_logprobs: null }, rule: 'no-logprobs' },
    { what: 'the reward is no number', change: { reward: Number.NaN }, rule: 'graded-only' },
    { what: 'the advantage is infinite', change: { advantage: Number.POSITIVE_INFINITY }, rule: 'graded-only' },
  ];
  test.each(cases)('is refused where $what', ({ change, rule }) => {
    expect(brokenRule([row!], certifiedTurns(turns))).toBeNull();
    expect(brokenRule([{ ...row!, ...change }], certifiedTurns(turns))).toBe(rule);
  });

  test('is refused where a reply that a later row repeats as context is spoiled there', () => {
    // Both turns end in the same ids, so the first row also holds what the second one should.
    const forked = [
      { promptIds: [1], replyIds: [2, 3], logprobs: [-1, -2] },
      { promptIds: [1, 2], replyIds: [3], logprobs: [-3] },
    ];
    const rows = rowsOf(forked);
    expect(brokenRule(rows, certifiedTurns(forked))).toBeNull();
    rows[1]!.input_ids[0] = 7;
    expect(brokenRule(rows, certifiedTurns(forked))).toBe('ids-as-sent');
  });
});

test('every rule stands in docs/formats.md, with whether it may be waived', () => {
  const doc = readFileSync(new URL('../../docs/formats.md', import.meta.url), 'utf8');
  for (const rule of Object.keys(rules)) {
    const line = new RegExp(`^\\| \`${rule}\` \\| .+ \\| (yes )?\\|$`, 'm').exec(doc);
    expect([rule, line?.[1] === 'yes ']).toEqual([rule, (waivable as readonly string[]).includes(rule)]);
  }
});
