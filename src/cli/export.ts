/** `entente export RUN --format F --out FILE`: training data. */
import { type Command, Option } from 'commander';
import { exportRows } from '../export/index.js';
import { openStore } from '../store/index.js';
import { plural, quantity } from './format.js';
import { dbOption } from './options.js';
import { remark, sayJson } from './output.js';
import { findRun } from './references.js';

export function addExport(program: Command): void {
  program
    .command('export')
    .description('write training data')
    .argument('<run>', 'name or id, or the beginning of one')
    .requiredOption('--out <file>', 'where to write')
    .addOption(new Option('--format <format>', 'see docs/formats.md').choices(['rows']).default('rows'))
    .addOption(dbOption())
    .option('--json', 'print what was written as one JSON document')
    .action(async (reference: string, flags: { out: string; format: string; db: string; json?: boolean }) => {
      const store = openStore(flags.db, { mode: 'read' });
      try {
        const run = findRun(store, reference);
        const report = await exportRows(store, run, flags.out);
        if (flags.json)
          return sayJson({ run_id: run.runId, name: run.name, format: flags.format, out: flags.out, ...report });
        const { rows, episodes, trained_tokens, tokens, left_out } = report;
        remark(
          `${flags.out}: ${plural(rows, 'row')} from ${plural(episodes, 'episode')}, ${quantity(trained_tokens)} of ${quantity(tokens)} tokens carry loss`,
        );
        const causes = Object.entries(left_out).map(([cause, count]) => `${count} ${cause}`);
        if (causes.length > 0) remark(`left out: ${causes.join(', ')}`);
        if (report.rehearsal) remark('these tokens were rehearsed: good for testing a pipeline, not for training');
      } finally {
        store.close();
      }
    });
}
