/**
 * The whole evaluation of the paper (arXiv 2603.10476) as runs to play and pairs of them to compare. The same config
 * plans the same, under the same names, so that an evaluation that was stopped is continued by starting it again.
 */
import {
  defaultSampling,
  type EvalConfig,
  type EvalDecoding,
  type EvalProtocol,
  type EvalSet,
  type PairwiseQuestion,
  type RunConfig,
  type RunConfigInput,
  resolveConfig,
} from '../domain/index.js';

export interface PlannedRun {
  name: string;
  model: string;
  set: EvalSet;
  decoding: EvalDecoding;
  protocol: EvalProtocol;
  config: RunConfig;
}

/** Two runs on the same tasks, decoded alike: a model over its own single agent, or a model over another. */
export interface PlannedPair {
  kind: 'baseline' | 'models';
  set: EvalSet;
  decoding: EvalDecoding;
  a: PlannedRun;
  b: PlannedRun;
}

export interface EvaluationPlan {
  runs: PlannedRun[];
  pairs: PlannedPair[];
}

export function planEvaluation(config: EvalConfig): EvaluationPlan {
  const { sets, decodings, protocols, models } = config;
  const runs = sets.flatMap((set) =>
    decodings.flatMap((decoding) =>
      models.flatMap((model) => protocols.map((protocol) => planRun(config, model, set, decoding, protocol))),
    ),
  );
  return { runs, pairs: sets.flatMap((set) => decodings.flatMap((decoding) => pairsOf(runs, set, decoding))) };
}

/** Open prompts hold no conflict between stances that could be resolved. */
export function questionsOn(set: EvalSet): readonly PairwiseQuestion[] {
  return set === 'open' ? ['ca'] : ['ca', 'resolution'];
}

function pairsOf(all: readonly PlannedRun[], set: EvalSet, decoding: EvalDecoding): PlannedPair[] {
  const runs = all.filter((run) => run.set === set && run.decoding === decoding);
  return runs.flatMap((a, index) =>
    runs.slice(index + 1).flatMap((b): PlannedPair[] => {
      if (a.model === b.model) return [{ kind: 'baseline', set, decoding, a, b }];
      return a.protocol === b.protocol ? [{ kind: 'models', set, decoding, a, b }] : [];
    }),
  );
}

function planRun(
  evaluation: EvalConfig,
  { name: model, role }: EvalConfig['models'][number],
  set: EvalSet,
  decoding: EvalDecoding,
  protocol: EvalProtocol,
): PlannedRun {
  const { judge, scorer, tasks, samples, seed, max_rounds, window, concurrency, max_retries } = evaluation;
  const input: RunConfigInput = {
    ...{ protocol, mode: 'eval', split: `eval-${set}`, seed, groups: tasks, group_size: samples },
    ...{ max_rounds, window, concurrency, max_retries, prices: evaluation.prices },
    ...{ dilemmas: evaluation.dilemmas, personas: evaluation.personas },
    ...{ policy: { ...role, ...greedyIf(decoding) }, judge, scorer: scorer ?? judge },
    completion: completionOf(evaluation, role, decoding, protocol),
  };
  const name = `${evaluation.name}-${model}-${set}-${decoding}-${protocol}`;
  return { name, model, set, decoding, protocol, config: resolveConfig(input).config };
}

function greedyIf(decoding: EvalDecoding) {
  return decoding === 'greedy' ? ({ temperature: 0, top_p: 1 } as const) : {};
}

/** Who answers alone is sampled as it would speak: at the low temperature of a completion it would be all but greedy. */
function completionOf(
  { completion }: EvalConfig,
  { temperature, top_p }: EvalConfig['models'][number]['role'],
  decoding: EvalDecoding,
  protocol: EvalProtocol,
): RunConfigInput['completion'] {
  if (decoding === 'greedy') return { ...completion, ...greedyIf(decoding) };
  if (protocol === 'deliberation') return completion;
  const { speaking } = defaultSampling;
  return { ...completion, temperature: temperature ?? speaking.temperature, top_p: top_p ?? speaking.top_p };
}
