/** `entente report RUN…`: conflict-resolution rates and the rest, with intervals. */
import { writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { EntenteError } from '../errors.js';
import { costOfRun, defaultExportOptions, diagnosedGroups } from '../export/index.js';
import { type Report, renderHtml, renderMarkdown, reportOn, requireSteps } from '../report/index.js';
import { diagnoseGroups, type GroupDiagnostics } from '../reward/index.js';
import { version } from '../run/index.js';
import { openStore, type RunRecord, type Store } from '../store/index.js';
import { groupLines } from './group-text.js';
import { dbOption } from './options.js';
import { remark, say, sayJson } from './output.js';
import { findRunOrLatest } from './references.js';
import { acrossLines, type Breakdown, breakdowns, runLines } from './report-text.js';
import { paletteFor } from './terminal.js';

interface ReportFlags {
  db: string;
  json?: boolean;
  markdown?: boolean;
  html?: string;
  by?: Breakdown;
  dynamics?: boolean;
  groups?: boolean;
  retestSd?: string;
}

export function addReport(program: Command): void {
  program
    .command('report')
    .description('agreement, rounds, CA, groups, failures and tokens of runs, compared where there are several')
    .argument('[run...]', 'names or ids, or their beginnings (default: the latest)')
    .addOption(new Option('--by <what>', 'break the table down further').choices(breakdowns))
    .option('--dynamics', 'the curves over runs tagged with --step (default: all of them)')
    .option('--groups', 'what the groups can teach: spread, nulls, length, duplicates')
    .option('--retest-sd <x>', 'SD of the scorer on one text, for the share of groups that are noise')
    .addOption(dbOption())
    .option('--html <file>', 'write a page with plots that needs no other file')
    .addOption(new Option('--json', 'print one JSON document').conflicts('markdown'))
    .option('--markdown', 'print Markdown')
    .action((references: string[], flags: ReportFlags) => {
      const store = openStore(flags.db, { mode: 'read' });
      try {
        const runs = runsToReport(store, references, flags.dynamics ?? false);
        const inputs = runs.map((run) => ({
          run,
          episodes: store.episodeFigures(run.runId),
          usage: store.usage(run.runId),
          failedAttempts: store.failedAttempts(run.runId),
        }));
        const report = reportOn(inputs, (runId) => store.scenarioKeys(runId));
        if (flags.html !== undefined) writePage(flags.html, renderHtml(report, `entente ${version}`));
        const diagnose = (run: RunRecord): GroupDiagnostics => {
          const groups = diagnosedGroups(store, run, { ...defaultExportOptions, seat: run.config.learner });
          return diagnoseGroups(groups, { retestSd: numberOrNull(flags.retestSd), usd: costOfRun(store, run) });
        };
        print(report, flags, flags.groups ? runs.map(diagnose) : []);
      } finally {
        store.close();
      }
    });
}

function runsToReport(store: Store, references: readonly string[], dynamics: boolean): RunRecord[] {
  if (references.length === 0 && !dynamics) return [findRunOrLatest(store, undefined)];
  const tagged = () => store.runs().filter(({ config }) => (config.step ?? null) !== null);
  const found = references.length === 0 ? tagged() : references.map((reference) => findRunOrLatest(store, reference));
  // A run that is named twice is one run.
  const runs = [...new Map(found.map((run) => [run.runId, run])).values()];
  if (dynamics) requireSteps(runs.map(({ name, config }) => ({ name, step: config.step ?? null })));
  return runs;
}

/** `diagnostics`: of each run's groups, in the order of the runs; empty where not asked for. */
function print(report: Report, flags: ReportFlags, diagnostics: readonly GroupDiagnostics[]): void {
  if (flags.json) sayJson(withDiagnostics(report, diagnostics));
  else if (flags.markdown) say(renderMarkdown(report).trimEnd());
  else printText(report, flags, diagnostics);
}

function withDiagnostics(report: Report, diagnostics: readonly GroupDiagnostics[]) {
  const runs = report.runs.map((run, index) =>
    diagnostics.length > 0 ? { ...run, diagnostics: diagnostics[index] } : run,
  );
  return { ...report, runs };
}

function printText(report: Report, flags: ReportFlags, diagnostics: readonly GroupDiagnostics[]): void {
  const palette = paletteFor(process.stdout);
  for (const [index, run] of report.runs.entries()) {
    const found = diagnostics[index];
    const lines = found === undefined ? [] : groupLines(found, palette);
    say(...runLines(run, { by: flags.by === undefined ? [] : [flags.by], diagnostics: lines, palette }));
  }
  const across = acrossLines(report, palette);
  if (across.length > 0) say(...across);
}

function writePage(path: string, page: string): void {
  try {
    writeFileSync(path, page);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new EntenteError('usage', `--html ${path}: cannot be written (${code}).`, { cause: error });
  }
  remark(`wrote ${path}`);
}

function numberOrNull(text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (text.trim() !== '' && value >= 0) return value;
  throw new EntenteError('usage', `--retest-sd: "${text}" is not a number from 0 on.`);
}
