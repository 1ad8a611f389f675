/** `entente report RUN…`: conflict-resolution rates and the rest, with intervals. */
import type { Command } from 'commander';
import { EntenteError } from '../errors.js';
import { costOfRun, defaultExportOptions, diagnosedGroups } from '../export/index.js';
import { summarise } from '../report/index.js';
import { diagnoseGroups } from '../reward/index.js';
import { openStore, type RunRecord } from '../store/index.js';
import { groupLines } from './group-text.js';
import { dbOption } from './options.js';
import { say, sayJson } from './output.js';
import { findRunOrLatest } from './references.js';
import { runJson } from './run-json.js';
import { groupLine, outcomeTable, stakeholderLines, tierTable, tokenLine, warningLines } from './summary-text.js';
import { paletteFor } from './terminal.js';

interface ReportFlags {
  db: string;
  json?: boolean;
  groups?: boolean;
  retestSd?: string;
}

export function addReport(program: Command): void {
  program
    .command('report')
    .description('agreement, rounds, CA, groups, failures and tokens of runs')
    .argument('[run...]', 'names or ids, or their beginnings (default: the latest)')
    .option('--groups', 'what the groups can teach: spread, nulls, length, duplicates')
    .option('--retest-sd <x>', 'SD of the scorer on one text, for the share of groups that are noise')
    .addOption(dbOption())
    .option('--json', 'print one JSON document')
    .action((references: string[], flags: ReportFlags) => {
      const store = openStore(flags.db, { mode: 'read' });
      try {
        const runs = (references.length > 0 ? references : [undefined]).map((reference) =>
          findRunOrLatest(store, reference),
        );
        const reports = runs.map((run) => ({
          run,
          summary: summarise(store.episodes(run.runId), store.usage(run.runId), store.failedAttempts(run.runId)),
        }));
        const diagnose = (run: RunRecord) => {
          const groups = diagnosedGroups(store, run, { ...defaultExportOptions, seat: run.config.learner });
          return diagnoseGroups(groups, { retestSd: numberOrNull(flags.retestSd), usd: costOfRun(store, run) });
        };
        if (flags.json) {
          const documents = reports.map(({ run, summary }) => {
            const diagnostics = flags.groups ? { diagnostics: diagnose(run) } : {};
            return { ...runJson(run), ...summary, ...diagnostics };
          });
          return sayJson(documents);
        }
        const palette = paletteFor(process.stdout);
        for (const { run, summary } of reports) {
          const { protocol, mode, seed } = run.config;
          say(`${palette.bold(run.name)}  ${protocol} · ${mode} · seed ${seed} · ${run.status}`, '');
          say(...tierTable(summary), '', ...outcomeTable(summary), '', groupLine(summary));
          say(...stakeholderLines(summary), tokenLine(summary), '');
          if (flags.groups) say(...groupLines(diagnose(run), palette), '');
          say(...warningLines(run, summary, palette), '');
        }
      } finally {
        store.close();
      }
    });
}

function numberOrNull(text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (text.trim() !== '' && value >= 0) return value;
  throw new EntenteError('usage', `--retest-sd: "${text}" is not a number from 0 on.`);
}
