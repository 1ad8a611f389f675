/** Rows of the store as the page gets them, with what only the group can tell. */
import { groupAdvantages, groupsOf } from '../reward/index.js';
import type { ListedEpisode, RunRecord, Store } from '../store/index.js';
import type { EpisodeLine, RunReference } from './api.js';

/** Each with its advantage: the groups of all of them are read at once. */
export function episodeLines(store: Store, run: RunRecord, episodes: readonly ListedEpisode[]): EpisodeLine[] {
  const rewards = store.rewardsOfGroups([...new Set(episodes.map(({ group_id }) => group_id))]);
  const advantages = new Map<string, number | null>();
  for (const members of groupsOf(rewards)) {
    const standing = groupAdvantages(members.map(({ reward }) => reward));
    for (const [index, { episode_id }] of members.entries()) advantages.set(episode_id, standing[index] ?? null);
  }
  return episodes.map(({ failure_message: _left, ...episode }) => ({
    ...episode,
    reference: `${run.name}/${episode.number}`,
    advantage: advantages.get(episode.episode_id) ?? null,
  }));
}

export function runReference({ runId, name, status, notice }: RunRecord): RunReference {
  return { run_id: runId, name, status, notice };
}
