export type { EpisodeRow, EpisodeUsage, ModelUsage, RunOverview, TurnRow, VerdictRow } from './reads.js';
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
export type { EpisodeFigures, PlannedGroupRow, RunCounts } from './viewer-runs.js';
