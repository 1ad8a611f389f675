/**
 * What judges said outside of runs. A grading is one judge, sampled in one way, over the completions of one run; each of
 * its calls is kept under (grading, episode, kind, sample, repair), so that whoever asks the same again finds the answer,
 * and a larger sample or more repeats ask only for what is missing. The verdicts of the run itself stay as they are.
 */
export const gradingTables = `
CREATE TABLE gradings (
  grading_id  TEXT PRIMARY KEY,
  run_id      TEXT NOT NULL REFERENCES runs,
  judge       TEXT NOT NULL,
  panel_json  TEXT NOT NULL,
  seed        INTEGER NOT NULL,
  created_at  TEXT NOT NULL
) STRICT;

CREATE TABLE grading_calls (
  grading_call       INTEGER PRIMARY KEY,
  grading_id         TEXT NOT NULL REFERENCES gradings,
  episode            INTEGER NOT NULL REFERENCES episodes,
  kind               TEXT NOT NULL CHECK (kind IN ('ca', 'utility.A', 'utility.B')),
  sample             INTEGER NOT NULL,
  repair             INTEGER NOT NULL CHECK (repair IN (0, 1)),
  model              TEXT NOT NULL,
  prompt_hash        TEXT NOT NULL,
  seed               INTEGER NOT NULL,
  content            TEXT NOT NULL,
  finish_reason      TEXT NOT NULL,
  prompt_tokens      INTEGER,
  completion_tokens  INTEGER,
  latency_ms         INTEGER NOT NULL,
  attempts_json      TEXT,
  value              REAL,
  detail_json        TEXT,
  parse_ok           INTEGER NOT NULL CHECK (parse_ok IN (0, 1)),
  finished_at        TEXT NOT NULL,
  UNIQUE (grading_id, episode, kind, sample, repair)
) STRICT;

CREATE TABLE judge_audits (
  audit        INTEGER PRIMARY KEY,
  model        TEXT NOT NULL,
  kind         TEXT NOT NULL CHECK (kind IN ('agreement', 'ca', 'utility')),
  prompt_hash  TEXT NOT NULL,
  passed       INTEGER NOT NULL CHECK (passed IN (0, 1)),
  failed_json  TEXT NOT NULL,
  report_json  TEXT NOT NULL,
  version      TEXT NOT NULL,
  audited_at   TEXT NOT NULL
) STRICT;
CREATE INDEX judge_audits_by_judge ON judge_audits (model, prompt_hash, audit);
${['grading_calls', 'judge_audits']
  .flatMap((table) => ['UPDATE', 'DELETE'].map((change) => ({ table, change })))
  .map(
    ({ table, change }) => `CREATE TRIGGER ${table}_no_${change.toLowerCase()} BEFORE ${change} ON ${table}
  BEGIN SELECT RAISE(ABORT, '${table} is append-only'); END;`,
  )
  .join('\n')}
`;

/** A repaired answer stands in the place of the one that could not be read, as in `v_verdicts`. */
export const gradingViews = `
CREATE VIEW v_gradings AS
  SELECT e.run_id, c.grading_id, c.model AS judge, CASE c.kind WHEN 'ca' THEN 'holistic' ELSE 'decomposed' END AS method,
         c.prompt_hash, e.episode_id, CASE WHEN c.kind LIKE 'utility.%' THEN 'utility' ELSE c.kind END AS kind,
         c.sample AS sample_index,
         CASE WHEN r.grading_call IS NULL THEN c.value ELSE r.value END AS value,
         CASE WHEN r.grading_call IS NULL THEN c.content ELSE r.content END AS raw,
         CASE WHEN r.grading_call IS NULL THEN c.parse_ok ELSE r.parse_ok END AS parse_ok,
         CASE WHEN c.kind LIKE 'utility.%' THEN substr(c.kind, 9) END AS stakeholder,
         CASE WHEN r.grading_call IS NULL THEN c.detail_json ELSE r.detail_json END AS detail_json,
         CASE WHEN r.grading_call IS NULL THEN NULL ELSE c.content END AS raw_before_repair, c.seed, c.finished_at
  FROM grading_calls c JOIN episodes e ON e.episode = c.episode
  LEFT JOIN grading_calls r ON r.grading_id = c.grading_id AND r.episode = c.episode AND r.kind = c.kind
       AND r.sample = c.sample AND r.repair = 1
  WHERE c.repair = 0;

CREATE VIEW v_judge_audits AS
  SELECT audit AS audit_id, model AS judge, kind, prompt_hash, passed, failed_json, report_json, version, audited_at
  FROM judge_audits;
`;
