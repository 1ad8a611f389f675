/** The episodes of one group side by side: what each said and when, and where they part. */
import { groupStatistics } from '../reward/index.js';
import type { RunRecord, Store } from '../store/index.js';
import type { EpisodeLine, GroupAnswer, GroupEpisode } from './api.js';
import { quoted } from './commands.js';
import { callLines, scenarioText, verdictLines } from './episode-answer.js';
import { episodeLines, runReference } from './episode-lines.js';

export function groupAnswer(
  store: Store,
  run: RunRecord,
  groupId: string,
  ordinal: number,
  dbFlag: string,
): GroupAnswer {
  const listed = store.listedGroup(groupId);
  const episodes = episodeLines(store, run, listed).map((line) => groupEpisode(store, line));
  const { graded, mean, std, min, max } = groupStatistics(episodes.map(({ reward }) => reward));
  const differ = graded > 1 && std !== null && std > 0;
  const withReward = (reward: number | null) =>
    episodes.find((episode) => episode.reward === reward)?.episode_id ?? null;
  return {
    command: `entente report ${quoted(run.name)} --groups${dbFlag}`,
    run: runReference(run),
    group: {
      group_id: groupId,
      ordinal,
      size: episodes.length,
      graded,
      reward_mean: mean,
      reward_std: std,
      reward_min: min,
      reward_max: max,
    },
    scenario: scenarioText(store.scenario(groupId)),
    episodes,
    parts_at_turn: partsAt(episodes),
    best: differ ? withReward(max) : null,
    worst: differ ? withReward(min) : null,
    previous: store.groupIdAt(run.runId, ordinal - 1),
    next: store.groupIdAt(run.runId, ordinal + 1),
  };
}

function groupEpisode(store: Store, line: EpisodeLine): GroupEpisode {
  const calls = store.recordedCalls(line.episode_id);
  const lines = callLines(calls);
  return {
    ...line,
    turns: calls.flatMap((call, index) => {
      const { started_ms = 0, ended_ms = 0 } = lines[index] ?? {};
      const { turn: turn_index, round, seat, content, completion_tokens } = call;
      if (call.kind !== 'speak' || seat === null) return [];
      return [{ turn_index, round, seat, content, started_ms, ended_ms, completion_tokens }];
    }),
    verdicts: verdictLines(calls)
      .filter(({ kind }) => kind === 'agreement')
      .map(({ round, value, reason }) => ({ round, value, reason })),
    completion: calls.find(({ kind }) => kind === 'completion')?.content ?? null,
  };
}

/** An episode without any turn has not begun and parts from nobody. */
function partsAt(episodes: readonly Pick<GroupEpisode, 'turns'>[]): number | null {
  const begun = episodes.filter(({ turns }) => turns.length > 0);
  if (begun.length < 2) return null;
  const longest = Math.max(...begun.map(({ turns }) => turns.length));
  for (let turn = 0; turn < longest; turn++)
    if (new Set(begun.map(({ turns }) => turns[turn]?.content ?? null)).size > 1) return turn;
  return null;
}
