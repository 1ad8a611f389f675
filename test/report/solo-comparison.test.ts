import { describe, expect, test } from 'vitest';
import { type RunConfigInput, resolveConfig } from '../../src/domain/index.js';
import { compareWithSolo, dynamicsOf, reportOn, requireSteps } from '../../src/report/index.js';
import type { EpisodeFigures, RunRecord } from '../../src/store/index.js';

const blank: EpisodeFigures = {
  ...{ group_id: 'g0', dilemma_id: 'd0', pair_id: 'p', tier: 'everyday', domain: 'work', status: 'done' },
  ...{ outcome: null, rounds: 0, ca_score: null, knowledge: null, benevolence: null, power: null, vitality: null },
  ...{ utility_a: null, utility_b: null, weight_a: null, reward: null, failure: null },
};

/** One group of two for each score, on dilemmas of its own; the second episode scores one more. */
function scored(name: string, scores: readonly (number | null)[], firstKey = 0) {
  const episodes = scores.flatMap((ca_score, index) =>
    [0, 1].map(
      (more): EpisodeFigures => ({
        ...blank,
        group_id: `${name}-g${index}`,
        dilemma_id: `d${firstKey + index}`,
        ca_score: ca_score === null ? null : ca_score + more,
      }),
    ),
  );
  const scenarios = new Map(scores.map((_, index) => [`${name}-g${index}`, `key${firstKey + index}`]));
  return { name, episodes, scenarios };
}

describe('deliberation against solo', () => {
  test('pairs by scenario, over means of its episodes', () => {
    const found = compareWithSolo(scored('d', [3, 4, 2, 4, 3, 4, 3]), scored('s', [2, 3, 2, 1, 1, 1, 1]));
    expect(found).toMatchObject({ scenarios: 7, dilemmas: 7, only_deliberation: 0, only_solo: 0 });
    const overall = found.measures[0] ?? expect.fail('no measure');
    // Differences 1, 1, 0, 3, 2, 3, 2: mean 12/7; six of six decisive, 2 · ½⁶.
    expect(overall).toMatchObject({ measure: 'ca_score', higher: 6, lower: 0, p: expect.closeTo(2 / 64, 12) });
    expect(overall.difference).toBeCloseTo(12 / 7, 12);
    expect(overall.deliberation).toBeCloseTo(23 / 7 + 0.5, 12);
    expect(overall.interval?.low).toBeLessThan(12 / 7);
    expect(overall.interval?.high).toBeGreaterThan(12 / 7);
  });

  test('leaves out what was scored in one of them only, and aspects that were not scored at all', () => {
    const found = compareWithSolo(scored('d', [3, null, 2]), scored('s', [2, 3, 1], 1));
    // d scored keys 0 and 2; s keys 1, 2 and 3.
    expect(found).toMatchObject({ scenarios: 1, only_deliberation: 1, only_solo: 2 });
    expect(found.measures[1]).toMatchObject({
      measure: 'knowledge',
      deliberation: null,
      difference: null,
      p_holm: null,
    });
  });
});

function inputOf(name: string, config: RunConfigInput, scores: readonly number[], firstKey = 0) {
  const run: RunRecord = {
    ...{ runId: name, name, status: 'done', seed: 0, createdAt: '2030-01-01', finishedAt: '2030-01-01', notice: null },
    config: resolveConfig(config).config,
  };
  const keyed = scored(name, scores, firstKey);
  const outcome = config.protocol === 'solo' ? null : 'agreed';
  return {
    input: { run, episodes: keyed.episodes.map((row) => ({ ...row, outcome, rounds: 1 }) as const), usage: [] },
    keyed,
  };
}

function reportOf(...runs: ReturnType<typeof inputOf>[]) {
  const scenarios = new Map(runs.map(({ keyed }) => [keyed.name, keyed.scenarios]));
  return reportOn(
    runs.map(({ input }) => input),
    (runId) => scenarios.get(runId) ?? new Map(),
  );
}

describe('what is wrong with what was asked is said, with what to do', () => {
  test('runs with different tasks', () => {
    const { notes, comparisons } = reportOf(
      inputOf('talk', {}, [1, 2]),
      inputOf('alone', { protocol: 'solo' }, [1, 2], 9),
    );
    expect(comparisons[0]).toMatchObject({ scenarios: 0 });
    expect(comparisons[0]?.measures[0]).toMatchObject({ difference: null, interval: null, p: null });
    expect(notes.join()).toMatch(/talk and alone have no scored task in common: play both with the same --seed/);
  });

  test('too few tasks for a test', () => {
    const { notes } = reportOf(inputOf('talk', {}, [1, 2, 3]), inputOf('alone', { protocol: 'solo' }, [0, 0, 0]));
    expect(notes.join()).toMatch(/differ on 3 dilemmas: a sign test needs 6 to reach 5 %; play more with --groups/);
  });

  test('tasks that are in one run only', () => {
    const { notes } = reportOf(inputOf('talk', {}, [1, 2, 3]), inputOf('alone', { protocol: 'solo' }, [0, 0, 0], 1));
    expect(notes.join()).toMatch(/compared on the 2 scenarios they share; 2 more/);
  });

  test('training dynamics of runs without steps, or of one step', () => {
    expect(() =>
      requireSteps([
        { name: 'a', step: 1 },
        { name: 'b', step: null },
      ]),
    ).toThrow(/b has no training step: .*--step N/);
    expect(() =>
      requireSteps([
        { name: 'a', step: 1 },
        { name: 'b', step: 1 },
      ]),
    ).toThrow(/two different steps/);
    const report = reportOf(inputOf('a', { step: 2 }, [1]), inputOf('b', { step: 1 }, [1]), inputOf('c', {}, [1]));
    expect(report.dynamics.map(({ name }) => name)).toEqual(['b', 'a']);
    expect(report.notes.join()).toMatch(/not in the training dynamics: c; play with --step N/);
    expect(dynamicsOf(report.runs)).toEqual(report.dynamics);
  });
});

test('runs are pooled by decoding and by the seat of the learner', () => {
  const greedy = { policy: { model: 'rehearsal', temperature: 0 }, completion: { temperature: 0 } };
  const report = reportOf(inputOf('a', greedy, [1, 2]), inputOf('b', { learner: 'B' }, [3]), inputOf('c', {}, [4]));
  expect(report.runs.map(({ decoding }) => decoding)).toEqual(['greedy', 'sampled', 'sampled']);
  expect(report.decodings.map(({ decoding, episodes }) => [decoding, episodes])).toEqual([
    ['greedy', 4],
    ['sampled', 4],
  ]);
  expect(report.seats.map(({ learner, ca_mean }) => [learner, ca_mean])).toEqual([
    ['A', expect.closeTo(8.5 / 3, 12)],
    ['B', 3.5],
  ]);
  expect(reportOf(inputOf('d', { completion: { temperature: 0 } }, [1])).runs[0]?.decoding).toBe('mixed');
});
