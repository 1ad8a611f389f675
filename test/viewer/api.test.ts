import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ChatRequest, createRehearsalModel } from '../../src/chat/index.js';
import type { Row } from '../../src/export/index.js';
import { reportRun } from '../../src/report/index.js';
import type {
  CallAnswer,
  CompareAnswer,
  EpisodeAnswer,
  EpisodesAnswer,
  GroupAnswer,
  JudgesAnswer,
  RunAnswer,
  RunsAnswer,
  TokensAnswer,
} from '../../src/viewer/api.js';
import type { Viewer } from '../../src/viewer/index.js';
import { exportedAs } from '../support/exports.js';
import { playStored } from '../support/played-runs.js';
import type { StoredRun } from '../support/stored-runs.js';
import { ask, read, viewerOn } from '../support/viewer.js';

const folder = mkdtempSync(join(tmpdir(), 'entente-viewer-'));
const path = join(folder, 'runs.db');
const asked: ChatRequest[] = [];
let played: StoredRun;
let viewer: Viewer;
let close: () => Promise<void>;
let database: Database.Database;

/** The rehearsal, whose judges now and then answer past the point and have to be asked again, or fail for good. */
function recordingModel() {
  const rehearsal = createRehearsalModel();
  return {
    ...rehearsal,
    async complete(request: ChatRequest) {
      asked.push({ ...request, messages: request.messages.map((message) => ({ ...message })) });
      const reply = await rehearsal.complete(request);
      const judges = request.answer !== undefined;
      const stumbles = judges && (request.messages.length === 2 ? request.seed % 3 === 0 : request.seed % 4 === 0);
      return stumbles ? { ...reply, content: 'Let me think about that.' } : reply;
    },
  };
}

beforeAll(async () => {
  const model = recordingModel();
  const models = { policy: model, opponent: model, judge: model, scorer: model };
  const input = { groups: 4, group_size: 4, max_rounds: 3, window: 'all' as const };
  played = await playStored(path, { ...input, name: 'one' }, models);
  const other = await playStored(path, { ...input, name: 'two', seed: 5 }, {}, 2);
  other.store.close();
  database = new Database(path, { readonly: true });
  ({ viewer, close } = await viewerOn(path));
}, 30_000);
afterAll(async () => {
  await close();
  database.close();
  played.store.close();
  rmSync(folder, { recursive: true });
});

test('rates and intervals of a run and its tiers are those of its report', async () => {
  const figures = {
    episodes: played.store.episodeFigures(played.run.runId),
    usage: played.store.usage(played.run.runId),
  };
  const report = reportRun({ run: played.run, ...figures, failedAttempts: [] });
  const { run, tiers } = await read<RunAnswer>(viewer, '/api/runs/one');
  expect(report.overall.agreement_interval).not.toBeNull();
  expect(run).toMatchObject({
    agreement_rate: report.overall.agreement_rate,
    agreement_interval: report.overall.agreement_interval,
  });
  const intervals = report.tiers.map(({ tier, agreement_interval }) => ({ tier, agreement_interval }));
  expect(tiers.map(({ tier, agreement_interval }) => ({ tier, agreement_interval }))).toEqual(intervals);
});

test('an episode scored for each side shows utilities, weights and their verdicts', async () => {
  const file = join(folder, 'decomposed.db');
  const { store } = await playStored(file, { groups: 1, group_size: 2, name: 'sides', scorer_method: 'decomposed' });
  store.close();
  const { viewer: other, close: closeOther } = await viewerOn(file);
  const { episodes } = await read<EpisodesAnswer>(other, '/api/episodes?run=sides&outcome=agreed');
  const answer = await read<EpisodeAnswer>(other, `/api/episodes/${episodes[0]?.episode_id}`);
  await closeOther();
  const [a, b] = answer.stakeholders;
  expect([a?.seat, b?.seat]).toEqual(['A', 'B']);
  expect((a?.weight ?? 0) + (b?.weight ?? 0)).toBeCloseTo(1, 9);
  const utilities = answer.verdicts.filter(({ kind }) => kind === 'utility');
  expect(utilities.map(({ stakeholder, value }) => [stakeholder, value])).toEqual([
    ['A', a?.utility],
    ['B', b?.utility],
  ]);
  expect(utilities.every(({ reason }) => (reason ?? '') !== '')).toBe(true);
});

const rows = <T = Record<string, unknown>>(sql: string, ...values: unknown[]) =>
  database.prepare(sql).all(...values) as T[];
const one = (sql: string, ...values: unknown[]) =>
  database
    .prepare(sql)
    .pluck()
    .get(...values);
const runId = () => played.run.runId;
const episodeIds = () =>
  rows<{ episode_id: string }>('SELECT episode_id FROM v_episodes WHERE run_id = ?', runId()).map(
    ({ episode_id }) => episode_id,
  );

describe('runs', () => {
  test('are listed latest first, with figures that SQL agrees with', async () => {
    const { runs, command } = await read<RunsAnswer>(viewer, '/api/runs');
    expect(command).toContain('entente runs --db ');
    expect(runs.map(({ name }) => name)).toEqual(['two', 'one']);
    const { counts, ca_mean, rounds_to_agreement, tokens } = runs[1]!;
    expect({ ...counts, ca_mean, rounds_to_agreement, ...tokens }).toEqual(
      rows(
        `SELECT (SELECT count(*) FROM v_groups WHERE run_id = @run) AS groups, count(*) AS episodes,
           sum(status = 'pending') AS pending, sum(status = 'running') AS running, sum(status = 'done') AS done,
           sum(status = 'failed') AS failed, sum(outcome IS 'agreed') AS agreed, sum(outcome IS 'deadlocked') AS deadlocked,
           count(reward) AS graded, avg(ca_score) AS ca_mean, avg(CASE WHEN outcome = 'agreed' THEN rounds END) AS rounds_to_agreement,
           (SELECT sum(prompt_tokens) FROM calls JOIN episodes e USING (episode) WHERE e.run_id = @run) AS prompt,
           (SELECT sum(completion_tokens) FROM calls JOIN episodes e USING (episode) WHERE e.run_id = @run) AS completion
         FROM v_episodes WHERE run_id = @run`,
        { run: runId() },
      )[0],
    );
    expect(counts.failed + counts.agreed + counts.deadlocked).toBeGreaterThan(3);
  });

  test('one is shown in parts that add up to it', async () => {
    const answer = await read<RunAnswer>(viewer, '/api/runs/one');
    const { counts } = answer.run;
    const sum = <Field extends string>(of: readonly Record<Field, unknown>[], field: Field) =>
      of.reduce((total, line) => total + Number(line[field]), 0);
    expect(sum(answer.tiers, 'episodes')).toBe(counts.episodes);
    expect(sum(answer.rounds, 'agreed')).toBe(counts.agreed);
    expect(sum(answer.ca_histogram, 'count')).toBe(
      one('SELECT count(ca_score) FROM v_episodes WHERE run_id = ?', runId()),
    );
    for (const { aspect, moments, histogram } of answer.aspects) {
      expect(sum(histogram, 'count')).toBe(moments.count);
      expect(moments.mean).toBeCloseTo(Number(one(`SELECT avg(${aspect}) FROM v_episodes WHERE run_id = ?`, runId())));
    }
    expect(answer.progress.at(-1)).toMatchObject({ finished: counts.done + counts.failed, failed: counts.failed });
    expect(sum(answer.facets.tiers, 'episodes')).toBe(counts.episodes);
    expect(sum(answer.facets.failures, 'episodes')).toBe(
      one('SELECT count(failure) FROM v_episodes WHERE run_id = ?', runId()),
    );
    const spread = rows(
      'SELECT group_id, ordinal, reward_min AS min, reward_mean AS mean, reward_max AS max, reward_std = 0 AND graded > 1 AS zero_variance FROM v_groups WHERE run_id = ? AND graded > 0 ORDER BY ordinal',
      runId(),
    );
    expect(
      answer.spread.groups.map(({ group_id, ordinal, min, mean, max, zero_variance }) => ({
        group_id,
        ordinal,
        min,
        mean,
        max,
        zero_variance: Number(zero_variance),
      })),
    ).toEqual(spread);
  });

  test('two are set beside each other, on the scenarios that both have graded', async () => {
    const answer = await read<CompareAnswer>(viewer, `/api/compare?run=one&run=two`);
    expect(answer.runs.map(({ name }) => name)).toEqual(['one', 'two']);
    const shared = rows(
      'SELECT a.scenario_key, a.reward_mean AS one, b.reward_mean AS two FROM v_groups a JOIN v_groups b USING (scenario_key) WHERE a.run_id = ? AND b.run_id <> a.run_id AND a.graded > 0 AND b.graded > 0 ORDER BY a.ordinal',
      runId(),
    );
    expect(shared.length).toBeGreaterThan(1);
    expect(answer.shared.map(({ scenario_key, reward_means: [a, b] }) => ({ scenario_key, one: a, two: b }))).toEqual(
      shared,
    );
    expect((await ask(viewer, '/api/compare?run=one')).status).toBe(400);
  });
});

describe('the table of episodes', () => {
  const list = (query: string) => read<EpisodesAnswer>(viewer, `/api/episodes?run=one&${query}`);

  test.each([
    ['outcome=agreed', "outcome = 'agreed'"],
    ['outcome=none', "outcome IS NULL AND status IN ('done', 'failed')"],
    ['status=failed', "status = 'failed'"],
    ['tier=everyday', "tier = 'everyday'"],
    ['domain=work&pair=pair-1', "domain = 'work' AND pair_id = 'pair-1'"],
    ['dilemma=dilemma-2', "dilemma_id = 'dilemma-2'"],
    ['rounds_min=2&rounds_max=3', 'rounds BETWEEN 2 AND 3'],
    ['score_min=2&score_below=3.5', 'ca_score >= 2 AND ca_score < 3.5'],
    ['score_of=power&score_max=3', 'power <= 3'],
    ['reward_max=0', 'reward <= 0'],
    ['failure=any', 'failure IS NOT NULL'],
    ['failure=unparsable', "failure = 'unparsable'"],
    ['tier=professional&outcome=agreed&rounds_min=1', "tier = 'professional' AND outcome = 'agreed' AND rounds >= 1"],
  ])('%s finds what SQL finds', async (query, where) => {
    const expected = rows(
      `SELECT episode_id, number, status, outcome, rounds, ca_score, reward, advantage, failure FROM v_episodes WHERE run_id = ? AND ${where} ORDER BY number`,
      runId(),
    );
    const { total, episodes } = await list(query);
    expect(total).toBe(expected.length);
    expect(episodes).toMatchObject(
      expected.map(({ advantage, ...row }) => ({
        ...row,
        advantage: advantage === null ? null : expect.closeTo(Number(advantage), 9),
      })),
    );
  });

  test.each(['number', 'rounds', 'reward', 'ca_score', 'knowledge', 'vitality', 'finished_at'])(
    'sorts by %s in both directions, nulls last',
    async (sort) => {
      for (const order of ['asc', 'desc']) {
        const expected = rows<{ episode_id: string }>(
          `SELECT episode_id FROM v_episodes WHERE run_id = ? ORDER BY ${sort} IS NULL, ${sort} ${order}, number ${order}`,
          runId(),
        );
        const windows = await Promise.all(
          [0, 6, 12, 18].map((offset) => list(`sort=${sort}&order=${order}&offset=${offset}&limit=6`)),
        );
        expect(windows.flatMap(({ episodes }) => episodes.map(({ episode_id }) => episode_id))).toEqual(
          expected.map(({ episode_id }) => episode_id),
        );
        expect(windows.map(({ total }) => total)).toEqual([16, 16, 16, 16]);
      }
    },
  );

  test('finds words in turns and completions', async () => {
    const { episodes } = await list('text=plan%20stand');
    const said = rows<{ number: number; text: string }>(
      "SELECT e.number, lower(group_concat(c.content, ' ')) AS text FROM calls c JOIN episodes e USING (episode) WHERE e.run_id = ? AND c.kind IN ('speak', 'completion') GROUP BY e.episode",
      runId(),
    );
    const expected = said
      .filter(({ text }) => /\bplan\b/.test(text) && /\bstand\b/.test(text))
      .map(({ number }) => number);
    expect(episodes.map(({ number }) => number)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(0);
    expect((await list('text=nobodysaysthis')).total).toBe(0);
  });

  test.each([
    'limit=0',
    'limit=501',
    'offset=-1',
    'sort=secret',
    'order=up',
    'rounds_min=two',
    'outcome=maybe',
    'colour=red',
    `text=${'x'.repeat(201)}`,
    'score_min=1e3',
  ])('%s is refused in words', async (query) => {
    const { status, body } = await ask(viewer, `/api/episodes?run=one&${query}`);
    expect(status).toBe(400);
    expect(JSON.parse(body).error.message).toContain(query.split('=')[0]);
  });
});

test('a group is shown with its episodes, where they part, and the best beside the worst', async () => {
  for (const { group_id, ...row } of rows<Record<string, unknown> & { group_id: string }>(
    'SELECT group_id, graded, reward_mean, reward_min, reward_max, reward_std FROM v_groups WHERE run_id = ?',
    runId(),
  )) {
    const { group, episodes, parts_at_turn, best, worst } = await read<GroupAnswer>(viewer, `/api/groups/${group_id}`);
    expect(group).toMatchObject({
      ...row,
      reward_std: row['reward_std'] === null ? null : expect.closeTo(Number(row['reward_std']), 9),
    });
    const texts = episodes.map(({ turns }) => turns.map(({ content }) => content));
    const differs = [0, 1, 2, 3, 4, 5].find((turn) => new Set(texts.map((said) => said[turn])).size > 1);
    expect(parts_at_turn).toBe(differs ?? null);
    const rewardOf = (id: string | null) => episodes.find(({ episode_id }) => episode_id === id)?.reward ?? null;
    if (row['reward_std'] !== 0)
      expect([rewardOf(best), rewardOf(worst)]).toEqual([row['reward_max'], row['reward_min']]);
  }
});

describe('an episode', () => {
  test('has its turns, verdicts and completion as the views have them', async () => {
    for (const id of episodeIds()) {
      const answer = await read<EpisodeAnswer>(viewer, `/api/episodes/${id}`);
      expect(answer.turns.map(({ turn_index, seat, content }) => ({ turn_index, seat, content }))).toEqual(
        rows('SELECT turn_index, seat, content FROM v_turns WHERE episode_id = ? ORDER BY turn_index', id),
      );
      const verdicts = rows<{ value: number | null; raw: string; detail_json: string | null }>(
        'SELECT kind, round, value, raw, raw_before_repair, detail_json FROM v_verdicts WHERE episode_id = ? ORDER BY round = 0, round',
        id,
      );
      expect(
        answer.verdicts.map(({ kind, round, value, raw, raw_before_repair }) => ({
          kind,
          round,
          value,
          raw,
          raw_before_repair,
        })),
      ).toEqual(verdicts.map(({ detail_json: _detail, ...verdict }) => verdict));
      expect(answer.verdicts.map(({ reason }) => reason)).toEqual(
        verdicts.map(({ detail_json }) =>
          detail_json === null ? null : (({ reason, rationale }) => reason ?? rationale)(JSON.parse(detail_json)),
        ),
      );
      expect(answer.completion?.content ?? null).toBe(
        one(
          "SELECT content FROM calls JOIN episodes e USING (episode) WHERE e.episode_id = ? AND kind = 'completion'",
          id,
        ) ?? null,
      );
      expect(answer.siblings.filter(({ episode_id }) => episode_id === id)).toHaveLength(1);
      expect(answer.duration_ms).toBe(answer.calls.at(-1)?.ended_ms ?? 0);
    }
  });

  test('shows the very prompt that each call was made with', async () => {
    let repairs = 0;
    for (const id of episodeIds().slice(0, 8)) {
      const { calls } = await read<EpisodeAnswer>(viewer, `/api/episodes/${id}`);
      for (const { call_id, kind } of calls) {
        const { prompt, seed, reply, sampling } = await read<CallAnswer>(
          viewer,
          `/api/episodes/${id}/calls/${call_id}`,
        );
        const request = asked.find(
          (sent) => sent.seed === seed && JSON.stringify(sent.messages) === JSON.stringify(prompt.messages),
        );
        expect([call_id, request?.messages]).toEqual([call_id, prompt.messages]);
        expect(request?.sampling).toEqual(sampling);
        expect(reply.length).toBeGreaterThan(0);
        if (kind.endsWith('.repair')) repairs++;
      }
    }
    expect(repairs).toBeGreaterThan(0);
    expect((await ask(viewer, `/api/episodes/${episodeIds()[0]}/calls/9.speak.9`)).status).toBe(404);
  });

  test('shows the tokens that an export would hold, each stretch where it came from', async () => {
    const { records } = await exportedAs<Row>(played, join(folder, 'rows.jsonl'), {
      options: { seat: 'A', truncated: 'keep' },
    });
    for (const id of new Set(records.map(({ episode_id }) => episode_id))) {
      const { rows: shown, missing } = await read<TokensAnswer>(viewer, `/api/episodes/${id}/tokens`);
      expect(missing).toBeNull();
      const exported = records.filter(({ episode_id }) => episode_id === id);
      expect(shown.map(({ ids, mask }) => [ids, mask])).toEqual(
        exported.map(({ input_ids, loss_mask }) => [input_ids, loss_mask]),
      );
      expect(shown.map(({ logprobs }) => logprobs.map((logprob) => logprob ?? 0))).toEqual(
        exported.map(({ old_logprobs }) => old_logprobs),
      );
      for (const { stretches, pieces, mask, ids } of shown) {
        expect(stretches.reduce((end, { start, length }) => (start === end ? end + length : Number.NaN), 0)).toBe(
          ids.length,
        );
        for (const { start, length, part, text } of stretches) {
          expect(new Set(mask.slice(start, start + length))).toEqual(new Set([part === 'reply' ? 1 : 0]));
          if (text !== null)
            expect(
              pieces
                ?.slice(start, start + length)
                .join('')
                .replace('<end>', ''),
            ).toBe(text);
        }
      }
    }
  });
});

test('judges are counted per version, unread and repaired answers apart', async () => {
  const { judges, disagreements } = await read<JudgesAnswer>(viewer, '/api/runs/one/judges');
  const expected = rows(
    'SELECT v.kind, v.model, v.prompt_hash, count(*) AS verdicts, sum(v.parse_ok = 0) AS unparsed, count(v.raw_before_repair) AS repaired FROM v_verdicts v JOIN v_episodes e USING (episode_id) WHERE e.run_id = ? GROUP BY 1, 2, 3 ORDER BY 1',
    runId(),
  );
  expect(judges).toMatchObject(expected);
  for (const { histogram, verdicts, unparsed, moments } of judges) {
    expect(histogram.reduce((sum, { count }) => sum + count, 0)).toBe(verdicts - unparsed);
    expect(moments.count).toBe(verdicts - unparsed);
  }
  expect(judges.some(({ unparsed }) => unparsed > 0) && judges.some(({ repaired }) => repaired > 0)).toBe(true);
  expect(disagreements).toEqual([]);
});
