import { describe, expect, test } from 'vitest';
import { createRehearsalModel } from '../../src/chat/index.js';
import { resolveConfig, seededRandom } from '../../src/domain/index.js';
import { createWidthRule, notesOnRun, reportRun, type WidthRule } from '../../src/report/index.js';
import { createRun, playRun, tableFor } from '../../src/run/index.js';
import type { EpisodeFigures, RunRecord, Store } from '../../src/store/index.js';
import { scenarioNumber } from '../support/stored-runs.js';
import { newDatabase, noon, openAt } from '../support/whole-runs.js';

const size = 2;

/** The plan of `groups` groups of two, nothing played. */
function plan(groups: number, parts: Partial<EpisodeFigures> = {}): EpisodeFigures[] {
  return Array.from({ length: groups * size }, (_, index) => ({
    group_id: `g${Math.floor(index / size)}`,
    dilemma_id: `d${Math.floor(index / size)}`,
    ...{ pair_id: 'p', tier: 'everyday', domain: 'work', status: 'pending', outcome: null, rounds: null },
    ...{ utility_a: null, utility_b: null, weight_a: null },
    ...{ ca_score: null, knowledge: null, benevolence: null, power: null, vitality: null, reward: null, failure: null },
    ...parts,
  }));
}

/** Plays group after group, all agreeing, as long as the rule admits them; how many were played. */
function playAgreeing(rule: WidthRule, groups: number, from = 0): number {
  for (let group = from; group < groups; group++) {
    if (!rule.admits({ groupId: `g${group}` })) return group;
    for (let sample = 0; sample < size; sample++) rule.note({ groupId: `g${group}` }, { outcome: 'agreed' });
  }
  return groups;
}

const widthOf = (rule: WidthRule) => {
  const { interval } = rule.rate();
  return interval === null ? 1 : interval.high - interval.low;
};

describe('the rule that an interval is narrow enough', () => {
  test('stops at the first scenario after which it is, and not before', () => {
    const rule = createWidthRule(0.2, plan(200));
    const played = playAgreeing(rule, 200);
    expect(played).toBeLessThan(200);
    expect(widthOf(rule)).toBeLessThan(0.2);
    const shorter = createWidthRule(0.2, plan(200));
    playAgreeing(shorter, played - 1);
    expect(widthOf(shorter)).toBeGreaterThanOrEqual(0.2);
  });

  test('looks in the order of the plan: a scenario that ends early waits for those before it', () => {
    const rule = createWidthRule(0.5, plan(3));
    for (const group of [0, 1, 2]) expect(rule.admits({ groupId: `g${group}` })).toBe(true);
    for (const group of [2, 1])
      for (let n = 0; n < size; n++) rule.note({ groupId: `g${group}` }, { outcome: 'agreed' });
    expect(rule.rate()).toEqual({ scenarios: 0, interval: null });
    for (let n = 0; n < size; n++) rule.note({ groupId: 'g0' }, { outcome: 'deadlocked' });
    expect(rule.rate().scenarios).toBe(3);
  });

  test('plays a scenario that has begun to its end', () => {
    const rule = createWidthRule(0.2, plan(200));
    const last = 100;
    expect(rule.admits({ groupId: `g${last}` })).toBe(true);
    playAgreeing(rule, last);
    expect(widthOf(rule)).toBeLessThan(0.2);
    expect(rule.admits({ groupId: `g${last}` })).toBe(true);
    expect(rule.admits({ groupId: `g${last + 1}` })).toBe(false);
  });

  test('takes both seatings of a scenario for one, and failed episodes for no evidence', () => {
    const both = plan(2, { dilemma_id: 'same' });
    const rule = createWidthRule(0.5, both);
    for (let n = 0; n < size; n++) rule.note({ groupId: 'g0' }, { outcome: 'agreed' });
    expect(rule.rate().scenarios).toBe(0);
    for (let n = 0; n < size; n++) rule.note({ groupId: 'g1' }, { outcome: null });
    expect(rule.rate().scenarios).toBe(1);
    const failed = createWidthRule(0.5, plan(3, { status: 'failed' }));
    expect(failed.rate()).toEqual({ scenarios: 3, interval: null });
    expect(createWidthRule(0.5, plan(3, { status: 'failed' }), { reopened: true }).rate().scenarios).toBe(0);
  });

  test('goes on from what was played before', () => {
    const whole = createWidthRule(0.2, plan(200));
    const played = playAgreeing(whole, 200);
    const rows = plan(200).map((row, index) =>
      index < 20 * size ? { ...row, status: 'done' as const, outcome: 'agreed' as const } : row,
    );
    expect(playAgreeing(createWidthRule(0.2, rows), 200, 20)).toBe(played);
  });
});

describe('a run that is to stop when its interval is narrow', () => {
  async function play(store: Store, run: RunRecord, stopping?: AbortSignal, onFinish = () => {}): Promise<void> {
    const model = createRehearsalModel();
    const table = tableFor(run.config, { policy: model, opponent: model, judge: model, scorer: model });
    const stopRule = createWidthRule(run.config.until_width ?? 1, store.episodeFigures(run.runId));
    const observer = { episodeFinished: onFinish };
    await playRun({ store, run, table, stopRule, observer, ...(stopping === undefined ? {} : { stopping }) });
  }

  function begin(concurrency: number): { store: Store; run: RunRecord } {
    const groups = 40;
    const { config } = resolveConfig({
      ...{ mode: 'eval', groups, group_size: size, concurrency, until_width: 0.6, max_rounds: 3 },
    });
    const store = openAt(newDatabase());
    const scenarios = Array.from({ length: groups }, (_, index) => scenarioNumber(index));
    return { store, run: createRun(store, config, 'narrow', scenarios, { random: seededRandom(1), now: noon }) };
  }

  const reported = (store: Store) => {
    const run = store.runs()[0] ?? expect.fail('no run');
    return reportRun({ run, episodes: store.episodeFigures(run.runId), usage: [] });
  };

  test('ends done, with whole groups played and the rest pending, and says so', async () => {
    const { store, run } = begin(1);
    await play(store, run);
    const report = reported(store);
    const { width, interval, scenarios } = report.until_width ?? expect.fail('nothing said');
    expect(report.status).toBe('done');
    expect((interval?.high ?? 1) - (interval?.low ?? 0)).toBeLessThan(width);
    expect(scenarios).toBeLessThan(40);
    expect(report.overall).toMatchObject({ failed: 0, unfinished: 80 - 2 * scenarios, episodes: 80 });
    const notes = notesOnRun(report).join('\n');
    expect(notes).toMatch(
      new RegExp(
        `narrower than 0.6 after ${scenarios} scenarios.*${80 - 2 * scenarios} episodes of the plan were not needed`,
      ),
    );
    expect(notes).not.toMatch(/resume/);
    store.close();
  });

  test('stops after the same scenarios, interrupted and resumed', async () => {
    const whole = begin(1);
    await play(whole.store, whole.run);
    const { store, run } = begin(1);
    const stop = new AbortController();
    let finished = 0;
    const interrupted = play(store, run, stop.signal, () => {
      if (++finished === 5) stop.abort();
    });
    await expect(interrupted).rejects.toMatchObject({ code: 'interrupted' });
    expect(reported(store).overall.episodes - reported(store).overall.unfinished).toBe(5);
    await play(store, run);
    const statuses = (held: Store) => held.episodeFigures(run.runId).map(({ status, outcome }) => [status, outcome]);
    expect(statuses(store)).toEqual(statuses(whole.store));
    for (const held of [store, whole.store]) held.close();
  });

  test('says that it is not narrow yet where the plan was too short', () => {
    const { store, run } = begin(1);
    for (const { episodeId } of store.unfinishedEpisodes(run.runId).slice(0, 4)) {
      store.finishEpisode(episodeId, {
        ...{ status: 'done', outcome: 'agreed', rounds: 1, completion: null, ca: null, reward: null, failure: null },
      });
    }
    store.setRunStatus(run.runId, 'done');
    expect(notesOnRun(reported(store)).join('\n')).toMatch(
      /not narrower than 0.6 after 2 scenarios.*more than 40 with --groups/,
    );
    store.close();
  });
});

test.each([
  ['in training', { until_width: 0.1 }],
  ['of solo runs', { until_width: 0.1, mode: 'eval', protocol: 'solo' }],
] as const)('there is no width to wait for %s: the config is refused, naming the key', (_, input) => {
  expect(() => resolveConfig(input)).toThrow(/until_width.*|--mode eval/);
});
