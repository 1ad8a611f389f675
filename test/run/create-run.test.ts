import { describe, expect, test } from 'vitest';
import { deliberationPrompts } from '../../src/deliberation/index.js';
import { type RunConfigInput, resolveConfig, seededRandom } from '../../src/domain/index.js';
import { judgingPrompts } from '../../src/judging/index.js';
import { createRun } from '../../src/run/create-run.js';
import { smallScenario } from '../support/small-scenario.js';
import { contentOf, newDatabase, noon, openAt } from '../support/whole-runs.js';

const identity = (seed: number) => ({ random: seededRandom(seed), now: noon });

/** The same dilemma and pair in both seatings. */
const scenarios = [smallScenario(), smallScenario({ swapped: true })];

function create(input: RunConfigInput = {}, names: readonly (string | null)[] = [null]) {
  const path = newDatabase();
  const store = openAt(path);
  const { config } = resolveConfig({ groups: 2, group_size: 3, ...input });
  const runs = names.map((name, index) => createRun(store, config, name, scenarios, identity(index)));
  return { path, store, runs, config };
}

describe('a new run', () => {
  test('is in the database whole before anything is played: config, scenarios, groups, episodes, prompts', () => {
    const { path, store, runs, config } = create({ seed: 7 });
    expect(store.runs()).toEqual(runs);
    expect(runs[0]).toMatchObject({ status: 'pending', seed: 7, createdAt: '2030-01-01T12:00:00.000Z', config });
    const planned = store.unfinishedEpisodes(runs[0]?.runId ?? '');
    store.close();
    expect(planned.map(({ number, groupOrdinal, sampleIndex }) => [number, groupOrdinal, sampleIndex])).toEqual([
      ...[0, 1, 2].map((sample) => [sample + 1, 0, sample]),
      ...[0, 1, 2].map((sample) => [sample + 4, 1, sample]),
    ]);
    expect(planned.map(({ scenario }) => scenario)).toEqual(scenarios.flatMap((one) => [one, one, one]));
    const { prompts, calls } = contentOf(path);
    expect(calls).toEqual([]);
    const ours = [...Object.values(deliberationPrompts), ...Object.values(judgingPrompts)];
    expect(prompts?.map((row) => (row as { hash: string }).hash)).toEqual(ours.map(({ hash }) => hash).sort());
  });

  test('gets its id and its name from the clock and the random source it is given', () => {
    const [one, other] = [create(), create()].map(({ store, runs }) => {
      store.close();
      return runs;
    });
    expect(one).toEqual(other);
    expect(one?.[0]?.runId).toMatch(/^[0-9a-z]{14}$/);
  });

  test('created later sorts later by its id', () => {
    const store = openAt(newDatabase());
    const { config } = resolveConfig({ groups: 1 });
    const ids = ['2029-12-31T23:59:59.999Z', '2030-01-01T00:00:00.000Z', '2030-01-01T00:00:00.001Z'].map(
      (time, index) =>
        createRun(store, config, null, scenarios, { random: seededRandom(9 - index), now: () => new Date(time) }).runId,
    );
    store.close();
    expect([...ids].sort()).toEqual(ids);
  });

  test('whose name is taken is refused, with what to do instead, and nothing is written', () => {
    const { store, config } = create({}, ['otter']);
    expect(() => createRun(store, config, 'otter', scenarios, identity(5))).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining('entente resume otter') }),
    );
    expect(store.runs()).toHaveLength(1);
    store.close();
  });

  test('says that it is a rehearsal as soon as one role is rehearsed', () => {
    const remote = { model: 'm@http://127.0.0.1:9/v1' };
    const noticeOf = (input: RunConfigInput) => {
      const { store, runs } = create(input);
      store.close();
      return runs[0]?.notice;
    };
    expect(noticeOf({})).toContain('tells nothing about any LLM');
    expect(noticeOf({ policy: remote, scorer: 'rehearsal' })).toContain('tells nothing about any LLM');
    expect(noticeOf({ policy: remote })).toBeNull();
  });
});
