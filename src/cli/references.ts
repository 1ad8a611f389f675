/** Runs and episodes as people name them: a run by name, id or the beginning of either; an episode as `run/number` or id. */
import { distance } from 'fastest-levenshtein';
import { EntenteError } from '../errors.js';
import type { EpisodeDetail, RunRecord, Store } from '../store/index.js';

/** Throws `usage`, with the nearest name. */
export function findRun(store: Store, reference: string): RunRecord {
  const runs = store.runs();
  if (runs.length === 0) throw new EntenteError('usage', `${store.path} has no run yet; \`entente run\` makes one.`);
  const exact = runs.find(({ name, runId }) => name === reference || runId === reference);
  if (exact !== undefined) return exact;
  const [first, ...others] = runs.filter(
    ({ name, runId }) => name.startsWith(reference) || runId.startsWith(reference),
  );
  if (first !== undefined && others.length === 0) return first;
  if (first !== undefined) {
    throw new EntenteError(
      'usage',
      `"${reference}" may mean ${[first, ...others]
        .slice(0, 4)
        .map(({ name }) => name)
        .join(', ')}; write more of it.`,
    );
  }
  throw new EntenteError(
    'usage',
    `no run "${reference}" in ${store.path}; did you mean ${nearest(
      reference,
      runs.map(({ name }) => name),
    )}? (\`entente runs\` lists them)`,
  );
}

/** The run named, else the latest. Throws `usage`. */
export function findRunOrLatest(store: Store, reference: string | undefined): RunRecord {
  if (reference !== undefined) return findRun(store, reference);
  const latest = store.runs().at(-1);
  if (latest === undefined) throw new EntenteError('usage', `${store.path} has no run yet; \`entente run\` makes one.`);
  return latest;
}

/** `run/number`, an episode's id, or the beginning of one. Throws `usage`. */
export function findEpisode(store: Store, reference: string): { run: RunRecord; episode: EpisodeDetail } {
  const slash = reference.lastIndexOf('/');
  if (slash !== -1) return byNumber(store, findRun(store, reference.slice(0, slash)), reference.slice(slash + 1));
  const found = store.episodesById(reference);
  const exact = found.find(({ episode_id }) => episode_id === reference) ?? (found.length === 1 ? found[0] : undefined);
  if (exact !== undefined) return byNumber(store, findRun(store, exact.run_id), String(exact.number));
  if (found.length > 1) throw new EntenteError('usage', `"${reference}" begins several episode ids; write more of it.`);
  const run = store.runs().find(({ name }) => name.startsWith(reference));
  const hint = run === undefined ? 'name it as RUN/NUMBER' : `name one of its episodes, such as ${run.name}/1`;
  throw new EntenteError('usage', `no episode "${reference}" in ${store.path}; ${hint}.`);
}

function byNumber(store: Store, run: RunRecord, text: string): { run: RunRecord; episode: EpisodeDetail } {
  const number = /^\d+$/.test(text) ? Number(text) : 0;
  const episode = store.episode(run.runId, number);
  if (episode !== null) return { run, episode };
  const { episodes } = store.overview(run);
  throw new EntenteError(
    'usage',
    `no episode "${text}" in ${run.name}; its episodes are ${run.name}/1 to ${run.name}/${episodes}.`,
  );
}

/** The candidate with the fewest letters changed. */
export function nearest(word: string, candidates: readonly string[]): string {
  return [...candidates].sort((one, other) => distance(word, one) - distance(word, other))[0] ?? '';
}
