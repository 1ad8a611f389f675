/** Plays, compares and reports a whole evaluation; what is in the database already is not done again. */
import { setMaxListeners } from 'node:events';
import {
  askedQuestions,
  compareRuns,
  type EvaluationPlan,
  type FailedCalls,
  matchAll,
  type PlannedPair,
  type PlannedRun,
  questionsOn,
  verdictCount,
} from '../compare/index.js';
import { deriveSeed, type EvalConfig, type EvalSet, type Scenario, seededRandom } from '../domain/index.js';
import { EntenteError } from '../errors.js';
import { type EvaluationReport, type JudgedEvaluationPair, reportEvaluation } from '../report/index.js';
import { createRun, playRun, scenariosFor, tableFor } from '../run/index.js';
import type { RunRecord, Store } from '../store/index.js';
import { startCallProgress } from './call-progress.js';
import { failureNotes, notesOnRuns } from './compare.js';
import { connectEvaluation, decisiveConfig, modelsOf, pairwiseRole, spentBefore } from './eval-connections.js';
import { createProgress } from './progress.js';
import { listenForSignals, type Signals, stoppingLine } from './signals.js';

interface Evaluation {
  store: Store;
  config: EvalConfig;
  plan: EvaluationPlan;
  signals: Signals;
  connected: ReturnType<typeof connectEvaluation>;
}

/** Throws `usage`, `input`, `endpoint`, `budget`, `interrupted` or `storage`. */
export async function performEvaluation(
  store: Store,
  config: EvalConfig,
  plan: EvaluationPlan,
): Promise<{ report: EvaluationReport; failed: boolean }> {
  const before = plan.runs.flatMap((planned) => foundRun(store, planned) ?? []);
  const connected = connectEvaluation(config, plan, spentBefore(store, config, before));
  const signals = listenForSignals();
  setMaxListeners(0, signals.stopping);
  const evaluation = { store, config, plan, signals, connected };
  try {
    await connected.connections.preflight(signals.stopping);
    const runs = await playAll(evaluation);
    return await compareAll(evaluation, runs);
  } catch (error) {
    throw continuable(error);
  } finally {
    signals.close();
    await connected.connections.close();
  }
}

/** The run as it is in the database; null: not begun. Throws `usage` where another config bears its name. */
export function foundRun(store: Store, { name, config }: PlannedRun): RunRecord | null {
  const run = store.runs().find((one) => one.name === name) ?? null;
  if (run === null || decisiveConfig(run.config) === decisiveConfig(config)) return run;
  throw new EntenteError(
    'usage',
    `${store.path} has a run ${name} that was played under another config; give the evaluation another \`name\`, or use another --db.`,
  );
}

/** Every run of the plan played to its end, by name. */
async function playAll(evaluation: Evaluation): Promise<Map<string, RunRecord>> {
  const { store, plan } = evaluation;
  const scenarios = new Map<EvalSet, Scenario[]>();
  for (const planned of plan.runs) {
    const chosen = scenarios.get(planned.set) ?? scenariosFor(planned.config);
    scenarios.set(planned.set, chosen);
    await playPlanned(evaluation, planned, chosen);
  }
  return new Map(store.runs().map((run) => [run.name, run]));
}

async function playPlanned(
  { store, signals, connected: { budget, retries, connections } }: Evaluation,
  planned: PlannedRun,
  scenarios: readonly Scenario[],
): Promise<void> {
  const now = () => new Date();
  const identity = { random: seededRandom(deriveSeed('name', Date.now(), process.pid)), now };
  const found = foundRun(store, planned) ?? createRun(store, planned.config, planned.name, scenarios, identity);
  const run = { ...found, config: planned.config };
  const { episodes, finished, failed } = store.overview(run);
  if (run.status === 'done' && failed === 0) return;
  const { pressure } = connections;
  const progress = createProgress({ run, episodes, before: finished - failed, budget, retries, pressure });
  const announce = () => progress.announce(stoppingLine);
  signals.stopping.addEventListener('abort', announce, { once: true });
  progress.start();
  try {
    const table = tableFor(planned.config, modelsOf(connections, planned));
    await playRun({ store, run, table, retryFailed: failed > 0, observer: progress.observer, ...signals });
  } finally {
    progress.stop();
    signals.stopping.removeEventListener('abort', announce);
  }
}

async function compareAll(evaluation: Evaluation, runs: ReadonlyMap<string, RunRecord>) {
  const { store, config, plan } = evaluation;
  const { sampling } = pairwiseRole(config);
  const judge = pairwiseModel(evaluation);
  const pairs: JudgedEvaluationPair[] = [];
  const failures: string[] = [];
  for (const set of config.sets) {
    const judged = await compareSet(evaluation, runs, set);
    pairs.push(...judged.pairs);
    failures.push(...failureNotes(judged.failed));
  }
  const played = plan.runs.flatMap(({ name }) => runs.get(name) ?? []);
  const report = reportEvaluation({
    name: config.name,
    models: config.models.map(({ name }) => name),
    samples: config.samples,
    judge: { model: judge.name, temperature: sampling.temperature },
    judged_runs: config.repeats,
    seed: config.seed,
    systems: plan.runs.map(({ name, model, set, decoding, protocol }) => {
      const run = runs.get(name);
      return {
        run: name,
        model,
        set,
        decoding,
        protocol,
        episodes: run === undefined ? [] : store.episodes(run.runId),
      };
    }),
    pairs,
    questionsOn,
    notes: [...notesOnRuns(judge.name, played), ...failures],
  });
  return { report, failed: failures.length > 0 || report.systems.some(({ failed }) => failed > 0) };
}

async function compareSet(
  evaluation: Evaluation,
  runs: ReadonlyMap<string, RunRecord>,
  set: EvalSet,
): Promise<{ pairs: JudgedEvaluationPair[]; failed: FailedCalls }> {
  const { store, config, plan, signals } = evaluation;
  const planned = plan.pairs.filter((pair) => pair.set === set);
  const pairs = matchAll(
    store,
    planned.map(({ a, b }) => [recordOf(runs, a), recordOf(runs, b)] as const),
  );
  const { repeats, seed, concurrency } = config;
  const questions = askedQuestions(store, questionsOn(set), pairwiseModel(evaluation), pairwiseRole(config).sampling);
  const progress = startCallProgress(verdictCount(pairs, questions.length, repeats), 'verdicts');
  const announce = () => progress.announce(stoppingLine);
  signals.stopping.addEventListener('abort', announce, { once: true });
  try {
    const asking = { store, pairs, questions, repeats, seed, concurrency, onVerdict: progress.count };
    const { pairs: compared, failed } = await compareRuns({ ...asking, ...signals });
    const described = planned.flatMap((pair, index): JudgedEvaluationPair[] => {
      const found = compared[index];
      return found === undefined ? [] : [{ ...describePair(pair), ...found }];
    });
    return { pairs: described, failed };
  } finally {
    progress.stop();
    signals.stopping.removeEventListener('abort', announce);
  }
}

function pairwiseModel({ connected }: Evaluation) {
  return connected.connections.model('pairwise');
}

function recordOf(runs: ReadonlyMap<string, RunRecord>, { name }: PlannedRun): RunRecord {
  const run = runs.get(name);
  if (run === undefined) throw new EntenteError('storage', `run ${name} has gone missing.`);
  return run;
}

function describePair({ kind, set, decoding, a, b }: PlannedPair) {
  const protocols = { protocol_a: a.protocol, protocol_b: b.protocol };
  return { kind, set, decoding, model_a: a.model, model_b: b.model, ...protocols };
}

/** Says how to go on after a stop. */
function continuable(error: unknown): unknown {
  if (!(error instanceof EntenteError) || (error.code !== 'budget' && error.code !== 'interrupted')) return error;
  const how = error.code === 'budget' ? ' with a larger budget in the config' : '';
  const message = `${error.message.replace(/\.$/, '')}; all that was finished is kept: the same command${how} goes on.`;
  return new EntenteError(error.code, message, { cause: error });
}
