/**
 * The contract between the viewer's server and its page: every query and every answer. Types only; both sides import it.
 *
 * All requests are GET. The page lives at `/` alone and keeps its own address in the fragment (`#/runs/…`), so nothing that a
 * user can write becomes a path on the server. `RUN` is a run's id or exact name, `GROUP` and `EPISODE` are ids; what the
 * database does not know is 404. Answers are JSON; an error is `Problem` with status 400, 401, 403, 404, 405, 421 or 500.
 *
 * | path | query | answer |
 * |---|---|---|
 * | `/api/runs` | | `RunsAnswer` |
 * | `/api/runs/RUN` | | `RunAnswer` |
 * | `/api/runs/RUN/judges` | | `JudgesAnswer` |
 * | `/api/episodes` | `EpisodesQuery` | `EpisodesAnswer` |
 * | `/api/groups/GROUP` | | `GroupAnswer` |
 * | `/api/episodes/EPISODE` | | `EpisodeAnswer` |
 * | `/api/episodes/EPISODE/tokens` | | `TokensAnswer` |
 * | `/api/episodes/EPISODE/calls/CALL` | `CALL` is a `call_id`, such as `4.agreement.0` | `CallAnswer` |
 * | `/api/compare` | `run=RUN`, two to six times | `CompareAnswer` |
 * | `/api/live` | | server-sent events: `LiveEvent` |
 *
 * Times are ISO 8601, durations milliseconds, shares 0 to 1, scores 0 to 5. Null always means "not there" or "not known",
 * never 0.
 */
export type * from './api-common.js';
export * from './api-episodes.js';
export type * from './api-runs.js';
export type * from './api-tokens.js';
