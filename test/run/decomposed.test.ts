import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { type ChatModel, type ChatRequest, createRehearsalModel } from '../../src/chat/index.js';
import { seededRandom } from '../../src/domain/index.js';
import { createMemoryJournal, createRun, playEpisode } from '../../src/run/index.js';
import { openStore } from '../../src/store/index.js';
import { plainModel, tableOf } from '../support/played.js';
import { judgedScore, roleOf, scriptedModel } from '../support/scripted-model.js';
import { scenariosOf, smallScenario } from '../support/small-scenario.js';
import { newDatabase, noon, openAt, plannedRun, playWith } from '../support/whole-runs.js';

const decomposed = { scorer_method: 'decomposed' } as const;
const scenario = smallScenario();
const utility = (value: number) => JSON.stringify({ utility: value, rationale: 'r' });

/** All requests of a run of one role of prompt, by its first line. */
function listening(role: string, inner: ChatModel = createRehearsalModel()) {
  const requests: ChatRequest[] = [];
  const model: ChatModel = {
    ...inner,
    async complete(request, signal) {
      if (roleOf(request) === role) requests.push(request);
      await new Promise((resolve) => setImmediate(resolve));
      return inner.complete(request, signal);
    },
  };
  return { model, requests };
}

describe('an episode scored by decomposition', () => {
  const weights = { A: 0.75, B: 0.25 };
  const scripted = (utilities: readonly string[], agreeIn = 1) => {
    const plain = plainModel({ agreeIn, score: 2 });
    let asked = 0;
    return scriptedModel(async (request) =>
      roleOf(request) === 'Stakeholder judge' ? (utilities[asked++] ?? '?') : (await plain.complete(request)).content,
    );
  };
  const play = async (model: ChatModel, input = {}) => {
    const journal = createMemoryJournal();
    const table = tableOf(model, { ...decomposed, ...input });
    return { journal, result: await playEpisode(table, { scenario, seed: 3, journal, weights }) };
  };

  test('earns the weighted utilities, beside the CA score', async () => {
    const { result, journal } = await play(scripted([utility(4), utility(2)]));
    expect(result).toMatchObject({ reward: 3.5, ca: { overall: 2 }, failure: null });
    expect(result.stakeholders).toEqual({ weights, utilities: { A: 4, B: 2 } });
    expect(journal.calls.slice(-3).map(({ key, seat }) => [key.kind, seat])).toEqual([
      ['ca', null],
      ['utility.A', 'A'],
      ['utility.B', 'B'],
    ]);
  });

  test('has no reward where one side cannot be graded, and says which; 0 is a grade', async () => {
    const { result } = await play(scripted([utility(4)]));
    expect(result).toMatchObject({ status: 'done', reward: null, ca: { overall: 2 } });
    expect(result.stakeholders?.utilities).toEqual({ A: 4, B: null });
    expect(result.failure).toMatchObject({ code: 'unparsable', message: expect.stringContaining('side B') });
    expect((await play(scripted([utility(0), utility(0)]))).result).toMatchObject({ reward: 0, failure: null });
  });

  test('is graded all the same where only the CA score cannot be read', async () => {
    const model = scriptedModel((request) => {
      if (roleOf(request) === 'Stakeholder judge') return utility(4);
      return roleOf(request) === 'Collective Agency scorer' ? '?' : '{"agreed": true, "reason": "r"}';
    });
    expect((await play(model)).result).toMatchObject({ ca: null, reward: 4, failure: null });
  });

  test('that deadlocks in training earns 0 and asks no stakeholder', async () => {
    const { result, journal } = await play(scripted([], 9));
    expect(result).toMatchObject({ outcome: 'deadlocked', reward: 0 });
    expect(result.stakeholders).toEqual({ weights, utilities: { A: null, B: null } });
    expect(journal.calls.some(({ key }) => key.kind.startsWith('utility'))).toBe(false);
  });

  test('does not begin without weights', async () => {
    const model = plainModel();
    const playing = playEpisode(tableOf(model, decomposed), { scenario, seed: 3, journal: createMemoryJournal() });
    await expect(playing).rejects.toMatchObject({ code: 'weights' });
    expect(model.requests).toEqual([]);
  });
});

describe('the weights of a run', () => {
  const input = { ...decomposed, group_size: 4, concurrency: 4, max_rounds: 2 };
  const queried = (path: string, sql: string) => {
    const database = new Database(path, { readonly: true });
    try {
      return database.prepare(sql).all() as Record<string, unknown>[];
    } finally {
      database.close();
    }
  };
  /** A clock that goes on by a second at each look. */
  const ticking = (path: string) => {
    let seconds = 0;
    return openStore(path, { mode: 'write', now: () => new Date(1_900_000_000_000 + 1000 * seconds++) });
  };

  test('are elicited once per scenario, however many episodes begin together, and shared by later runs', async () => {
    const path = newDatabase();
    const store = openAt(path);
    const { model, requests } = listening('Stakeholder weigher');
    const run = plannedRun(store, input, scenariosOf(2));
    await playWith(model, store, run);
    expect(requests).toHaveLength(2 * 8);
    const identity = { random: seededRandom(2), now: noon };
    const later = createRun(store, run.config, 'later', scenariosOf(2), identity);
    await playWith(model, store, later);
    expect(requests).toHaveLength(2 * 8);
    const [first, second] = [store.episodes(run.runId), store.episodes(later.runId)];
    expect(second.map(({ weight_a }) => weight_a)).toEqual(first.map(({ weight_a }) => weight_a));
    store.close();
  });

  test('are the same in both seatings, each with its side', async () => {
    const store = openAt(newDatabase());
    const { model, requests } = listening('Stakeholder weigher');
    const run = plannedRun(store, input, [scenario, smallScenario({ swapped: true })]);
    await playWith(model, store, run);
    expect(requests).toHaveLength(8);
    const [one, , , , other] = store.episodes(run.runId);
    expect(one?.weight_a).not.toBeCloseTo(0.5, 3);
    expect([other?.weight_b, other?.weight_a]).toEqual([one?.weight_a, one?.weight_b]);
    store.close();
  });

  test('are older than the first completion, and no completion could have touched them', async () => {
    const weightsAfter = async (completion: string) => {
      const path = newDatabase();
      const store = ticking(path);
      const inner = createRehearsalModel();
      const { model, requests } = listening('Stakeholder weigher', {
        ...inner,
        complete: async (request) => {
          const reply = await inner.complete(request);
          return roleOf(request) === 'Joint answer' ? { ...reply, content: completion } : reply;
        },
      });
      await playWith(model, store, plannedRun(store, input, scenariosOf(1)));
      store.close();
      expect(JSON.stringify(requests)).not.toContain(completion);
      const [fixed] = queried(path, 'SELECT side_a, side_b, fixed_at, after_call FROM stakeholder_weights');
      const [first] = queried(
        path,
        "SELECT min(call) AS call, min(finished_at) AS at FROM calls WHERE kind = 'completion'",
      );
      expect(String(fixed?.['fixed_at']) < String(first?.['at'])).toBe(true);
      expect(Number(fixed?.['after_call'])).toBeLessThan(Number(first?.['call']));
      return [fixed?.['side_a'], fixed?.['side_b']];
    };
    expect(await weightsAfter('Side A gets it all, says CANARY.')).toEqual(
      await weightsAfter('B gets it all, CANARY.'),
    );
  });

  test('are refused once the group has a completion, and the group is not played on with others', async () => {
    const path = newDatabase();
    const store = openAt(path);
    const holistic = plannedRun(store, { ...input, scorer_method: 'holistic', group_size: 2 });
    await playWith(createRehearsalModel(), store, holistic);
    const [episode] = store.episodes(holistic.runId);
    const groupId = episode?.group_id ?? '';
    const late = {
      weightsKey: 'k',
      scenario: scenariosOf(1)[0]?.key ?? '',
      runId: holistic.runId,
      model: 'm',
      version: 'v',
    };
    for (const attempt of [
      () => store.weightsFor(groupId, 'k'),
      () => store.fixWeights(groupId, { ...late, a: 0.5, b: 0.5 }),
    ])
      expect(attempt).toThrow(expect.objectContaining({ code: 'weights', message: expect.stringContaining(groupId) }));
    expect(queried(path, 'SELECT * FROM stakeholder_weights')).toEqual([]);
    store.close();
  });

  test('that cannot be elicited fail the episodes of the scenario, after one attempt, and no other', async () => {
    const store = openAt(newDatabase());
    const inner = createRehearsalModel();
    const unreadable = scenariosOf(2)[0]?.dilemma.text ?? '';
    const { model, requests } = listening('Stakeholder weigher', {
      ...inner,
      complete: async (request) => {
        const reply = await inner.complete(request);
        const here = roleOf(request) === 'Stakeholder weigher' && request.messages[1]?.content.includes(unreadable);
        return here ? { ...reply, content: judgedScore(3) } : reply;
      },
    });
    const run = plannedRun(store, input, scenariosOf(2));
    await playWith(model, store, run);
    const episodes = store.episodes(run.runId);
    expect(episodes.map(({ status, failure, reward }) => [status, failure, reward === null])).toEqual([
      ...Array.from({ length: 4 }, () => ['failed', 'weights', true]),
      ...Array.from({ length: 4 }, () => ['done', null, false]),
    ]);
    expect(requests).toHaveLength(2 + 8);
    store.close();
  });

  test('once stored, can be neither changed nor deleted', async () => {
    const path = newDatabase();
    const store = openAt(path);
    await playWith(createRehearsalModel(), store, plannedRun(store, input, scenariosOf(1)));
    store.close();
    const database = new Database(path);
    for (const sql of [
      'UPDATE stakeholder_weights SET side_a = 1',
      'DELETE FROM stakeholder_weights',
      "UPDATE weight_calls SET content = ''",
      'DELETE FROM weight_calls',
    ])
      expect(() => database.exec(sql)).toThrow(/append-only/);
    database.close();
  });

  test('and the calls for them count in the account of the run', async () => {
    const store = openAt(newDatabase());
    let made = 0;
    const inner = createRehearsalModel();
    const counting: ChatModel = {
      ...inner,
      complete: (request) => {
        made++;
        return inner.complete(request);
      },
    };
    const run = plannedRun(store, input, scenariosOf(1));
    await playWith(counting, store, run);
    expect(store.usage(run.runId)).toMatchObject([{ model: 'rehearsal', calls: made }]);
    store.close();
  });
});

test('utilities stand among the verdicts, each with its side, after the CA score', async () => {
  const store = openAt(newDatabase());
  const run = plannedRun(store, {
    ...decomposed,
    scorer: { model: 'rehearsal', samples: 2 },
    mode: 'eval',
    max_rounds: 1,
    group_size: 1,
  });
  await playWith(createRehearsalModel(), store, run);
  const [episode] = store.episodes(run.runId);
  const verdicts = store.verdicts(episode?.episode_id ?? '').filter(({ kind }) => kind !== 'agreement');
  expect(verdicts.map(({ kind, stakeholder, sample_index }) => [kind, stakeholder, sample_index])).toEqual([
    ...[
      ['ca', null, 0],
      ['ca', null, 1],
    ],
    ...[
      ['utility', 'A', 0],
      ['utility', 'A', 1],
    ],
    ...[
      ['utility', 'B', 0],
      ['utility', 'B', 1],
    ],
  ]);
  const mean = (side: string) => {
    const values = verdicts.filter(({ stakeholder }) => stakeholder === side).map(({ value }) => value ?? Number.NaN);
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  expect([episode?.utility_a, episode?.utility_b]).toEqual([mean('A'), mean('B')]);
  const { weight_a, weight_b, utility_a, utility_b } = episode ?? expect.fail('none');
  expect(episode?.reward).toBeCloseTo((weight_a ?? 0) * (utility_a ?? 0) + (weight_b ?? 0) * (utility_b ?? 0), 12);
  store.close();
});
