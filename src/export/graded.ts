/** The groups of a run as an export sees them: rewards composed, advantages derived, filters applied after both. */
import { deriveSeed, type RunConfig, type Scenario } from '../domain/index.js';
import { batchStd, composeReward, groupAdvantages, groupStatistics } from '../reward/index.js';
import type { EpisodeRow, EpisodeUsage, RunRecord, Store, TurnRow } from '../store/index.js';
import { certifyText, violate } from './certificate.js';
import type { ExportOptions } from './options.js';
import { type ExportPass, leaveOut, type Part } from './pass.js';

export interface GradedEpisode {
  row: EpisodeRow;
  reward: number;
  components: Readonly<Record<string, number>>;
  advantage: number;
  /** Read when asked for: the turns of all episodes at once would not fit into memory. */
  turns(): TurnRow[];
}

export interface GradedGroup {
  groupId: string;
  /** Its place in the run, from 0. */
  ordinal: number;
  scenario: Scenario;
  config: RunConfig;
  /** Mean reward over all that is graded, before filters. */
  mean: number;
  episodes: GradedEpisode[];
}

/** In the order of the run's plan. */
export function* gradedGroups(pass: ExportPass): Generator<GradedGroup> {
  const { store, run, options } = pass;
  const advantage = {
    ...options.advantage,
    ...(options.advantage.kind === 'batch-std' ? { batchStd: spreadOfRun(store, run, options) } : {}),
  };
  for (const { groupId, ordinal, scenario } of scenariosOf(pass)) {
    const rows = store.episodesOfGroup(groupId);
    refuseIncomplete(rows, pass);
    const composed = composeGroup(store, rows, options);
    const rewards = composed.map(({ reward }) => reward);
    const advantages = groupAdvantages(rewards, advantage);
    const { mean, std } = groupStatistics(rewards);
    const episodes = rows.flatMap((row, index): GradedEpisode[] => {
      const { reward = null, components = {} } = composed[index] ?? {};
      const cause = causeToLeaveOut(row, reward, std, options);
      if (cause !== null) leaveOut(pass, cause);
      const standing = advantages[index] ?? null;
      if (cause !== null || reward === null || standing === null) return [];
      const turns = () => certifiedTurns(pass, row.episode_id);
      return [{ row, reward, components, advantage: standing, turns }];
    });
    if (episodes.length === 0) continue;
    certifyScenario(pass, groupId, scenario);
    yield { groupId, ordinal, scenario, config: run.config, mean: mean ?? 0, episodes };
  }
}

/** Every group of this part with its scenario, played or not. */
export function* scenariosOf({ store, run, part, options }: ExportPass) {
  for (const [ordinal, groupId] of store.groupIds(run.runId).entries()) {
    const scenario = store.scenario(groupId);
    if (part === 'all' || part === partOf(scenario, options.testShare)) yield { groupId, ordinal, scenario };
  }
}

export function certifyScenario({ certificate }: ExportPass, groupId: string, scenario: Scenario): void {
  const { dilemma, pair } = scenario;
  certifyText(certificate, `${groupId}: its scenario ${dilemma.id} × ${pair.id}`, JSON.stringify(scenario));
}

function refuseIncomplete(rows: readonly EpisodeRow[], { certificate }: ExportPass): void {
  const open = rows.find(({ status }) => status === 'pending' || status === 'running');
  if (open === undefined) return;
  violate(certificate, 'incomplete-groups', `${open.episode_id} is ${open.status}, so its group has no baseline yet`);
}

/** All that was said stands in the file, be it as text or as ids. */
function certifiedTurns(pass: ExportPass, episodeId: string): TurnRow[] {
  const turns = pass.store.turns(episodeId);
  for (const { turn_index, content, token_source } of turns) {
    certifyText(pass.certificate, `${episodeId}: turn ${turn_index}`, content);
    pass.rehearsal ||= token_source === 'rehearsal';
  }
  return turns;
}

/** Which side a scenario falls on, by its content alone: the same in every run and export. */
export function partOf(scenario: Scenario, testShare: number): Exclude<Part, 'all'> {
  return deriveSeed('test set', scenario.key) / 0x8000_0000 < testShare ? 'test' : 'train';
}

/** The reward of each episode of a group, in order. */
export function composeGroup(
  store: Store,
  rows: readonly EpisodeRow[],
  { weights, rewardFunction, seat }: Pick<ExportOptions, 'weights' | 'rewardFunction' | 'seat'>,
) {
  const usage = new Map<string, EpisodeUsage>();
  if (rows[0] !== undefined) for (const line of store.usageOfGroup(rows[0].group_id)) usage.set(line.episode_id, line);
  return rows.map((row) => {
    const used = usage.get(row.episode_id);
    const learner_tokens =
      seat === 'both'
        ? (used?.tokens_a ?? 0) + (used?.tokens_b ?? 0)
        : ((seat === 'A' ? used?.tokens_a : used?.tokens_b) ?? 0);
    const material = { ...row, learner_tokens };
    if (rewardFunction === null) return composeReward(material, weights);
    const reward = row.reward === null ? null : rewardFunction.reward(material);
    return { reward, components: reward === null ? {} : { [rewardFunction.name]: reward } };
  });
}

function spreadOfRun(store: Store, run: RunRecord, options: ExportOptions): number {
  return batchStd(
    store
      .groupIds(run.runId)
      .map((groupId) => composeGroup(store, store.episodesOfGroup(groupId), options).map(({ reward }) => reward)),
  );
}

function causeToLeaveOut(
  row: EpisodeRow,
  reward: number | null,
  std: number | null,
  { filter }: ExportOptions,
): string | null {
  if (row.status === 'failed') return 'failed';
  if (row.status !== 'done') return 'unfinished';
  if (reward === null) return 'ungraded';
  if (filter.dropZeroVariance && std === 0) return 'in a group without spread';
  const { outcome, tier, minReward, maxReward } = filter;
  const wanted =
    (outcome === null || row.outcome === outcome) &&
    (tier === null || row.tier === tier) &&
    (minReward === null || reward >= minReward) &&
    (maxReward === null || reward <= maxReward);
  return wanted ? null : 'filtered';
}
