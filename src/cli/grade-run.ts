/** Grades stored completions of a run under a budget, with progress and signals: what `rescore` and `judge study` share. */
import {
  type GradableEpisode,
  type GradedEpisodes,
  gradeEpisodes,
  gradingOf,
  type ScoreMethod,
} from '../assess/index.js';
import { costOf } from '../chat/index.js';
import { connectScorers } from '../judging/index.js';
import type { NewGrading, RunRecord, Store } from '../store/index.js';
import { startCallProgress } from './call-progress.js';
import { connectJudge, continuable, type JudgeWish, judgeRole, modelNameOf } from './connect-judge.js';
import { plural } from './format.js';
import { listenForSignals, stoppingLine } from './signals.js';

export interface GradeRunOptions {
  store: Store;
  run: RunRecord;
  episodes: readonly GradableEpisode[];
  methods: readonly ScoreMethod[];
  wish: JudgeWish;
}

/** Throws `endpoint`, `budget`, `interrupted` or `storage`; what was graded before is kept. */
export async function gradeRun({
  store,
  run,
  episodes,
  methods,
  wish,
}: GradeRunOptions): Promise<GradedEpisodes & { grading: NewGrading }> {
  const role = judgeRole(wish);
  const grading = gradingOf(run, role, [{ name: modelNameOf(wish.spec) }], wish.seed);
  const { connections, model } = connectJudge(wish, spentOn(store, grading, run));
  const signals = listenForSignals();
  const progress = startCallProgress(episodes.length, 'episodes');
  signals.stopping.addEventListener('abort', () => progress.announce(stoppingLine), { once: true });
  try {
    await connections.preflight(signals.stopping);
    const decomposed = methods.includes('decomposed');
    const graders = connectScorers(role, model, {
      scorer_method: decomposed ? 'decomposed' : 'holistic',
      also_holistic: methods.includes('holistic'),
    });
    const { stopping, aborted } = signals;
    const { concurrency } = wish;
    const watch = { stopping, aborted, onGraded: progress.count };
    return { grading, ...(await gradeEpisodes({ store, grading, graders, episodes, concurrency, ...watch })) };
  } catch (error) {
    throw continuable(error);
  } finally {
    progress.stop();
    signals.close();
    await connections.close();
  }
}

/** What the same grading has cost before. */
function spentOn(store: Store, { gradingId }: NewGrading, { config: { prices } }: RunRecord) {
  return store
    .gradingUsage(gradingId)
    .map(({ model, prompt_tokens, completion_tokens }) =>
      costOf({ promptTokens: prompt_tokens, completionTokens: completion_tokens }, prices[model]),
    )
    .reduce((sum, cost) => ({ tokens: sum.tokens + cost.tokens, usd: sum.usd + cost.usd }), { tokens: 0, usd: 0 });
}

export function failureNotes({ failed }: Pick<GradedEpisodes, 'failed'>): string[] {
  return [...failed].map(
    ([code, { episodes, message }]) =>
      `${plural(episodes, 'episode')} without a verdict (${code}: ${message}); the same command asks again.`,
  );
}
