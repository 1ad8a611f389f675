/** A deliberation run against a solo run on the same tasks: is two heads' answer better than one's? */
import type { EpisodeFigures } from '../store/index.js';
import { addScores, emptySums, type ScoreName, type ScoreSums, scoreNames } from './figures.js';
import {
  type ClusterSum,
  holmCorrection,
  type Interval,
  type Pair,
  pairedDifference,
  signTest,
} from './statistics/index.js';

/** One run's episodes, with the key of the scenario that each group played. */
export interface KeyedRun {
  name: string;
  episodes: readonly EpisodeFigures[];
  /** Scenario key by group id. */
  scenarios: ReadonlyMap<string, string>;
}

export interface MeasureComparison {
  measure: ScoreName;
  /** Means over the shared scenarios, 0 to 5; null without any. */
  deliberation: number | null;
  solo: number | null;
  /** Deliberation − solo, paired by scenario. */
  difference: number | null;
  /** 95 %, bootstrap clustered by dilemma; null for fewer than two dilemmas. */
  interval: Interval | null;
  /** Dilemmas on which deliberation, or solo, has the higher mean. */
  higher: number;
  lower: number;
  /** Two-sided sign test over dilemmas; null without one that differs. */
  p: number | null;
  /** The same, corrected (Holm) for asking of all five measures. */
  p_holm: number | null;
}

export interface SoloComparison {
  deliberation: string;
  solo: string;
  /** Scenarios with a score in both. */
  scenarios: number;
  dilemmas: number;
  /** Scenarios that only one of them played, or got a score for. */
  only_deliberation: number;
  only_solo: number;
  measures: MeasureComparison[];
}

/** With fewer dilemmas that differ, no two-sided sign test can reach 5 %: 2 · ½⁵ is 6.3 %. */
export const leastDilemmas = 6;

export function compareWithSolo(deliberation: KeyedRun, solo: KeyedRun): SoloComparison {
  const [ours, theirs] = [scoresByScenario(deliberation), scoresByScenario(solo)];
  const shared = [...ours].flatMap(([key, a]) => {
    const b = theirs.get(key);
    return b === undefined ? [] : [{ cluster: a.dilemma, a: a.sums, b: b.sums }];
  });
  const measures = scoreNames.map((measure) => {
    const both = shared.filter(({ a, b }) => a[measure].count > 0 && b[measure].count > 0);
    const mean = ({ sum, count }: ClusterSum) => sum / count;
    return compareMeasure(
      measure,
      both.map(({ cluster, a, b }) => ({ cluster, a: mean(a[measure]), b: mean(b[measure]) })),
    );
  });
  const corrected = holmCorrection(measures.map(({ p }) => p));
  return {
    deliberation: deliberation.name,
    solo: solo.name,
    scenarios: shared.length,
    dilemmas: new Set(shared.map(({ cluster }) => cluster)).size,
    only_deliberation: ours.size - shared.length,
    only_solo: theirs.size - shared.length,
    measures: measures.map((line, index) => ({ ...line, p_holm: corrected[index] ?? null })),
  };
}

function compareMeasure(measure: ScoreName, pairs: readonly Pair[]): Omit<MeasureComparison, 'p_holm'> {
  const { difference, interval } = pairedDifference(pairs);
  const byDilemma = new Map<string, number>();
  for (const { cluster, a, b } of pairs) byDilemma.set(cluster, (byDilemma.get(cluster) ?? 0) + a - b);
  const { decisive, first, p } = signTest([...byDilemma.values()].map(rounded));
  return {
    measure,
    deliberation: mean(pairs.map(({ a }) => a)),
    solo: mean(pairs.map(({ b }) => b)),
    difference,
    interval,
    higher: first,
    lower: decisive - first,
    p,
  };
}

/** The same scores added in another order are no difference. */
function rounded(value: number): number {
  return Math.abs(value) < 1e-9 ? 0 : value;
}

/** The scores of the completions of each scenario, summed. */
function scoresByScenario({ episodes, scenarios }: KeyedRun) {
  const found = new Map<string, { dilemma: string; sums: ScoreSums }>();
  for (const episode of episodes) {
    const key = scenarios.get(episode.group_id);
    if (key === undefined || episode.ca_score === null) continue;
    const held = found.get(key) ?? { dilemma: episode.dilemma_id, sums: emptySums() };
    addScores(held.sums, episode);
    found.set(key, held);
  }
  return found;
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
