/**
 * The database: append-only calls are the truth; episodes carry the result that follows from them. The views are the
 * public SQL surface and stay stable across versions. A migration, once released, is never edited.
 */

import { search } from './search-schema.js';
import { verdictTallies } from './verdict-tallies.js';
import { viewerIndexes } from './viewer-indexes.js';

/** Marks a file as ours: "ENTN". */
export const applicationId = 0x454e544e;

const tables = `
CREATE TABLE runs (
  run_id       TEXT PRIMARY KEY,
  name         TEXT NOT NULL UNIQUE,
  status       TEXT NOT NULL CHECK (status IN ('pending', 'running', 'done', 'failed')),
  seed         INTEGER NOT NULL,
  created_at   TEXT NOT NULL,
  finished_at  TEXT,
  config_json  TEXT NOT NULL,
  version      TEXT NOT NULL,
  notice       TEXT
) STRICT;

CREATE TABLE prompts (
  hash  TEXT PRIMARY KEY,
  name  TEXT NOT NULL,
  text  TEXT NOT NULL
) STRICT;

CREATE TABLE scenarios (
  key           TEXT PRIMARY KEY,
  dilemma_id    TEXT NOT NULL,
  pair_id       TEXT NOT NULL,
  tier          TEXT NOT NULL,
  domain        TEXT NOT NULL,
  dilemma_json  TEXT NOT NULL,
  pair_json     TEXT NOT NULL
) STRICT;

CREATE TABLE groups (
  group_id  TEXT PRIMARY KEY,
  run_id    TEXT NOT NULL REFERENCES runs,
  ordinal   INTEGER NOT NULL,
  scenario  TEXT NOT NULL REFERENCES scenarios,
  swapped   INTEGER NOT NULL,
  size      INTEGER NOT NULL,
  UNIQUE (run_id, ordinal)
) STRICT;

CREATE TABLE episodes (
  episode          INTEGER PRIMARY KEY,
  episode_id       TEXT NOT NULL UNIQUE,
  run_id           TEXT NOT NULL REFERENCES runs,
  group_id         TEXT NOT NULL REFERENCES groups,
  number           INTEGER NOT NULL,
  sample_index     INTEGER NOT NULL,
  status           TEXT NOT NULL CHECK (status IN ('pending', 'running', 'done', 'failed')),
  outcome          TEXT CHECK (outcome IN ('agreed', 'deadlocked')),
  rounds           INTEGER,
  completion       TEXT,
  ca_score         REAL,
  knowledge        REAL,
  benevolence      REAL,
  power            REAL,
  vitality         REAL,
  reward           REAL,
  failure          TEXT,
  failure_message  TEXT,
  started_at       TEXT,
  finished_at      TEXT,
  UNIQUE (run_id, number)
) STRICT;
CREATE INDEX episodes_by_group ON episodes (group_id, sample_index);

CREATE TABLE calls (
  call               INTEGER PRIMARY KEY,
  episode            INTEGER NOT NULL REFERENCES episodes,
  turn               INTEGER NOT NULL,
  kind               TEXT NOT NULL,
  sample             INTEGER NOT NULL,
  round              INTEGER NOT NULL,
  seat               TEXT,
  content            TEXT NOT NULL,
  finish_reason      TEXT NOT NULL,
  prompt_tokens      INTEGER,
  completion_tokens  INTEGER,
  token_source       TEXT,
  prompt_ids         BLOB,
  reply_ids          BLOB,
  logprobs           BLOB,
  model              TEXT NOT NULL,
  seed               INTEGER NOT NULL,
  prompt_hash        TEXT NOT NULL,
  latency_ms         INTEGER NOT NULL,
  attempts_json      TEXT,
  value              REAL,
  detail_json        TEXT,
  parse_ok           INTEGER,
  finished_at        TEXT NOT NULL,
  UNIQUE (episode, turn, kind, sample)
) STRICT;
`;

/** `reward_statistics` computes as `reward/advantage.ts` does, in two passes: squares of means would cancel out. */
const views = `
CREATE VIEW reward_statistics AS
  SELECT e.group_id, count(e.reward) AS graded, avg(e.reward) AS mean, min(e.reward) AS min, max(e.reward) AS max,
         CASE WHEN max(e.reward) - min(e.reward) <= 1e-9 THEN 0.0
              ELSE sqrt(avg((e.reward - m.mean) * (e.reward - m.mean))) END AS std
  FROM episodes e JOIN (SELECT group_id, avg(reward) AS mean FROM episodes GROUP BY group_id) m ON m.group_id = e.group_id
  GROUP BY e.group_id;

CREATE VIEW v_runs AS
  SELECT run_id, name, status, seed, created_at, finished_at, config_json, version, notice FROM runs;

CREATE VIEW v_groups AS
  SELECT g.group_id, g.run_id, s.dilemma_id, s.pair_id, g.size, st.graded, st.mean AS reward_mean, st.std AS reward_std,
         st.min AS reward_min, st.max AS reward_max, g.ordinal, s.tier, s.domain, g.scenario AS scenario_key, g.swapped
  FROM groups g
  JOIN scenarios s ON s.key = g.scenario
  JOIN reward_statistics st ON st.group_id = g.group_id;

CREATE VIEW v_episodes AS
  SELECT e.episode_id, e.run_id, e.group_id, e.sample_index, s.dilemma_id, s.pair_id, e.status, e.outcome, e.rounds,
         e.completion, e.ca_score, e.knowledge, e.benevolence, e.power, e.vitality, e.reward,
         CASE WHEN e.reward IS NULL THEN NULL WHEN st.std = 0 THEN 0.0 ELSE (e.reward - st.mean) / st.std END AS advantage,
         e.failure, e.number, s.tier, s.domain, e.failure_message, e.started_at, e.finished_at,
         g.swapped
  FROM episodes e
  JOIN groups g ON g.group_id = e.group_id
  JOIN scenarios s ON s.key = g.scenario
  JOIN reward_statistics st ON st.group_id = e.group_id;

CREATE VIEW v_turns AS
  SELECT e.episode_id, c.turn AS turn_index, c.round, c.seat, c.content, c.finish_reason, c.prompt_tokens,
         c.completion_tokens, c.token_source, c.model, c.latency_ms, c.seed, c.prompt_hash, c.prompt_ids, c.reply_ids,
         c.logprobs, c.attempts_json, c.finished_at
  FROM calls c JOIN episodes e ON e.episode = c.episode WHERE c.kind = 'speak';

CREATE VIEW v_verdicts AS
  SELECT e.episode_id, c.kind, c.round, c.sample AS sample_index,
         CASE WHEN r.call IS NULL THEN c.value ELSE r.value END AS value,
         CASE WHEN r.call IS NULL THEN c.content ELSE r.content END AS raw,
         c.model, c.prompt_hash,
         CASE WHEN r.call IS NULL THEN c.parse_ok ELSE r.parse_ok END AS parse_ok,
         CASE WHEN r.call IS NULL THEN c.detail_json ELSE r.detail_json END AS detail_json,
         CASE WHEN r.call IS NULL THEN NULL ELSE c.content END AS raw_before_repair,
         c.latency_ms, c.seed, c.attempts_json
  FROM calls c JOIN episodes e ON e.episode = c.episode
  LEFT JOIN calls r ON r.episode = c.episode AND r.turn = c.turn AND r.sample = c.sample AND r.kind = c.kind || '.repair'
  WHERE c.kind IN ('agreement', 'ca');
`;

/** `migrations[n]` leads from schema version n to n + 1. */
export const migrations: readonly string[] = [tables + views + search + viewerIndexes + verdictTallies];
