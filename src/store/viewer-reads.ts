/** Everything that only the viewer reads. */
import type { Database } from 'better-sqlite3';
import { createCallReads } from './viewer-calls.js';
import { createEpisodeTable } from './viewer-episodes.js';
import { createRunFigures } from './viewer-runs.js';

export function createViewerReads(database: Database) {
  return { ...createRunFigures(database), ...createEpisodeTable(database), ...createCallReads(database) };
}
