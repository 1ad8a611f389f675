/** Compares runs pairwise: matches their answers, has them judged, and reads back what the store then holds. */
import type { ChatModel } from '../chat/index.js';
import { decodingOf, type PairwiseQuestion, type Sampling } from '../domain/index.js';
import { EntenteError } from '../errors.js';
import { createPairwiseJudge, pairwisePrompts } from '../judging/index.js';
import type { ComparisonRow, RunRecord, Store } from '../store/index.js';
import { type AskedQuestion, type FailedCalls, type JudgePairsOptions, judgePairs } from './judge-pairs.js';
import { type Matched, matchRuns } from './match-runs.js';

/** Two runs and their common tasks. */
export interface MatchedRuns {
  a: RunRecord;
  b: RunRecord;
  matched: Matched;
}

/** Throws `usage` where two runs share no task that both have answered. */
export function matchAll(store: Store, pairs: readonly (readonly [RunRecord, RunRecord])[]): MatchedRuns[] {
  const sides = new Map<string, { protocol: RunRecord['config']['protocol']; answers: ReturnType<Store['answers']> }>();
  const sideOf = ({ runId, config }: RunRecord) => {
    const side = sides.get(runId) ?? { protocol: config.protocol, answers: store.answers(runId) };
    sides.set(runId, side);
    return side;
  };
  return pairs.map(([a, b]) => {
    const matched = matchRuns(sideOf(a), sideOf(b));
    if (matched.tasks.length === 0) throw nothingShared(a, b, matched);
    return { a, b, matched };
  });
}

function nothingShared(a: RunRecord, b: RunRecord, { missing_a, missing_b }: Matched): EntenteError {
  if (missing_a + missing_b > 0) {
    const without = missing_a >= missing_b ? a.name : b.name;
    return new EntenteError(
      'usage',
      `${a.name} and ${b.name} have tasks in common, but none that both have answered; \`entente resume ${without} --retry-failed\` plays what is missing.`,
    );
  }
  return new EntenteError(
    'usage',
    `${a.name} and ${b.name} share no task; play both with the same --split, --seed, --groups, --dilemmas and --personas.`,
  );
}

/** All pairs of the runs, in the order given. */
export function roundRobin(runs: readonly RunRecord[]): [RunRecord, RunRecord][] {
  return runs.flatMap((a, index) => runs.slice(index + 1).map((b): [RunRecord, RunRecord] => [a, b]));
}

/** The numbers under which the store keeps the verdicts of a judge, in the order of the questions. */
export function judgeNumbers(
  store: Store,
  questions: readonly PairwiseQuestion[],
  model: string,
  sampling: Sampling,
): number[] {
  return questions.map((question) => {
    const name = question === 'ca' ? 'pairwiseAgency' : 'pairwiseResolution';
    return store.pairwiseJudge(model, { name, ...pairwisePrompts[question] }, sampling);
  });
}

export function askedQuestions(
  store: Store,
  questions: readonly PairwiseQuestion[],
  model: ChatModel,
  sampling: Sampling,
): AskedQuestion[] {
  const numbers = judgeNumbers(store, questions, model.name, sampling);
  return questions.map((question, index) => {
    return { question, judge: createPairwiseJudge(question, model, sampling), id: numbers[index] ?? 0 };
  });
}

/** What was judged of two runs: counts of their tasks, and the verdicts seen from run A. */
export interface ComparedPair extends Omit<Matched, 'tasks'> {
  run_a: string;
  run_b: string;
  tasks: number;
  rows: ComparisonRow[];
}

export interface CompareOptions extends Omit<JudgePairsOptions, 'tasks'> {
  pairs: readonly MatchedRuns[];
}

/** Throws as `judgePairs` does. */
export async function compareRuns({ pairs, ...options }: CompareOptions): Promise<{
  pairs: ComparedPair[];
  failed: FailedCalls;
}> {
  const { store, questions, seed } = options;
  const failed = await judgePairs({ ...options, tasks: pairs.flatMap(({ matched }) => matched.tasks) });
  const filter = { judges: questions.map(({ id }) => id), seed };
  const compared = pairs.map(({ a, b, matched: { tasks, ...counts } }): ComparedPair => {
    const rows = store.comparisons(a, b, filter);
    return { run_a: a.name, run_b: b.name, tasks: tasks.length, ...counts, rows };
  });
  return { pairs: compared, failed };
}

/** How many verdicts there will be, both orders counted. */
export function verdictCount(pairs: readonly MatchedRuns[], questions: number, repeats: number): number {
  return pairs.reduce((sum, { matched }) => sum + matched.tasks.length, 0) * questions * repeats * 2;
}

/** A run as a comparison shows it. */
export function comparedRun({ runId, name, config }: RunRecord) {
  const { protocol, roles } = config;
  const policy = roles.policy.model.replace(/@https?:\/\/.*$/, '');
  return { run_id: runId, name, protocol, decoding: decodingOf(config), policy };
}
