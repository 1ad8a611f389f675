/** Plays a run to its end, or until it must stop: models, preflight, progress, signals and the closing summary. */
import { connectRoles, createBudget, type Spending, withRetries } from '../chat/index.js';
import type { RunConfig } from '../domain/index.js';
import { EntenteError, type ErrorCode } from '../errors.js';
import { createWidthRule, type RunReport, reportRun } from '../report/index.js';
import { playRun, tableFor } from '../run/index.js';
import type { RunRecord, Store } from '../store/index.js';
import { duration, plural } from './format.js';
import { remark, say, sayJson } from './output.js';
import { createProgress } from './progress.js';
import { listenForSignals, stoppingLine } from './signals.js';
import { groupLine, noteLines, stakeholderLines, tierTable, tokenLine } from './summary-text.js';
import { paletteFor } from './terminal.js';

export interface PerformOptions {
  store: Store;
  config: RunConfig;
  /** The run as it is in the database; called once every endpoint has answered, so that nothing half is written. */
  begin: () => RunRecord;
  /** What the run had spent before. */
  spent: Spending;
  /** Failed episodes are played again. */
  retryFailed?: boolean;
  json: boolean;
}

/** The exit code: 0, or 1 where episodes failed. Throws `usage`, `endpoint`, `budget`, `interrupted` or `storage`. */
export async function performRun({
  store,
  config,
  begin,
  spent,
  retryFailed = false,
  json,
}: PerformOptions): Promise<0 | 1> {
  const { budget, retries, connections } = connect(config, spent);
  const signals = listenForSignals();
  try {
    await connections.preflight(signals.stopping);
    const run = begin();
    const { episodes, finished, failed } = store.overview(run);
    const before = retryFailed ? finished - failed : finished;
    const progress = createProgress({ run, episodes, before, budget, retries, pressure: connections.pressure });
    const started = performance.now();
    signals.stopping.addEventListener('abort', () => progress.announce(stoppingLine), { once: true });
    progress.start();
    try {
      await playRun({
        store,
        run,
        table: tableFor(config, { ...connections.models, ...connections.panels }),
        retryFailed,
        ...stopRuleFor(store, run, retryFailed),
        observer: progress.observer,
        ...signals,
      });
    } catch (error) {
      throw resumable(error, run);
    } finally {
      progress.stop();
    }
    return conclude(store, run, performance.now() - started, json);
  } finally {
    signals.close();
    await connections.close();
  }
}

function stopRuleFor(store: Store, { runId, config }: RunRecord, reopened: boolean) {
  const width = config.until_width ?? null;
  return width === null ? {} : { stopRule: createWidthRule(width, store.episodeFigures(runId), { reopened }) };
}

/** The models of a run, under its budget and retried; what they retry is counted by cause, for the progress shown. */
function connect(config: RunConfig, spent: Spending) {
  const budget = createBudget({
    maxTokens: config.max_tokens_total,
    maxUsd: config.max_usd,
    prices: config.prices,
    spent,
  });
  const retries = new Map<string, number>();
  const onRetry = ({ code, status }: EntenteError) => {
    const cause = status === null ? code.replace('_', ' ') : String(status);
    retries.set(cause, (retries.get(cause) ?? 0) + 1);
  };
  const connections = connectRoles(config.roles, process.env, {
    connections: config.concurrency,
    wrap: (model) => budget.over(withRetries(model, { maxRetries: config.max_retries, random: Math.random, onRetry })),
  });
  return { budget, retries, connections };
}

/** Says how to go on after a stop. */
function resumable(error: unknown, run: RunRecord): unknown {
  if (!(error instanceof EntenteError) || error.code === 'storage') return error;
  const flags: Partial<Record<ErrorCode, string>> = {
    budget: ' --max-tokens N',
    failures: ' --retry-failed --max-failures N',
  };
  const message = `${error.message.replace(/\.$/, '')}; all that was finished is kept: \`entente resume ${run.name}${flags[error.code] ?? ''}\` goes on.`;
  return new EntenteError(error.code, message, { cause: error });
}

function conclude(store: Store, { name }: RunRecord, ms: number, json: boolean): 0 | 1 {
  const run = store.runs().find((found) => found.name === name);
  if (run === undefined) throw new EntenteError('storage', `${store.path}: run ${name} has gone missing.`);
  const report = reportRun({
    run,
    episodes: store.episodeFigures(run.runId),
    usage: store.usage(run.runId),
    failedAttempts: store.failedAttempts(run.runId),
  });
  if (json) sayJson(report);
  const write = json ? remark : say;
  write(...closingLines(store, report, ms));
  return report.overall.failed > 0 ? 1 : 0;
}

function closingLines(store: Store, run: RunReport, ms: number): string[] {
  const palette = paletteFor(process.stdout);
  const { episodes, graded, failed, unfinished } = run.overall;
  const played = unfinished > 0 ? `${episodes - unfinished} of ${episodes} episodes` : plural(episodes, 'episode');
  const failures = failed > 0 ? `, ${failed} failed` : '';
  const db = store.path === 'runs/entente.db' ? '' : ` --db ${store.path}`;
  const width = 54 + db.length;
  const next: [string, string][] = [
    [`npx entente replay ${run.name}/1${db}`, 'watch one'],
    [`npx entente report ${run.name}${db}`, 'all figures'],
    [`npx entente export ${run.name} --out data.jsonl${db}`, 'training rows'],
  ];
  if (run.notice !== null) next.push(['npx entente run --policy MODEL@http://HOST:PORT/v1', 'a real model']);
  return [
    '',
    `run ${palette.bold(run.name)} finished in ${duration(ms)} · ${played}, ${graded} graded${failures}`,
    '',
    ...tierTable(run),
    '',
    groupLine(run),
    ...stakeholderLines(run),
    tokenLine(run),
    '',
    ...noteLines(run, palette),
    '',
    ...next.map(([command, why]) => ` ${palette.cyan(command.padEnd(width))}  ${palette.dim(why)}`),
  ];
}
