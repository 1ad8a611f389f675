/**
 * The database: append-only calls are the truth; episodes carry the result that follows from them, and nothing long, so
 * that a report reads hundreds of thousands of them in a moment. What a run has used is counted by triggers, in the
 * transaction of the call itself. The views are the public SQL surface and stay stable across versions. A migration,
 * once released, is never edited.
 */
import { comparisonTables, comparisonViews } from './comparisons-schema.js';
import { gradingTables, gradingViews } from './gradings-schema.js';
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

CREATE TABLE leases (
  run_id  TEXT PRIMARY KEY REFERENCES runs,
  fence   INTEGER NOT NULL,
  holder  TEXT,
  beat    INTEGER NOT NULL
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
  ca_score         REAL,
  knowledge        REAL,
  benevolence      REAL,
  power            REAL,
  vitality         REAL,
  utility_a        REAL,
  utility_b        REAL,
  weight_a         REAL,
  weight_b         REAL,
  reward           REAL,
  failure          TEXT,
  failure_message  TEXT,
  started_at       TEXT,
  finished_at      TEXT,
  UNIQUE (run_id, number)
) STRICT;
CREATE INDEX episodes_by_group ON episodes (group_id, sample_index, reward);

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

CREATE TABLE failed_calls (
  failed_call    INTEGER PRIMARY KEY,
  episode        INTEGER NOT NULL REFERENCES episodes,
  turn           INTEGER NOT NULL,
  kind           TEXT NOT NULL,
  sample         INTEGER NOT NULL,
  round          INTEGER NOT NULL,
  seat           TEXT,
  model          TEXT NOT NULL,
  seed           INTEGER NOT NULL,
  prompt_hash    TEXT NOT NULL,
  code           TEXT NOT NULL,
  message        TEXT NOT NULL,
  attempts_json  TEXT NOT NULL,
  failed_at      TEXT NOT NULL
) STRICT;
CREATE INDEX failed_calls_by_episode ON failed_calls (episode);

CREATE TABLE weight_calls (
  weights_key        TEXT NOT NULL,
  query              TEXT NOT NULL,
  repair             INTEGER NOT NULL,
  run_id             TEXT NOT NULL REFERENCES runs,
  model              TEXT NOT NULL,
  content            TEXT NOT NULL,
  finish_reason      TEXT NOT NULL,
  importance_json    TEXT,
  prompt_tokens      INTEGER,
  completion_tokens  INTEGER,
  latency_ms         INTEGER NOT NULL,
  attempts_json      TEXT,
  finished_at        TEXT NOT NULL,
  PRIMARY KEY (weights_key, query, repair)
) STRICT;

CREATE TABLE stakeholder_weights (
  weights_key  TEXT PRIMARY KEY,
  scenario     TEXT NOT NULL REFERENCES scenarios,
  run_id       TEXT NOT NULL REFERENCES runs,
  model        TEXT NOT NULL,
  version      TEXT NOT NULL,
  side_a       REAL NOT NULL,
  side_b       REAL NOT NULL,
  after_call   INTEGER NOT NULL,
  fixed_at     TEXT NOT NULL
) STRICT;

CREATE TABLE usage (
  run_id             TEXT NOT NULL REFERENCES runs,
  model              TEXT NOT NULL,
  calls              INTEGER NOT NULL,
  prompt_tokens      INTEGER NOT NULL,
  completion_tokens  INTEGER NOT NULL,
  retries            INTEGER NOT NULL,
  truncated          INTEGER NOT NULL,
  PRIMARY KEY (run_id, model)
) STRICT, WITHOUT ROWID;

CREATE TABLE failed_attempts (
  run_id    TEXT NOT NULL REFERENCES runs,
  code      TEXT NOT NULL,
  attempts  INTEGER NOT NULL,
  PRIMARY KEY (run_id, code)
) STRICT, WITHOUT ROWID;
`;

const runOfEpisode = '(SELECT run_id FROM episodes WHERE episode = NEW.episode)';

/** Failed tries by cause, of calls that then succeeded and of calls that did not. */
const countAttempts = (run: string) => `
  INSERT INTO failed_attempts (run_id, code, attempts)
    SELECT ${run}, a.value ->> 'code', 1 FROM json_each(NEW.attempts_json) a WHERE TRUE
    ON CONFLICT (run_id, code) DO UPDATE SET attempts = attempts + 1; END;`;

/** What one call to a model adds to the account of its run. */
const countUsage = (run: string) => `
  INSERT INTO usage (run_id, model, calls, prompt_tokens, completion_tokens, retries, truncated)
    SELECT ${run}, NEW.model, 1, coalesce(NEW.prompt_tokens, 0), coalesce(NEW.completion_tokens, 0),
           coalesce(json_array_length(NEW.attempts_json), 0), NEW.finish_reason = 'length'
    WHERE TRUE
    ON CONFLICT (run_id, model) DO UPDATE SET
      calls = calls + 1, prompt_tokens = prompt_tokens + excluded.prompt_tokens,
      completion_tokens = completion_tokens + excluded.completion_tokens, retries = retries + excluded.retries,
      truncated = truncated + excluded.truncated; END;`;

/** Whatever was elicited stays as it was. */
const appendOnly = ['weight_calls', 'stakeholder_weights']
  .flatMap((table) => ['UPDATE', 'DELETE'].map((change) => ({ table, change })))
  .map(
    ({ table, change }) => `CREATE TRIGGER ${table}_no_${change.toLowerCase()} BEFORE ${change} ON ${table}
  BEGIN SELECT RAISE(ABORT, '${table} is append-only'); END;`,
  )
  .join('\n');

const counters = `
CREATE TRIGGER calls_count_usage AFTER INSERT ON calls BEGIN${countUsage(runOfEpisode)}
CREATE TRIGGER weight_calls_count_usage AFTER INSERT ON weight_calls BEGIN${countUsage('NEW.run_id')}
CREATE TRIGGER calls_count_attempts AFTER INSERT ON calls WHEN NEW.attempts_json IS NOT NULL BEGIN${countAttempts(runOfEpisode)}
CREATE TRIGGER weight_calls_count_attempts AFTER INSERT ON weight_calls WHEN NEW.attempts_json IS NOT NULL BEGIN${countAttempts('NEW.run_id')}
CREATE TRIGGER failed_calls_count_attempts AFTER INSERT ON failed_calls BEGIN${countAttempts(runOfEpisode)}
`;

/**
 * Spread and advantage are those of `reward/advantage.ts`, in two passes: squares of means would cancel out. They are
 * computed for the group of each row that is asked for, from an index alone, so that one episode costs one group.
 */
const views = `
CREATE VIEW v_runs AS
  SELECT run_id, name, status, seed, created_at, finished_at, config_json, version, notice FROM runs;

CREATE VIEW v_groups AS
  SELECT g.group_id, g.run_id, s.dilemma_id, s.pair_id, g.size,
         (SELECT count(e.reward) FROM episodes e WHERE e.group_id = g.group_id) AS graded,
         (SELECT avg(e.reward) FROM episodes e WHERE e.group_id = g.group_id) AS reward_mean,
         (SELECT CASE WHEN max(r) - min(r) <= 1e-9 THEN 0.0 ELSE sqrt(avg((r - mean) * (r - mean))) END
          FROM (SELECT e.reward AS r, avg(e.reward) OVER () AS mean FROM episodes e WHERE e.group_id = g.group_id)) AS reward_std,
         (SELECT min(e.reward) FROM episodes e WHERE e.group_id = g.group_id) AS reward_min,
         (SELECT max(e.reward) FROM episodes e WHERE e.group_id = g.group_id) AS reward_max,
         g.ordinal, s.tier, s.domain, g.scenario AS scenario_key, g.swapped
  FROM groups g JOIN scenarios s ON s.key = g.scenario;

CREATE VIEW v_episodes AS
  SELECT e.episode_id, e.run_id, e.group_id, e.sample_index, s.dilemma_id, s.pair_id, e.status, e.outcome, e.rounds,
         (SELECT c.content FROM calls c WHERE c.episode = e.episode AND c.kind = 'completion') AS completion,
         e.ca_score, e.knowledge, e.benevolence, e.power, e.vitality, e.reward,
         CASE WHEN e.reward IS NOT NULL THEN
           (SELECT CASE WHEN max(r) - min(r) <= 1e-9 THEN 0.0 ELSE (e.reward - avg(r)) / sqrt(avg((r - mean) * (r - mean))) END
            FROM (SELECT x.reward AS r, avg(x.reward) OVER () AS mean FROM episodes x WHERE x.group_id = e.group_id))
         END AS advantage,
         e.failure, e.number, s.tier, s.domain, e.failure_message, e.started_at, e.finished_at, g.swapped,
         e.utility_a, e.utility_b, e.weight_a, e.weight_b
  FROM episodes e
  JOIN groups g ON g.group_id = e.group_id
  JOIN scenarios s ON s.key = g.scenario;

CREATE VIEW v_turns AS
  SELECT e.episode_id, c.turn AS turn_index, c.round, c.seat, c.content, c.finish_reason, c.prompt_tokens,
         c.completion_tokens, c.token_source, c.model, c.latency_ms, c.seed, c.prompt_hash, c.prompt_ids, c.reply_ids,
         c.logprobs, c.attempts_json, c.finished_at
  FROM calls c JOIN episodes e ON e.episode = c.episode WHERE c.kind = 'speak';

CREATE VIEW v_verdicts AS
  SELECT e.episode_id, CASE WHEN c.kind LIKE 'utility.%' THEN 'utility' ELSE c.kind END AS kind, c.round,
         c.sample AS sample_index,
         CASE WHEN r.call IS NULL THEN c.value ELSE r.value END AS value,
         CASE WHEN r.call IS NULL THEN c.content ELSE r.content END AS raw,
         c.model, c.prompt_hash,
         CASE WHEN r.call IS NULL THEN c.parse_ok ELSE r.parse_ok END AS parse_ok,
         CASE WHEN r.call IS NULL THEN c.detail_json ELSE r.detail_json END AS detail_json,
         CASE WHEN r.call IS NULL THEN NULL ELSE c.content END AS raw_before_repair,
         c.latency_ms, c.seed, c.attempts_json, c.seat AS stakeholder
  FROM calls c JOIN episodes e ON e.episode = c.episode
  LEFT JOIN calls r ON r.episode = c.episode AND r.turn = c.turn AND r.sample = c.sample AND r.kind = c.kind || '.repair'
  WHERE c.kind IN ('agreement', 'ca', 'utility.A', 'utility.B');

CREATE VIEW v_failed_calls AS
  SELECT e.episode_id, f.turn AS turn_index, f.kind, f.sample AS sample_index, f.round, f.seat, f.model, f.code, f.message,
         f.attempts_json, f.failed_at
  FROM failed_calls f JOIN episodes e ON e.episode = f.episode;
`;

/** `migrations[n]` leads from schema version n to n + 1. */
export const migrations: readonly string[] = [
  tables +
    comparisonTables +
    gradingTables +
    counters +
    appendOnly +
    views +
    comparisonViews +
    gradingViews +
    search +
    viewerIndexes +
    verdictTallies,
];
