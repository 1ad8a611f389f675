export type { AnswerRow, ComparisonFilter, ComparisonRow, PairwiseCall, PairwiseUsage } from './comparisons.js';
export type { EpisodeFigures } from './episode-figures.js';
export type { GradingUsage, NewGrading } from './gradings.js';
export type { JudgeAuditRecord, JudgeAuditRow, JudgeVersion } from './judge-audits.js';
export type { Holder } from './lease.js';
export type {
  AttemptCount,
  EpisodeDetail,
  EpisodeRow,
  EpisodeUsage,
  FailedCallRow,
  ModelUsage,
  RunOverview,
  TurnRow,
  VerdictRow,
} from './reads.js';
export type { NewRun, PlannedEpisode, PlannedGroup, RunRecord, Status } from './runs.js';
export { openStore, type Store, type StoreOptions } from './store.js';
export type { RecordedCall, RepeatedScore, VerdictBin } from './viewer-calls.js';
export {
  type EpisodeFilter,
  type EpisodeWindow,
  type ListedEpisode,
  type Range,
  type SortableColumn,
  sortableColumns,
} from './viewer-episodes.js';
export type { PlannedGroupRow, RunCounts, SettledCount, WatchedEpisode } from './viewer-runs.js';
export type { WeightCallKey, WeightCallRecord } from './weight-calls.js';
export type { FixedWeights, NewWeights } from './weights.js';
