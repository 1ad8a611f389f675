/**
 * An evaluation as one plain object, in the measures of the paper (arXiv 2603.10476): CA and conflict-resolution win
 * rates, agreement rate and mean rounds to agreement, for greedy and for sampled decoding.
 */
import type { EvalDecoding, EvalProtocol, EvalSet, PairwiseQuestion } from '../../domain/index.js';
import type { EpisodeRow } from '../../store/index.js';
import type { Interval } from '../statistics/index.js';
import { summarise } from '../summary.js';
import {
  type ComparisonReport,
  correctTogether,
  figuresOfPair,
  type JudgedPair,
  notesOn,
  type PairFigures,
  placedRows,
} from './comparison-report.js';
import { sampleSdOf } from './pair-figures.js';
import { type Ranking, rankRuns } from './ranking.js';

/** One run of the evaluation: a model on one set, decoded in one way, deliberating or alone. */
export interface SystemFigures {
  run: string;
  model: string;
  set: EvalSet;
  decoding: EvalDecoding;
  protocol: EvalProtocol;
  episodes: number;
  failed: number;
  /** Agreed of agreed and deadlocked; null for a single agent. */
  agreement_rate: number | null;
  agreement_interval: Interval | null;
  /** Sample standard deviation over the samples of every task; null for one sample. */
  agreement_rate_sd: number | null;
  /** Over agreed episodes. */
  rounds_to_agreement: number | null;
  rounds_to_agreement_sd: number | null;
  /** Mean Collective Agency score, 0 to 5. */
  ca_mean: number | null;
  ca_sd: number | null;
}

/** `baseline`: a model's deliberation over its own single agent. `models`: one model over another, by one protocol. */
export interface EvaluatedPair extends PairFigures {
  kind: 'baseline' | 'models';
  set: EvalSet;
  decoding: EvalDecoding;
  model_a: string;
  model_b: string;
  protocol_a: EvalProtocol;
  protocol_b: EvalProtocol;
}

/** All models on one scale, for more than two. */
export interface EvaluationRanking extends Ranking {
  set: EvalSet;
  decoding: EvalDecoding;
  protocol: EvalProtocol;
}

export interface EvaluationReport extends Pick<ComparisonReport, 'judge' | 'judged_runs' | 'seed' | 'notes'> {
  name: string;
  models: string[];
  /** Episodes for each task. */
  samples: number;
  systems: SystemFigures[];
  pairs: EvaluatedPair[];
  rankings: EvaluationRanking[];
}

export interface PlayedSystem extends Pick<SystemFigures, 'run' | 'model' | 'set' | 'decoding' | 'protocol'> {
  episodes: readonly EpisodeRow[];
}

/** One pair as it was judged. */
export type JudgedEvaluationPair = Omit<EvaluatedPair, 'questions'> & Pick<JudgedPair, 'rows'>;

export interface EvaluationInput
  extends Pick<EvaluationReport, 'name' | 'models' | 'samples' | 'judge' | 'judged_runs' | 'seed' | 'notes'> {
  systems: readonly PlayedSystem[];
  pairs: readonly JudgedEvaluationPair[];
  questionsOn(set: EvalSet): readonly PairwiseQuestion[];
}

export function reportEvaluation({ systems, pairs, questionsOn, notes, ...head }: EvaluationInput): EvaluationReport {
  const figures = correctTogether(pairs.map((pair) => figuresOfPair(pair, questionsOn(pair.set), head)));
  return {
    ...head,
    systems: systems.map(figuresOfSystem),
    pairs: figures,
    rankings: rankingsOf(head, pairs, questionsOn),
    notes: [...notes, ...notesOn({ ...head, pairs: figures })],
  };
}

function figuresOfSystem({ episodes, ...system }: PlayedSystem): SystemFigures {
  const { overall } = summarise(episodes, []);
  const samples = [...new Set(episodes.map(({ sample_index }) => sample_index))];
  const each = samples.map(
    (sample) =>
      summarise(
        episodes.filter(({ sample_index }) => sample_index === sample),
        [],
      ).overall,
  );
  const sdOf = (values: readonly (number | null)[]) => sampleSdOf(values.filter((value) => value !== null));
  return {
    ...system,
    episodes: overall.episodes,
    failed: overall.failed,
    agreement_rate: overall.agreement_rate,
    agreement_interval: overall.agreement_interval,
    agreement_rate_sd: sdOf(each.map(({ agreement_rate }) => agreement_rate)),
    rounds_to_agreement: overall.rounds_to_agreement,
    rounds_to_agreement_sd: sdOf(each.map(({ rounds_to_agreement }) => rounds_to_agreement)),
    ca_mean: overall.ca_mean,
    ca_sd: sdOf(each.map(({ ca_mean }) => ca_mean)),
  };
}

/** Every set, decoding and protocol has its own scale: what was not compared is not put on one. */
function rankingsOf(
  { models, judged_runs, seed }: Pick<EvaluationReport, 'models' | 'judged_runs' | 'seed'>,
  pairs: readonly JudgedEvaluationPair[],
  questionsOn: EvaluationInput['questionsOn'],
): EvaluationRanking[] {
  if (models.length < 3) return [];
  const scales = new Map<string, JudgedEvaluationPair[]>();
  for (const pair of pairs.filter(({ kind }) => kind === 'models')) {
    const key = `${pair.set} ${pair.decoding} ${pair.protocol_a}`;
    scales.set(key, [...(scales.get(key) ?? []), pair]);
  }
  return [...scales.values()].flatMap((these) => {
    const [first] = these;
    if (first === undefined) return [];
    const { set, decoding, protocol_a: protocol } = first;
    const byModel = these.map(({ model_a, model_b, rows }) => ({ run_a: model_a, run_b: model_b, rows }));
    return questionsOn(set).map((question) => {
      const rows = placedRows(models, question, byModel, judged_runs);
      return { ...rankRuns(question, models, rows, seed), set, decoding, protocol };
    });
  });
}
