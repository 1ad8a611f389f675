/**
 * Grades stored completions: so many episodes at a time, each call durable before the next of its episode, and nothing
 * that is known asked again, so that a stopped grading is continued by starting it again. The run itself is not touched.
 */
import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import PQueue from 'p-queue';
import { deriveSeed, type GradingKey, judgesOf, type PanelRole } from '../domain/index.js';
import { EntenteError, toEntenteError } from '../errors.js';
import { type Grade, type Graders, gradeCompletion, judgingPrompts, type Keep } from '../judging/index.js';
import type { NewGrading, RunRecord, Store } from '../store/index.js';
import type { GradableEpisode } from './subjects.js';

/** A grading under the id that all it depends on gives it: how often a judge is asked, or of what, is not among that. */
export function gradingOf(
  { runId }: Pick<RunRecord, 'runId'>,
  role: PanelRole,
  models: readonly { name: string }[],
  seed: number,
): NewGrading {
  const judges = judgesOf(role).map(({ sampling, expected_score }, index) => {
    return { model: models[index]?.name ?? '', sampling, expected_score };
  });
  const prompts = (['collectiveAgency', 'utility'] as const).map((name) => ({ name, ...judgingPrompts[name] }));
  const panel = JSON.stringify(judges);
  const identity = JSON.stringify([runId, panel, prompts.map(({ hash }) => hash), seed]);
  const gradingId = createHash('sha256').update(identity).digest('hex').slice(0, 16);
  return { gradingId, runId, judge: judges.map(({ model }) => model).join(' + '), panel, seed, prompts };
}

export interface GradeEpisodesOptions {
  store: Store;
  grading: NewGrading;
  graders: Graders;
  episodes: readonly GradableEpisode[];
  /** Episodes in flight. */
  concurrency: number;
  /** Told of each episode whose verdicts are in, asked now or known before. */
  onGraded?: () => void;
  /** Aborted: what is in flight is finished and kept, nothing new starts. */
  stopping?: AbortSignal;
  /** Aborted: what is in flight is given up. */
  aborted?: AbortSignal;
}

export interface GradedEpisodes {
  /** In the order given; null where a call failed for good. The next time it is asked again. */
  grades: (Grade | null)[];
  /** Episodes with such a call, by cause. */
  failed: ReadonlyMap<string, { episodes: number; message: string }>;
}

/** Throws `interrupted`, `budget` or `storage` where it had to stop. */
export async function gradeEpisodes(options: GradeEpisodesOptions): Promise<GradedEpisodes> {
  const { store, grading, episodes, concurrency, stopping, aborted } = options;
  const halt = new AbortController();
  const failed = new Map<string, { episodes: number; message: string }>();
  const grades: (Grade | null)[] = episodes.map(() => null);
  let stopped: EntenteError | null = null;
  const onStopping = () => halt.abort();
  stopping?.addEventListener('abort', onStopping, { once: true });
  if (stopping?.aborted) halt.abort();
  // One listener for each call in flight is no leak.
  if (aborted !== undefined) setMaxListeners(0, aborted);

  async function grade(episode: GradableEpisode, index: number): Promise<void> {
    try {
      grades[index] = await gradeOne(options, episode, halt.signal);
      options.onGraded?.();
    } catch (thrown) {
      const error = toEntenteError(thrown);
      if (endsAll(error)) {
        stopped ??= error;
        halt.abort();
      } else failed.set(error.code, { episodes: (failed.get(error.code)?.episodes ?? 0) + 1, message: error.message });
    }
  }

  store.openGrading(grading);
  const queue = new PQueue({ concurrency });
  try {
    await queue.addAll(episodes.map((episode, index) => () => grade(episode, index)));
  } finally {
    stopping?.removeEventListener('abort', onStopping);
  }
  const ending = stopped ?? (stopping?.aborted ? new EntenteError('interrupted', 'the grading was stopped.') : null);
  if (ending !== null) throw ending;
  return { grades, failed };
}

function endsAll({ code }: EntenteError): boolean {
  return code === 'interrupted' || code === 'budget' || code === 'storage' || code === 'internal';
}

function gradeOne(
  { store, grading, graders, aborted }: GradeEpisodesOptions,
  { episodeId, scenarioKey, sampleIndex, subject }: GradableEpisode,
  halted: AbortSignal,
): Promise<Grade> {
  const { gradingId, seed: gradingSeed } = grading;
  const keepFor =
    (kind: GradingKey['kind']): Keep =>
    async ({ judge, promptHash, sample, repair }, make) => {
      const key = { gradingId, episodeId, kind, sample, repair };
      const known = store.recallGrading(key);
      if (known !== null) return known;
      if (halted.aborted) throw new EntenteError('interrupted', 'the grading was stopped.');
      // Of the scenario and not of the episode's id, which tells the time: the same run is graded alike in any database.
      const seed = deriveSeed('grading', gradingSeed, scenarioKey, sampleIndex, kind, sample, repair ? 1 : 0);
      const judged = await make(seed);
      await store.recordGrading(key, { model: judge, promptHash, seed, ...judged });
      return judged;
    };
  const options = { affinity: keepFor, ...(aborted === undefined ? {} : { signal: aborted }) };
  return gradeCompletion(graders, subject, (kind) => keepFor(kind as GradingKey['kind']), options);
}
