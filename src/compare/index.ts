export { checkRuns, warnOfSelfPreference } from './check-runs.js';
export {
  askedQuestions,
  type ComparedPair,
  comparedRun,
  compareRuns,
  judgeNumbers,
  type MatchedRuns,
  matchAll,
  roundRobin,
  verdictCount,
} from './compare-runs.js';
export { type AskedQuestion, type FailedCalls, judgePairs } from './judge-pairs.js';
export { type Matched, matchRuns, type Task } from './match-runs.js';
export {
  type EvaluationPlan,
  type PlannedPair,
  type PlannedRun,
  planEvaluation,
  questionsOn,
} from './plan-evaluation.js';
