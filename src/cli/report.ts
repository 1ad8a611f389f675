/** `entente report RUN…`: conflict-resolution rates and the rest, with intervals. */
import type { Command } from 'commander';
import { summarise } from '../report/index.js';
import { openStore } from '../store/index.js';
import { dbOption } from './options.js';
import { say, sayJson } from './output.js';
import { runJson } from './perform-run.js';
import { findRunOrLatest } from './references.js';
import { groupLine, outcomeTable, tierTable, tokenLine, warningLines } from './summary-text.js';
import { paletteFor } from './terminal.js';

export function addReport(program: Command): void {
  program
    .command('report')
    .description('agreement, rounds, CA, groups, failures and tokens of runs')
    .argument('[run...]', 'names or ids, or their beginnings (default: the latest)')
    .addOption(dbOption())
    .option('--json', 'print one JSON document')
    .action((references: string[], flags: { db: string; json?: boolean }) => {
      const store = openStore(flags.db, { mode: 'read' });
      try {
        const runs = (references.length > 0 ? references : [undefined]).map((reference) =>
          findRunOrLatest(store, reference),
        );
        const reports = runs.map((run) => ({
          run,
          summary: summarise(store.episodes(run.runId), store.usage(run.runId)),
        }));
        if (flags.json) return sayJson(reports.map(({ run, summary }) => ({ ...runJson(run), ...summary })));
        const palette = paletteFor(process.stdout);
        for (const { run, summary } of reports) {
          const { protocol, mode, seed } = run.config;
          say(`${palette.bold(run.name)}  ${protocol} · ${mode} · seed ${seed} · ${run.status}`, '');
          say(...tierTable(summary), '', ...outcomeTable(summary), '', groupLine(summary), tokenLine(summary), '');
          say(...warningLines(run, summary, palette), '');
        }
      } finally {
        store.close();
      }
    });
}
