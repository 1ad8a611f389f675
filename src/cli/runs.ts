/** `entente runs`: what is in the database, latest last. */
import type { Command } from 'commander';
import { openStore } from '../store/index.js';
import { dbOption } from './options.js';
import { say, sayJson } from './output.js';
import { runJson } from './run-json.js';
import { tableLines } from './table.js';

export function addRuns(program: Command): void {
  program
    .command('runs')
    .description('list runs')
    .addOption(dbOption())
    .option('--json', 'print one JSON document')
    .action((flags: { db: string; json?: boolean }) => {
      const store = openStore(flags.db, { mode: 'read' });
      try {
        const overviews = store.runs().map((run) => store.overview(run));
        if (flags.json) return sayJson(overviews.map(({ run, ...counts }) => ({ ...runJson(run), ...counts })));
        if (overviews.length === 0) return say(`${flags.db} has no run yet; \`entente run\` makes one.`);
        const right = 'right' as const;
        const columns = [
          { head: 'run' },
          { head: 'begun' },
          { head: 'status' },
          { head: 'episodes', align: right },
          { head: 'agreed', align: right },
          { head: 'failed', align: right },
          { head: 'policy' },
        ];
        const rows = overviews.map(({ run, episodes, finished, agreed, failed }) => [
          run.name,
          run.createdAt.slice(0, 16).replace('T', ' '),
          run.status,
          finished === episodes ? String(episodes) : `${finished}/${episodes}`,
          String(agreed),
          String(failed),
          run.config.roles.policy.model.replace(/@https?:\/\//, ' @ '),
        ]);
        say(...tableLines(columns, rows));
      } finally {
        store.close();
      }
    });
}
