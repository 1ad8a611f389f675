/** Plans a run: which scenarios, which episodes, under which ids. The same config plans the same. */
import { deriveSeed, type RunConfig, type Scenario } from '../domain/index.js';
import { EntenteError } from '../errors.js';
import { chooseScenarios, loadDilemmas, loadPersonaPairs } from '../scenarios/index.js';
import type { PlannedGroup } from '../store/index.js';

/** The scenarios of a config, loaded and chosen. Held-out pairs are kept for evaluation. Throws `input`. */
export function scenariosFor(config: RunConfig): Scenario[] {
  const dilemmas = loadDilemmas(config.dilemmas);
  const pairs = loadPersonaPairs(config.personas).filter(({ split }) => split === 'train');
  if (pairs.length === 0)
    throw new EntenteError('input', `${config.personas.join(', ')}: no training pair; all are held out.`);
  return chooseScenarios(dilemmas, pairs, config.groups, config.seed);
}

/** Groups of `groupSize` episodes, numbered through from 1. */
export function planGroups(runId: string, scenarios: readonly Scenario[], groupSize: number): PlannedGroup[] {
  return scenarios.map((scenario, ordinal) => ({
    groupId: `${runId}-g${ordinal + 1}`,
    ordinal,
    scenario,
    episodes: Array.from({ length: groupSize }, (_, sampleIndex) => {
      const number = ordinal * groupSize + sampleIndex + 1;
      return { episodeId: `${runId}-${number}`, number, sampleIndex };
    }),
  }));
}

/** The seed of an episode: of the run's seed and its place in the plan, so nothing depends on timing or concurrency. */
export function episodeSeed(runSeed: number, groupOrdinal: number, sampleIndex: number): number {
  return deriveSeed('episode', runSeed, groupOrdinal, sampleIndex);
}
