/** Plans a run: which scenarios, which episodes, under which ids. The same config plans the same. */
import { deriveSeed, type RunConfig, type Scenario } from '../domain/index.js';
import { EntenteError } from '../errors.js';
import { chooseScenarios, loadDilemmas, loadPersonaPairs } from '../scenarios/index.js';
import type { PlannedGroup } from '../store/index.js';

/**
 * The scenarios of a config, loaded and chosen. Training dilemmas meet training pairs, evaluation prompts meet held-out
 * ones. Throws `input`, and `usage` where evaluation data would enter a training run unasked.
 */
export function scenariosFor(config: RunConfig): Scenario[] {
  const { split, mode, allow_eval_data } = config;
  if (split !== 'train' && mode === 'train' && !allow_eval_data) {
    throw new EntenteError(
      'usage',
      `split ${split} is for evaluation: add --mode eval, or --allow-eval-data to train on it all the same.`,
    );
  }
  const dilemmas = loadDilemmas(config.dilemmas).filter((dilemma) => dilemma.split === split);
  if (dilemmas.length === 0)
    throw new EntenteError('input', `${config.dilemmas.join(', ')}: no dilemma of the split ${split}.`);
  const loaded = loadPersonaPairs(config.personas);
  const ofSplit = loaded.filter((pair) => pair.split === (split === 'train' ? 'train' : 'held-out'));
  // Pairs of the user's own are taken as they are; held out or not matters for ours, which both kinds of run share.
  const pairs = ofSplit.length > 0 || split === 'train' ? ofSplit : loaded;
  if (pairs.length === 0)
    throw new EntenteError('input', `${config.personas.join(', ')}: no training pair; all are held out.`);
  return chooseScenarios(dilemmas, pairs, {
    count: config.groups,
    seed: config.seed,
    tierWeights: config.tier_weights,
    curriculum: config.curriculum,
    pairing: config.pairing,
    seats: config.seats,
  });
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
