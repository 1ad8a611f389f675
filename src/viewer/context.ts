/** What every route needs. Names and ids from an address are looked up here and nowhere else: what is not there is 404. */
import type { RunRecord } from '../store/index.js';
import type { FoundEpisode } from './episode-answer.js';
import type { RunMaterial } from './run-answers.js';

export interface ViewerContext extends RunMaterial {
  /** An answer made once for each state of the database. */
  cached<T>(key: string, make: () => T): T;
  /** By id or exact name. Throws `NotFound`. */
  findRun(reference: string): RunRecord;
  findEpisode(episodeId: string): FoundEpisode;
}

/** 404 in words. */
export class NotFound extends Error {}

export function createContext(material: RunMaterial, cached: ViewerContext['cached']): ViewerContext {
  const { store } = material;
  const runBy = (matches: (run: RunRecord) => boolean) => store.runs().find(matches);
  return {
    ...material,
    cached,
    findRun: (reference) => {
      const run = runBy(({ runId, name }) => runId === reference || name === reference);
      if (run === undefined) throw new NotFound('there is no such run in the database.');
      return run;
    },
    findEpisode: (episodeId) => {
      const episode = store.listedEpisode(episodeId);
      const run = episode === null ? undefined : runBy(({ runId }) => runId === episode.run_id);
      if (episode === null || run === undefined) throw new NotFound('there is no such episode in the database.');
      const { run_id: _id, ...listed } = episode;
      return { run, episode: listed };
    },
  };
}
