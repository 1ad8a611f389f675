import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { gradableEpisodes, gradeEpisodes, gradingOf, stratifiedSample } from '../../src/assess/index.js';
import type { ChatModel } from '../../src/chat/index.js';
import { resolveConfig } from '../../src/domain/index.js';
import { EntenteError } from '../../src/errors.js';
import { connectScorers } from '../../src/judging/index.js';
import { failureOf } from '../support/chat.js';
import { emptyFolder } from '../support/cli.js';
import { playStored } from '../support/played-runs.js';
import { judgedScore, scriptedModel } from '../support/scripted-model.js';

async function playedRun() {
  const played = await playStored(join(emptyFolder(), 'runs.db'), { groups: 2, group_size: 3, mode: 'eval' });
  return { ...played, episodes: gradableEpisodes(played.store, played.run) };
}

function gradingWith(run: { runId: string }, model: ChatModel, samples = 1) {
  const { config } = resolveConfig({ scorer: { model: 'rehearsal', samples, temperature: 0 } });
  const { scorer } = config.roles;
  return { grading: gradingOf(run, scorer, [model], 0), graders: connectScorers(scorer, model, config) };
}

describe('a grading of stored completions', () => {
  test('keeps every verdict beside those of the run, which stay as they were', async () => {
    const { store, run, episodes, path } = await playedRun();
    const before = store.episodes(run.runId);
    const model = scriptedModel(() => judgedScore(5), 'other');
    const { grades } = await gradeEpisodes({ store, episodes, concurrency: 2, ...gradingWith(run, model) });
    expect(grades.map((grade) => grade?.ca?.overall)).toEqual(episodes.map(() => 5));
    expect(store.episodes(run.runId)).toEqual(before);
    store.close();
    const database = new Database(path, { readonly: true });
    const columns = 'run_id, judge, method, kind, sample_index, value, parse_ok';
    expect(database.prepare(`SELECT DISTINCT ${columns} FROM v_gradings`).all()).toEqual([
      { run_id: run.runId, judge: 'other', method: 'holistic', kind: 'ca', sample_index: 0, value: 5, parse_ok: 1 },
    ]);
    database.close();
  });

  test('asks nothing twice: not what is known, and of more samples only the further ones', async () => {
    const { store, run, episodes } = await playedRun();
    const model = scriptedModel(() => judgedScore(3), 'other');
    const grade = (samples: number) =>
      gradeEpisodes({ store, episodes, concurrency: 2, ...gradingWith(run, model, samples) });
    await grade(1);
    await grade(1);
    expect(model.requests).toHaveLength(episodes.length);
    await grade(3);
    expect(model.requests).toHaveLength(3 * episodes.length);
    store.close();
  });

  test('goes on after a stop with the call that was not made', async () => {
    const { store, run, episodes } = await playedRun();
    const short = scriptedModel((_, index) => {
      if (index === 2) throw new EntenteError('budget', 'the token budget of 1 is reached.');
      return judgedScore(3);
    }, 'other');
    const stopped = gradeEpisodes({ store, episodes, concurrency: 1, ...gradingWith(run, short) });
    expect((await failureOf(stopped)).code).toBe('budget');
    const model = scriptedModel(() => judgedScore(3), 'other');
    await gradeEpisodes({ store, episodes, concurrency: 1, ...gradingWith(run, model) });
    expect(model.requests).toHaveLength(episodes.length - 2);
    store.close();
  });

  test('asked to stop, finishes the call in flight, keeps it and starts no other', async () => {
    const { store, run, episodes } = await playedRun();
    const stop = new AbortController();
    const model = scriptedModel((_, index) => {
      if (index === 1) stop.abort();
      return judgedScore(3);
    }, 'other');
    const work = { store, episodes, concurrency: 1, ...gradingWith(run, model, 2) };
    expect((await failureOf(gradeEpisodes({ ...work, stopping: stop.signal }))).code).toBe('interrupted');
    expect(model.requests).toHaveLength(2);
    await gradeEpisodes(work);
    expect(model.requests).toHaveLength(2 * episodes.length);
    store.close();
  });

  test('leaves an episode without a grade where its call failed, and counts it; another try asks again', async () => {
    const { store, run, episodes } = await playedRun();
    const refusing = scriptedModel((_, index) => {
      if (index === 0) throw new EntenteError('refused', 'the model declined.');
      return index === 1 || index === 2 ? 'no JSON' : judgedScore(3);
    }, 'other');
    const first = await gradeEpisodes({ store, episodes, concurrency: 1, ...gradingWith(run, refusing) });
    expect(first.failed).toEqual(new Map([['refused', { episodes: 1, message: 'the model declined.' }]]));
    expect(first.grades.slice(0, 3).map((grade) => grade?.ca?.overall ?? null)).toEqual([null, null, 3]);
    const model = scriptedModel(() => judgedScore(4), 'other');
    const again = await gradeEpisodes({ store, episodes, concurrency: 1, ...gradingWith(run, model) });
    // What could not be read stays unread: its repair try has been made.
    expect(again.grades.slice(0, 3).map((grade) => grade?.ca?.overall ?? null)).toEqual([4, null, 3]);
    expect(model.requests).toHaveLength(1);
    store.close();
  });
});

describe('a stratified sample', () => {
  const items = [...'aaaaaaaaaabbbc'].map((stratum, index) => ({ stratum, index }));
  const drawn = (size: number, seed: number) => stratifiedSample(items, ({ stratum }) => stratum, size, seed);

  test('takes as evenly from each stratum as it has, in the old order', () => {
    const strata = drawn(7, 1).map(({ stratum }) => stratum);
    expect(strata.join('')).toBe('aaabbbc');
    expect(drawn(99, 1)).toEqual(items);
  });

  test('depends on the seed alone', () => {
    expect(drawn(5, 1)).toEqual(drawn(5, 1));
    expect(new Set([1, 2, 3, 4, 5].map((seed) => JSON.stringify(drawn(5, seed)))).size).toBeGreaterThan(1);
  });
});
