/** `entente eval CONFIG`: the whole evaluation of the paper for a list of models, in one go. */
import type { Command } from 'commander';
import { type EvaluationPlan, planEvaluation, questionsOn } from '../compare/index.js';
import type { EvalConfig } from '../domain/index.js';
import { documentAsHtml, documentAsMarkdown, evaluationParts } from '../report/index.js';
import { scenariosFor, version } from '../run/index.js';
import { openStore } from '../store/index.js';
import { documentLines, writeDocument } from './document-text.js';
import { quantity } from './format.js';
import { dbOption } from './options.js';
import { remark, say, sayJson } from './output.js';
import { performEvaluation } from './perform-eval.js';
import { readEvalConfig } from './read-eval-config.js';
import { type Column, tableLines } from './table.js';
import { paletteFor } from './terminal.js';

interface Flags {
  db: string;
  json?: boolean;
  html?: string;
  markdown?: string;
  dryRun?: boolean;
}

export function addEval(program: Command, setExit: (code: number) => void): void {
  program
    .command('eval')
    .description('the whole evaluation of models: play, compare, report; started again, it goes on')
    .argument('<config>', 'YAML file (docs/evaluation.md)')
    .option('--dry-run', 'say how many episodes and calls it takes, and do nothing')
    .addOption(dbOption())
    .option('--json', 'print the report as one JSON document')
    .option('--html <file>', 'write the report as one HTML file')
    .option('--markdown <file>', 'write the report as Markdown')
    .action(async (path: string, flags: Flags) => {
      const config = readEvalConfig(path);
      const plan = planEvaluation(config);
      if (flags.dryRun) {
        sayPlan(config, plan, flags.json ?? false);
        return;
      }
      const store = openStore(flags.db, { mode: 'write' });
      try {
        const { report, failed } = await performEvaluation(store, config, plan);
        const parts = evaluationParts(report, 'wide');
        if (flags.html !== undefined) writeDocument('--html', flags.html, documentAsHtml(parts, `entente ${version}`));
        if (flags.markdown !== undefined) writeDocument('--markdown', flags.markdown, documentAsMarkdown(parts));
        if (flags.json) sayJson(report);
        const write = flags.json ? remark : say;
        write(...documentLines(evaluationParts(report, 'narrow'), paletteFor(process.stdout)));
        setExit(failed ? 1 : 0);
      } finally {
        store.close();
      }
    });
}

/** Calls without repair tries. A deliberation takes fewest calls when it agrees in round 1, most in a deadlock. */
interface Expected {
  what: string;
  episodes: number;
  least_calls: number;
  most_calls: number;
}

/** Throws `input` where there are fewer tasks than asked for. */
function sayPlan(config: EvalConfig, plan: EvaluationPlan, json: boolean): void {
  for (const set of config.sets) {
    const run = plan.runs.find((planned) => planned.set === set);
    if (run !== undefined) scenariosFor(run.config);
  }
  const lines = expectedOf(config, plan);
  const sum = (part: 'episodes' | 'least_calls' | 'most_calls') => lines.reduce((total, line) => total + line[part], 0);
  const total = { episodes: sum('episodes'), least_calls: sum('least_calls'), most_calls: sum('most_calls') };
  if (json) {
    sayJson({ lines, total });
    return;
  }
  const right = 'right' as const;
  const columns: readonly Column[] = [
    { head: '' },
    { head: 'episodes', align: right },
    { head: 'calls, least', align: right },
    { head: 'most', align: right },
  ];
  const rows = [...lines, { what: 'in all', ...total }].map(({ what, episodes, least_calls, most_calls }) => [
    what,
    episodes === 0 ? '–' : String(episodes),
    quantity(least_calls),
    quantity(most_calls),
  ]);
  say(...tableLines(columns, rows), '', ' Nothing was played. Repair tries and retries come on top.');
}

function expectedOf({ tasks, samples, repeats, max_rounds }: EvalConfig, { runs, pairs }: EvaluationPlan): Expected[] {
  const episodes = tasks * samples;
  const played = runs.map(({ name, protocol }): Expected => {
    const [least, most] = protocol === 'solo' ? [2, 2] : [5, 3 * max_rounds + 2];
    return { what: name, episodes, least_calls: least * episodes, most_calls: most * episodes };
  });
  const verdicts = pairs.reduce((sum, { set }) => sum + episodes * questionsOn(set).length * 2 * repeats, 0);
  const compared = { what: `${pairs.length} comparisons`, episodes: 0, least_calls: verdicts, most_calls: verdicts };
  return [...played, compared];
}
