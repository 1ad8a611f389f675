/**
 * What pairwise judges said of the answers of two episodes. A call is keyed by who was asked, what, about which two
 * episodes in which order, under which seed, and in which judged run: whoever asks the same again finds the answer, also
 * with the runs named the other way round.
 */
export const comparisonTables = `
CREATE TABLE pairwise_judges (
  judge          INTEGER PRIMARY KEY,
  model          TEXT NOT NULL,
  prompt_hash    TEXT NOT NULL,
  sampling_json  TEXT NOT NULL,
  UNIQUE (model, prompt_hash, sampling_json)
) STRICT;

CREATE TABLE pairwise_calls (
  pairwise_call      INTEGER PRIMARY KEY,
  judge              INTEGER NOT NULL REFERENCES pairwise_judges,
  question           TEXT NOT NULL CHECK (question IN ('ca', 'resolution')),
  first              INTEGER NOT NULL REFERENCES episodes,
  second             INTEGER NOT NULL REFERENCES episodes,
  judge_seed         INTEGER NOT NULL,
  repeat             INTEGER NOT NULL,
  repair             INTEGER NOT NULL CHECK (repair IN (0, 1)),
  content            TEXT NOT NULL,
  finish_reason      TEXT NOT NULL,
  prompt_tokens      INTEGER,
  completion_tokens  INTEGER,
  seed               INTEGER NOT NULL,
  latency_ms         INTEGER NOT NULL,
  attempts_json      TEXT,
  value              REAL,
  detail_json        TEXT,
  parse_ok           INTEGER NOT NULL,
  finished_at        TEXT NOT NULL,
  UNIQUE (first, second, judge, question, judge_seed, repeat, repair)
) STRICT;
`;

const asked =
  'c.judge = j.judge AND c.question = one.question AND c.judge_seed = one.judge_seed AND c.repeat = one.repeat';

/** A verdict in the words of the view: which of the two episodes was preferred, given the value of "first". */
const said = (first: string, repaired: string, whenFirst: 'a' | 'b', whenSecond: 'a' | 'b') => `
         CASE CASE WHEN ${repaired}.pairwise_call IS NULL THEN ${first}.value ELSE ${repaired}.value END
           WHEN 1.0 THEN '${whenFirst}' WHEN 0.0 THEN '${whenSecond}' WHEN 0.5 THEN 'tie' END`;

const reasonOf = (first: string, repaired: string) =>
  `CASE WHEN ${repaired}.pairwise_call IS NULL THEN ${first}.detail_json ELSE ${repaired}.detail_json END ->> 'reason'`;

/**
 * Both orders of one comparison in one row, once they have been asked. Every comparison stands there twice, seen from
 * either run: choose one by run_a and run_b. `winner` is null where a verdict could not be read.
 */
export const comparisonViews = `
CREATE VIEW v_comparisons AS
  SELECT run_a, run_b, question, repeat, dilemma_id, pair_id, episode_a, episode_b, shown_a_first, shown_b_first,
         CASE WHEN shown_a_first IS NULL OR shown_b_first IS NULL THEN NULL
              WHEN shown_a_first = shown_b_first THEN shown_a_first ELSE 'inconsistent' END AS winner,
         model, prompt_hash, judge_seed, tier, domain, reason_a_first, reason_b_first, judge
  FROM (
    SELECT a.run_id AS run_a, b.run_id AS run_b, one.question, one.repeat, s.dilemma_id, s.pair_id,
         a.episode_id AS episode_a, b.episode_id AS episode_b,${said('one', 'one_again', 'a', 'b')} AS shown_a_first,${said('other', 'other_again', 'b', 'a')} AS shown_b_first,
         j.model, j.prompt_hash, one.judge_seed, s.tier, s.domain, ${reasonOf('one', 'one_again')} AS reason_a_first,
         ${reasonOf('other', 'other_again')} AS reason_b_first, j.judge
    FROM episodes a
    JOIN pairwise_calls one ON one.first = a.episode AND one.repair = 0
    JOIN episodes b ON b.episode = one.second
    JOIN pairwise_judges j ON j.judge = one.judge
    JOIN pairwise_calls other ON other.first = one.second AND other.second = one.first AND other.repair = 0
         AND ${asked.replaceAll('c.', 'other.')}
    LEFT JOIN pairwise_calls one_again ON one_again.first = one.first AND one_again.second = one.second
         AND one_again.repair = 1 AND ${asked.replaceAll('c.', 'one_again.')}
    LEFT JOIN pairwise_calls other_again ON other_again.first = other.first AND other_again.second = other.second
         AND other_again.repair = 1 AND ${asked.replaceAll('c.', 'other_again.')}
    JOIN groups g ON g.group_id = a.group_id
    JOIN scenarios s ON s.key = g.scenario
  );
`;
