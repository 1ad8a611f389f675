import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { reportComparison } from '../../src/report/index.js';
import type { RunRecord, Store } from '../../src/store/index.js';
import {
  type Comparing,
  compareStored,
  judgedWinner,
  preferGreater,
  shownIn,
  storeAnswers,
} from '../support/compared-runs.js';
import { type ScriptedModel, scriptedModel } from '../support/scripted-model.js';
import { scenarioNumber } from '../support/stored-runs.js';
import { newDatabase, openAt } from '../support/whole-runs.js';

function opened(path = newDatabase()): Store {
  const store = openAt(path);
  onTestFinished(() => store.close());
  return store;
}

const one = (answers: readonly (string | null)[]) => answers.map((answer) => [answer]);

async function twoRuns(store: Store, a: readonly (string | null)[], b: readonly (string | null)[]) {
  const first = await storeAnswers(store, { name: 'one', answers: one(a) });
  return [first, await storeAnswers(store, { name: 'other', answers: one(b) })];
}

async function reportOn(store: Store, runs: readonly RunRecord[], model: ScriptedModel, comparing: Comparing = {}) {
  const { pairs } = await compareStored(store, runs, model, comparing);
  return reportComparison({
    runs: [],
    judge: { model: model.name, temperature: 0 },
    judged_runs: comparing.repeats ?? 1,
    seed: 0,
    questions: comparing.questions ?? ['ca'],
    pairs,
    notes: [],
  });
}

async function figuresOf(...args: Parameters<typeof reportOn>) {
  const figures = (await reportOn(...args)).pairs[0]?.questions[0];
  if (figures === undefined) throw new Error('nothing was compared');
  return figures;
}

describe('what a judge says', () => {
  test('counts as a win where both orders agree, to the number', async () => {
    const store = opened();
    const runs = await twoRuns(store, ['9', '9', '9', '1', '5'], ['1', '1', '1', '9', '5']);
    expect(await figuresOf(store, runs, scriptedModel(preferGreater))).toMatchObject({
      comparisons: 5,
      wins_a: 3,
      wins_b: 1,
      ties: 1,
      inconsistent: 0,
      win_rate_a: 0.6,
      win_rate_b: 0.2,
      tie_rate: 0.2,
      decided_rate_a: 0.75,
      first_position_rate: 0.5,
      decisive_dilemmas: 4,
      // Four fair coins, three or more heads or tails: 2 · (1 + 4) / 16.
      p: 0.625,
    });
  });

  test.each([
    ['first', 1],
    ['second', 0],
  ])('wins nothing where it is always "%s"', async (always, rate) => {
    const store = opened();
    const runs = await twoRuns(store, ['9', '1', '5'], ['1', '9', '5']);
    const figures = await figuresOf(
      store,
      runs,
      scriptedModel(() => judgedWinner(always)),
    );
    expect(figures).toMatchObject({ wins_a: 0, wins_b: 0, inconsistent_rate: 1, first_position_rate: rate, p: null });
  });

  test('is no verdict where it cannot be read, even on a second try, and counts for neither', async () => {
    const store = opened();
    const runs = await twoRuns(store, ['9', '9', '1'], ['1', '1', '9']);
    const model = scriptedModel((request) =>
      shownIn(request).dilemma.includes('case 0') ? 'The first one, surely.' : preferGreater(request),
    );
    expect(await figuresOf(store, runs, model)).toMatchObject({ comparisons: 2, wins_a: 1, wins_b: 1, unread: 1 });
    expect(model.requests).toHaveLength(2 + 2 + 2 * 2);
  });

  test('is taken from the second try where the first could not be read', async () => {
    const store = opened();
    const runs = await twoRuns(store, ['9'], ['1']);
    const model = scriptedModel((request) => (request.messages.length === 2 ? 'Hm.' : preferGreater(request)));
    expect(await figuresOf(store, runs, model)).toMatchObject({ comparisons: 1, wins_a: 1, unread: 0 });
    const again = scriptedModel(() => 'never asked');
    expect(await figuresOf(store, runs, again)).toMatchObject({ wins_a: 1 });
    expect(again.requests).toEqual([]);
  });

  test('is asked about both questions, the stances shown for the conflict only', async () => {
    const store = opened();
    const runs = await twoRuns(store, ['9'], ['1']);
    const model = scriptedModel(preferGreater);
    await compareStored(store, runs, model, { questions: ['ca', 'resolution'] });
    const stances = model.requests.map((request) =>
      shownIn(request)
        .stances?.map(({ name }) => name)
        .join(' '),
    );
    expect(stances.sort()).toEqual(['bold mild', 'bold mild', undefined, undefined]);
  });

  test('differs between judged runs, whose mean and SD are told', async () => {
    const store = opened();
    const runs = await twoRuns(store, ['9', '9'], ['1', '1']);
    const seeds = new Set<number>();
    const model = scriptedModel((request) => {
      seeds.add(request.seed);
      // The third judged run prefers the other answer in one task.
      const third = seeds.size > 4 && shownIn(request).dilemma.includes('case 0');
      return third ? judgedWinner('tie') : preferGreater(request);
    });
    const figures = await figuresOf(store, runs, model, { repeats: 3 });
    expect(seeds.size).toBe(6);
    expect(figures.judged_runs).toEqual([1, 1, 0.5]);
    expect(figures.win_rate_a_mean).toBeCloseTo(5 / 6, 12);
    expect(figures.win_rate_a_sd).toBeCloseTo(Math.sqrt(1 / 12), 12);
  });
});

describe('tasks', () => {
  test('are those of both runs: the same words, seating and sample', async () => {
    const store = opened();
    const [first, second] = [scenarioNumber(0), scenarioNumber(1)];
    const a = await storeAnswers(store, {
      name: 'a',
      answers: [
        ['1', '2'],
        ['3', '4'],
      ],
      scenarios: [first, second],
    });
    const swapped = { ...second, swapped: true };
    const b = await storeAnswers(store, { name: 'b', answers: [['9'], ['9']], scenarios: [swapped, first] });
    const model = scriptedModel(preferGreater);
    const { pairs } = await compareStored(store, [a, b], model);
    expect(pairs[0]).toMatchObject({ tasks: 1, only_a: 3, only_b: 1, missing_a: 0 });
    expect(new Set(model.requests.map((request) => shownIn(request).first))).toEqual(new Set(['1', '9']));
  });

  test('of a single agent stand for either seating', async () => {
    const store = opened();
    const scenario = scenarioNumber(0);
    const scenarios = [scenario, { ...scenario, swapped: true }];
    const both = await storeAnswers(store, { name: 'both', answers: one(['1', '2']), scenarios });
    const input = { protocol: 'solo' } as const;
    const solo = await storeAnswers(store, { name: 'solo', answers: one(['9']), scenarios: [scenario], input });
    for (const runs of [
      [both, solo],
      [solo, both],
    ]) {
      const { pairs } = await compareStored(store, runs, scriptedModel(preferGreater));
      expect(pairs[0]).toMatchObject({ tasks: 2, only_a: 0, only_b: 0 });
    }
  });

  test('without an answer are counted as missing and judged by nobody', async () => {
    const store = opened();
    const runs = await twoRuns(store, ['9', null, '9'], ['1', '1', null]);
    const report = await reportOn(store, runs, scriptedModel(preferGreater));
    expect(report.pairs[0]).toMatchObject({ tasks: 1, missing_a: 1, missing_b: 1, questions: [{ comparisons: 1 }] });
    expect(report.notes.join(' ')).toMatch(/2 answers are missing \(one 1, other 1\).*resume/);
  });

  test('that are not shared at all end the comparison, with what to do', async () => {
    const store = opened();
    const a = await storeAnswers(store, { name: 'a', answers: one(['1']), scenarios: [scenarioNumber(0)] });
    const b = await storeAnswers(store, { name: 'b', answers: one(['1']), scenarios: [scenarioNumber(1)] });
    await expect(compareStored(store, [a, b], scriptedModel(preferGreater))).rejects.toThrow(
      /share no task; play both with the same --split/,
    );
    const empty = await storeAnswers(store, { name: 'c', answers: one([null]), scenarios: [scenarioNumber(0)] });
    await expect(compareStored(store, [a, empty], scriptedModel(preferGreater))).rejects.toThrow(/resume c/);
  });
});

describe('a comparison that was stopped', () => {
  test('goes on with what is missing, and asks nothing twice', async () => {
    const path = newDatabase();
    const store = opened(path);
    const runs = await twoRuns(store, ['9', '1', '9', '9'], ['1', '9', '1', '1']);
    const stop = new AbortController();
    const cut = scriptedModel((request, index) => {
      if (index === 4) stop.abort();
      return preferGreater(request);
    });
    const stopped = compareStored(store, runs, cut, { stopping: stop.signal });
    await expect(stopped).rejects.toMatchObject({ code: 'interrupted' });
    const rest = scriptedModel(preferGreater);
    const figures = await figuresOf(store, runs, rest);
    expect(figures).toMatchObject({ comparisons: 4, wins_a: 3, wins_b: 1 });
    expect(cut.requests.length + rest.requests.length).toBe(8);
    const whole = opened();
    const uncut = await figuresOf(
      whole,
      await twoRuns(whole, ['9', '1', '9', '9'], ['1', '9', '1', '1']),
      scriptedModel(preferGreater),
    );
    expect(figures).toEqual(uncut);
  });

  test('knows its verdicts with the runs named the other way round, and not under another seed', async () => {
    const store = opened();
    const [a, b] = await twoRuns(store, ['9', '9'], ['1', '1']);
    if (a === undefined || b === undefined) throw new Error('two runs');
    await compareStored(store, [a, b], scriptedModel(preferGreater));
    const silent = scriptedModel(() => 'never asked');
    expect(await figuresOf(store, [b, a], silent)).toMatchObject({ wins_a: 0, wins_b: 2 });
    expect(silent.requests).toEqual([]);
    const anew = scriptedModel(preferGreater);
    await compareStored(store, [a, b], anew, { seed: 1 });
    expect(anew.requests).toHaveLength(4);
  });

  test('leaves a call that failed for good without a verdict, and asks it again the next time', async () => {
    const store = opened();
    const runs = await twoRuns(store, ['9', '9'], ['1', '1']);
    const failing = scriptedModel((request, index) => {
      if (index === 0) throw new Error('no answer');
      return preferGreater(request);
    }, 'judge');
    failing.complete = ((complete) => async (request, signal) => {
      try {
        return await complete(request, signal);
      } catch {
        const { EntenteError } = await import('../../src/errors.js');
        throw new EntenteError('rejected', 'the server said no');
      }
    })(failing.complete.bind(failing));
    const { failed } = await compareStored(store, runs, failing);
    expect([...failed]).toEqual([['rejected', { calls: 1, message: 'the server said no' }]]);
    const again = scriptedModel(preferGreater, 'judge');
    expect(await figuresOf(store, runs, again)).toMatchObject({ comparisons: 2, unasked: 0 });
    expect(again.requests).toHaveLength(2);
  });
});

test('v_comparisons tells the same, from either run', async () => {
  const path = newDatabase();
  const store = opened(path);
  const runs = await twoRuns(store, ['9', '1', '5', '9'], ['1', '9', '5', '1']);
  const model = scriptedModel((request) =>
    shownIn(request).dilemma.includes('case 3') ? judgedWinner('first') : preferGreater(request),
  );
  const figures = await figuresOf(store, runs, model);
  const database = new Database(path, { readonly: true });
  onTestFinished(() => void database.close());
  const winners = (a: string, b: string) =>
    database
      .prepare('SELECT winner FROM v_comparisons WHERE run_a = ? AND run_b = ? ORDER BY dilemma_id')
      .pluck()
      .all(a, b);
  expect(winners('one-id', 'other-id')).toEqual(['a', 'b', 'tie', 'inconsistent']);
  expect(winners('other-id', 'one-id')).toEqual(['b', 'a', 'tie', 'inconsistent']);
  const rate = database.prepare("SELECT avg(winner = 'a') FROM v_comparisons WHERE run_a = 'one-id'").pluck().get();
  expect(rate).toBe(figures.win_rate_a);
  expect(database.prepare('SELECT DISTINCT reason_a_first, model FROM v_comparisons').all()).toEqual([
    { reason_a_first: 'because', model: 'scripted' },
  ]);
});

test('more than two runs are ranked, strongest first', async () => {
  const store = opened();
  const runs: RunRecord[] = [];
  for (const [name, strength] of [
    ['weak', 1],
    ['strong', 9],
    ['middle', 5],
  ] as const) {
    runs.push(
      await storeAnswers(store, { name, answers: one([0, 1, 2, 3].map((task) => String(strength + (task % 2)))) }),
    );
  }
  const { pairs } = await compareStored(store, runs, scriptedModel(preferGreater));
  const shown = runs.map(({ name }) => ({
    ...{ run_id: name, name, policy: 'm' },
    ...({ protocol: 'deliberation', decoding: 'sampled' } as const),
  }));
  const judge = { model: 'scripted', temperature: 0 };
  const report = reportComparison({ runs: shown, judge, judged_runs: 1, seed: 0, questions: ['ca'], pairs, notes: [] });
  const [ranking] = report.rankings;
  expect(ranking?.runs.map(({ run, wins }) => [run, wins])).toEqual([
    ['strong', 8],
    ['middle', 4],
    ['weak', 0],
  ]);
  expect(ranking?.runs.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(0, 9);
  // All three tests say the same with four dilemmas of four: 2/16, and thrice that once corrected.
  expect(report.pairs.map(({ questions }) => [questions[0]?.p, questions[0]?.p_holm])).toEqual(
    Array.from({ length: 3 }, () => [0.125, 0.375]),
  );
});
