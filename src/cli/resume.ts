/** `entente resume [run]`: goes on with an interrupted run, from the last call that was finished. */
import type { Command } from 'commander';
import { costOf, type Spending } from '../chat/index.js';
import { runConfigSchema } from '../domain/index.js';
import { EntenteError } from '../errors.js';
import { openStore, type RunRecord, type Store } from '../store/index.js';
import { plural } from './format.js';
import { dbOption } from './options.js';
import { remark } from './output.js';
import { performRun } from './perform-run.js';
import { findRun } from './references.js';

interface ResumeFlags {
  db: string;
  json?: boolean;
  maxTokens?: string;
  maxUsd?: string;
  maxFailures?: string;
  retryFailed?: boolean;
}

export function addResume(program: Command, setExit: (code: number) => void): void {
  program
    .command('resume')
    .description('go on with an interrupted run')
    .argument('[run]', 'name or id, or the beginning of one (default: the latest unfinished)')
    .option('--retry-failed', 'play failed episodes again, from the last call that was finished')
    .option('--max-failures <n>', 'a new limit of failed episodes: a number, or a share such as 5%')
    .option('--max-tokens <n>', 'a new token budget for the whole run, or none')
    .option('--max-usd <x>', 'a new dollar budget for the whole run, or none')
    .addOption(dbOption())
    .option('--json', 'print the summary as one JSON document')
    .action(async (reference: string | undefined, flags: ResumeFlags) => {
      const store = openStore(flags.db, { mode: 'write' });
      try {
        const run = runToResume(store, reference, flags.retryFailed ?? false);
        if (run === null) return;
        const config = {
          ...run.config,
          max_failures: failuresFlag(flags.maxFailures) ?? run.config.max_failures,
          max_tokens_total: budgetFlag('--max-tokens', flags.maxTokens, run.config.max_tokens_total),
          max_usd: budgetFlag('--max-usd', flags.maxUsd, run.config.max_usd),
        };
        const begin = () => ({ ...run, config });
        const retryFailed = flags.retryFailed ?? false;
        const spent = spentBefore(store, run);
        setExit(await performRun({ store, config, begin, spent, retryFailed, json: flags.json ?? false }));
      } finally {
        store.close();
      }
    });
}

/** The run named, else the latest unfinished one; null, with a remark, where nothing is left to play. */
function runToResume(store: Store, reference: string | undefined, retryFailed: boolean): RunRecord | null {
  const isOpen = (run: RunRecord) => run.status !== 'done' || (retryFailed && store.overview(run).failed > 0);
  const run = reference === undefined ? store.runs().filter(isOpen).at(-1) : findRun(store, reference);
  if (run === undefined) throw new EntenteError('usage', `${store.path} has no unfinished run.`);
  if (isOpen(run)) return run;
  const { failed, episodes, finished } = store.overview(run);
  const spare =
    finished < episodes ? ` ${plural(episodes - finished, 'episode')} of its plan were not needed (until_width).` : '';
  const again = failed > 0 ? ` \`--retry-failed\` plays its ${plural(failed, 'failed episode')} again.` : '';
  remark(`run ${run.name} is finished already; \`entente report ${run.name}\` shows it.${spare}${again}`);
  return null;
}

/** What the run has cost so far. */
function spentBefore(store: Store, { runId, config: { prices } }: RunRecord): Spending {
  return store
    .usage(runId)
    .map(({ model, prompt_tokens, completion_tokens }) =>
      costOf({ promptTokens: prompt_tokens, completionTokens: completion_tokens }, prices[model]),
    )
    .reduce((sum, cost) => ({ tokens: sum.tokens + cost.tokens, usd: sum.usd + cost.usd }), { tokens: 0, usd: 0 });
}

function failuresFlag(text: string | undefined): number | string | null {
  if (text === undefined) return null;
  const parsed = runConfigSchema.shape.max_failures.safeParse(/^\d+$/.test(text) ? Number(text) : text);
  if (parsed.success && parsed.data !== undefined) return parsed.data;
  throw new EntenteError('usage', `--max-failures: "${text}" is not a number of episodes, nor a share such as 5%.`);
}

function budgetFlag(flag: string, text: string | undefined, before: number | null): number | null {
  if (text === undefined) return before;
  if (text === 'none') return null;
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new EntenteError('usage', `${flag}: "${text}" is neither a positive number nor "none".`);
}
