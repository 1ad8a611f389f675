/** Answers about runs: the list, the overview of one, several beside each other. */
import { groupStatistics, groupsOf } from '../reward/index.js';
import type { PlannedGroupRow, RunCounts, RunRecord, Store, WatchedEpisode } from '../store/index.js';
import type { Aspect, CompareAnswer, Counts, Facets, GroupSpread, RunAnswer, RunLine, RunsAnswer } from './api.js';
import { quoted } from './commands.js';
import { type IntervalOf, momentsOf, roundCounts, scoreHistogram, tally, thinned, tierFigures } from './figures.js';

const aspects: readonly Aspect[] = ['knowledge', 'benevolence', 'power', 'vitality'];
const shownGroups = 400;
const progressSteps = 120;
const shownShared = 200;

export interface RunMaterial {
  store: Store;
  intervalOf: IntervalOf;
  /** `--db FILE` where it is not the default; else empty. */
  dbFlag: string;
}

export function runsAnswer(material: RunMaterial): RunsAnswer {
  const { store, dbFlag } = material;
  return {
    command: `entente runs${dbFlag}`,
    database: store.path,
    runs: store
      .runs()
      .reverse()
      .map((run) => runLine(material, run)),
  };
}

export function countsOf({ run_id: _id, rounds_to_agreement: _rounds, ca_mean: _ca, ...counts }: RunCounts): Counts {
  return counts;
}

function runLine({ store, intervalOf }: RunMaterial, run: RunRecord): RunLine {
  const found = store.runCounts(run.runId);
  const settled = found.agreed + found.deadlocked;
  const { roles, protocol, mode } = run.config;
  const usage = store.usage(run.runId);
  return {
    run_id: run.runId,
    name: run.name,
    status: run.status,
    created_at: run.createdAt,
    finished_at: run.finishedAt,
    seed: run.seed,
    protocol,
    mode,
    notice: run.notice,
    models: {
      policy: roles.policy.model,
      opponent: roles.opponent.model,
      judge: roles.judge.model,
      scorer: roles.scorer.model,
    },
    counts: countsOf(found),
    agreement_rate: settled === 0 ? null : found.agreed / settled,
    agreement_interval: intervalOf(store.settledCounts(run.runId)),
    rounds_to_agreement: found.rounds_to_agreement,
    ca_mean: found.ca_mean,
    tokens: {
      prompt: usage.reduce((sum, line) => sum + line.prompt_tokens, 0),
      completion: usage.reduce((sum, line) => sum + line.completion_tokens, 0),
    },
  };
}

export function runAnswer(material: RunMaterial, run: RunRecord): RunAnswer {
  const { store, intervalOf, dbFlag } = material;
  const episodes = store.watchedEpisodes(run.runId);
  const groups = new Map(store.plannedGroups(run.runId).map((group) => [group.group_id, group]));
  const scores = episodes.map(({ ca_score }) => ca_score);
  return {
    command: `entente report ${quoted(run.name)}${dbFlag}`,
    run: runLine(material, run),
    config: run.config,
    tiers: tierFigures(episodes, groups, intervalOf),
    rounds: roundCounts(episodes, run.config.max_rounds),
    ca_histogram: scoreHistogram(scores),
    ca: momentsOf(scores),
    aspects: aspects.map((aspect) => {
      const values = episodes.map((episode) => episode[aspect]);
      return { aspect, moments: momentsOf(values), histogram: scoreHistogram(values) };
    }),
    spread: spreadOf(episodes, groups),
    failures: failuresOf(episodes),
    progress: progressOf(episodes),
    usage: store.usage(run.runId),
    facets: facetsOf(episodes, groups),
  };
}

function spreadsOf(episodes: readonly WatchedEpisode[], groups: ReadonlyMap<string, PlannedGroupRow>): GroupSpread[] {
  return groupsOf(episodes).flatMap((members): GroupSpread[] => {
    const group = groups.get(members[0]?.group_id ?? '');
    const { graded, mean, std, min, max } = groupStatistics(members.map(({ reward }) => reward));
    if (group === undefined || mean === null || min === null || max === null) return [];
    const { group_id, ordinal, dilemma_id, size } = group;
    return [{ group_id, ordinal, dilemma_id, graded, size, min, mean, max, zero_variance: graded > 1 && std === 0 }];
  });
}

function spreadOf(episodes: readonly WatchedEpisode[], groups: ReadonlyMap<string, PlannedGroupRow>) {
  const all = spreadsOf(episodes, groups);
  const zero_variance = all.filter((group) => group.zero_variance).length;
  return { groups: thinned(all, shownGroups), total: all.length, zero_variance };
}

function failuresOf(episodes: readonly WatchedEpisode[]): RunAnswer['failures'] {
  const keys = episodes.map(({ failure, status }) => (failure === null ? null : `${status} ${failure}`));
  return tally(keys).map(({ value, episodes: count }) => {
    const [status = '', failure = ''] = value.split(' ', 2);
    return { failure, status: status as WatchedEpisode['status'], episodes: count };
  });
}

function progressOf(episodes: readonly WatchedEpisode[]): RunAnswer['progress'] {
  const ended = episodes
    .flatMap(({ finished_at, status, outcome }) =>
      finished_at === null ? [] : [{ time: finished_at, status, outcome }],
    )
    .sort((one, other) => (one.time < other.time ? -1 : one.time > other.time ? 1 : 0));
  let [finished, failed, agreed] = [0, 0, 0];
  const steps = ended.map(({ time, status, outcome }) => {
    finished++;
    if (status === 'failed') failed++;
    if (outcome === 'agreed') agreed++;
    return { time, finished, failed, agreed };
  });
  return thinned(steps, progressSteps);
}

function facetsOf(episodes: readonly WatchedEpisode[], groups: ReadonlyMap<string, PlannedGroupRow>): Facets {
  const facet = (of: (group: PlannedGroupRow) => string) =>
    tally(
      episodes.map(({ group_id }) => {
        const group = groups.get(group_id);
        return group === undefined ? null : of(group);
      }),
    );
  return {
    tiers: facet(({ tier }) => tier),
    domains: facet(({ domain }) => domain),
    pairs: facet(({ pair_id }) => pair_id),
    failures: tally(episodes.map(({ failure }) => failure)),
  };
}

export function compareAnswer(material: RunMaterial, runs: readonly RunRecord[]): CompareAnswer {
  const { store, intervalOf, dbFlag } = material;
  const read = runs.map((run) => {
    const episodes = store.watchedEpisodes(run.runId);
    const groups = new Map(store.plannedGroups(run.runId).map((group) => [group.group_id, group]));
    return { run, episodes, groups, spreads: spreadsOf(episodes, groups) };
  });
  const shared = sharedScenarios(read);
  return {
    command: `entente report ${runs.map(({ name }) => quoted(name)).join(' ')}${dbFlag}`,
    runs: read.map(({ run, episodes, groups, spreads }) => {
      const scores = episodes.map(({ ca_score }) => ca_score);
      return {
        ...runLine(material, run),
        tiers: tierFigures(episodes, groups, intervalOf),
        rounds: roundCounts(episodes, run.config.max_rounds),
        ca_histogram: scoreHistogram(scores),
        ca: momentsOf(scores),
        groups: {
          graded: spreads.length,
          zero_variance: spreads.filter(({ zero_variance }) => zero_variance).length,
          reward_min: momentsOf(spreads.map(({ min }) => min)).mean,
          reward_mean: momentsOf(spreads.map(({ mean }) => mean)).mean,
          reward_max: momentsOf(spreads.map(({ max }) => max)).mean,
        },
      };
    }),
    shared: shared.slice(0, shownShared),
    shared_total: shared.length,
  };
}

type ReadRun = { groups: ReadonlyMap<string, PlannedGroupRow>; spreads: readonly GroupSpread[] };

/** By content, so that the same words in two databases' runs meet. Of several groups of one scenario the first counts. */
function sharedScenarios(runs: readonly ReadRun[]): CompareAnswer['shared'] {
  const [first, ...others] = runs.map(({ groups, spreads }) => {
    const byKey = new Map<string, { group: PlannedGroupRow; mean: number }>();
    for (const { group_id, mean } of spreads) {
      const group = groups.get(group_id);
      if (group !== undefined && !byKey.has(group.scenario_key)) byKey.set(group.scenario_key, { group, mean });
    }
    return byKey;
  });
  return [...(first ?? [])].flatMap(([scenario_key, own]) => {
    const met = [own, ...others.map((byKey) => byKey.get(scenario_key))].filter((found) => found !== undefined);
    if (met.length < runs.length) return [];
    const { dilemma_id, pair_id } = own.group;
    const group_ids = met.map(({ group }) => group.group_id);
    return [{ scenario_key, dilemma_id, pair_id, group_ids, reward_means: met.map(({ mean }) => mean) }];
  });
}
