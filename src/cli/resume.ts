/** `entente resume [run]`: goes on with an interrupted run, from the last call that was finished. */
import type { Command } from 'commander';
import { costOf } from '../chat/index.js';
import { EntenteError } from '../errors.js';
import { openStore } from '../store/index.js';
import { dbOption } from './options.js';
import { remark } from './output.js';
import { performRun } from './perform-run.js';
import { findRun } from './references.js';

interface ResumeFlags {
  db: string;
  json?: boolean;
  maxTokens?: string;
  maxUsd?: string;
}

export function addResume(program: Command, setExit: (code: number) => void): void {
  program
    .command('resume')
    .description('go on with an interrupted run')
    .argument('[run]', 'name or id, or the beginning of one (default: the latest unfinished)')
    .option('--max-tokens <n>', 'a new token budget for the whole run')
    .option('--max-usd <x>', 'a new dollar budget for the whole run')
    .addOption(dbOption())
    .option('--json', 'print the summary as one JSON document')
    .action(async (reference: string | undefined, flags: ResumeFlags) => {
      const store = openStore(flags.db, { mode: 'write' });
      try {
        const unfinished = store.runs().filter(({ status }) => status !== 'done');
        const run = reference === undefined ? unfinished.at(-1) : findRun(store, reference);
        if (run === undefined) throw new EntenteError('usage', `${flags.db} has no unfinished run.`);
        if (run.status === 'done') {
          remark(`run ${run.name} is finished already; \`entente report ${run.name}\` shows it.`);
          return;
        }
        const config = {
          ...run.config,
          max_tokens_total: budgetFlag('--max-tokens', flags.maxTokens) ?? run.config.max_tokens_total,
          max_usd: budgetFlag('--max-usd', flags.maxUsd) ?? run.config.max_usd,
        };
        const spent = store
          .usage(run.runId)
          .map((usage) =>
            costOf(
              { promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens },
              config.prices[usage.model],
            ),
          )
          .reduce((sum, cost) => ({ tokens: sum.tokens + cost.tokens, usd: sum.usd + cost.usd }), {
            tokens: 0,
            usd: 0,
          });
        setExit(await performRun({ store, config, begin: () => run, spent, json: flags.json ?? false }));
      } finally {
        store.close();
      }
    });
}

function budgetFlag(flag: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new EntenteError('usage', `${flag}: "${text}" is not a positive number.`);
}
