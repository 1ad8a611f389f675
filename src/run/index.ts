export { version } from '../version.js';
export { createRun, type Identity } from './create-run.js';
export { createMemoryJournal, type MemoryJournal } from './memory-journal.js';
export { episodeSeed, scenariosFor } from './plan.js';
export { type Episode, type Player, playEpisode, type Table } from './play-episode.js';
export { type PlayRunOptions, playRun, type RunObserver, type StopRule } from './play-run.js';
export { tableFor } from './table.js';
