/** The groups of a run as the diagnostics see them, under the rewards of an export. */
import { createHash } from 'node:crypto';
import { costOf } from '../chat/index.js';
import type { DiagnosedEpisode } from '../reward/index.js';
import type { RunRecord, Store } from '../store/index.js';
import { composeGroup } from './graded.js';
import type { ExportOptions } from './options.js';

export function diagnosedGroups(
  store: Store,
  run: RunRecord,
  options: Pick<ExportOptions, 'weights' | 'rewardFunction' | 'seat'>,
): DiagnosedEpisode[][] {
  let sampled = 0;
  return store.groupIds(run.runId).map((groupId) => {
    const rows = store.episodesOfGroup(groupId);
    const { swapped } = store.scenario(groupId);
    const composed = composeGroup(store, rows, options);
    const usage = new Map(store.usageOfGroup(groupId).map((line) => [line.episode_id, line]));
    return rows.map((row, index) => {
      const used = usage.get(row.episode_id);
      return {
        reward: composed[index]?.reward ?? null,
        components: composed[index]?.components ?? {},
        status: row.status,
        outcome: row.outcome,
        swapped,
        failure: row.failure,
        completion_hash: row.completion === null ? null : hashOf(row.completion),
        completion_sample: row.completion !== null && sampled++ < sampleSize ? row.completion : null,
        learner_tokens: (run.config.learner === 'A' ? used?.tokens_a : used?.tokens_b) ?? 0,
        tokens: used?.tokens ?? 0,
        retried: used?.retried === 1,
        truncated: used?.truncated === 1,
      };
    });
  });
}

/** Enough for a steady share of distinct bigrams, few enough to hold. */
const sampleSize = 1000;

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64').slice(0, 12);
}

/** Dollars that a run has cost so far, by the prices in its config; null where it names none. */
export function costOfRun(store: Store, { runId, config }: RunRecord): number | null {
  if (Object.keys(config.prices).length === 0) return null;
  return store
    .usage(runId)
    .map(
      (usage) =>
        costOf(
          { promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens },
          config.prices[usage.model],
        ).usd,
    )
    .reduce((sum, usd) => sum + usd, 0);
}
