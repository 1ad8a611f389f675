/** `entente compare RUN_A RUN_B …`: runs on the same tasks, judged pairwise in both orders. */
import { type Command, Option } from 'commander';
import { z } from 'zod';
import { connectModels, createBudget, rehearsalName, withRetries } from '../chat/index.js';
import {
  askedQuestions,
  checkRuns,
  comparedRun,
  compareRuns,
  type FailedCalls,
  judgeNumbers,
  matchAll,
  roundRobin,
  verdictCount,
  warnOfSelfPreference,
} from '../compare/index.js';
import { type PairwiseQuestion, pairwiseQuestions, resolveConfig } from '../domain/index.js';
import { EntenteError } from '../errors.js';
import { type ComparisonReport, comparisonParts, documentAsMarkdown, reportComparison } from '../report/index.js';
import { openStore, type RunRecord, type Store } from '../store/index.js';
import { startCallProgress } from './call-progress.js';
import { documentLines, writeDocument } from './document-text.js';
import { plural } from './format.js';
import { dbOption } from './options.js';
import { remark, say, sayJson } from './output.js';
import { findRun } from './references.js';
import { listenForSignals, stoppingLine } from './signals.js';
import { paletteFor } from './terminal.js';

const flagsSchema = z.object({
  db: z.string(),
  judge: z.string(),
  open: z.boolean().default(false),
  question: z.enum([...pairwiseQuestions, 'both']).optional(),
  runs: z.coerce.number().int().min(1).max(100),
  temperature: z.coerce.number().min(0).max(2),
  seed: z.coerce.number().int().min(0).max(0xffff_ffff),
  concurrency: z.coerce.number().int().min(1).max(20_000),
  maxTokens: z.coerce.number().int().min(1).nullable().default(null),
  acrossDecodings: z.boolean().default(false),
  json: z.boolean().default(false),
  markdown: z.string().optional(),
});
type Flags = z.output<typeof flagsSchema>;

export function addCompare(program: Command, setExit: (code: number) => void): void {
  program
    .command('compare')
    .description('judge runs on the same tasks against each other, in both orders')
    .argument('<run...>', 'two runs or more, by name or id')
    .requiredOption('--judge <spec>', 'the pairwise judge: rehearsal, MODEL@BASE_URL or MODEL')
    .option('--open', 'open-ended prompts: ask for Collective Agency only')
    .addOption(new Option('--question <which>', 'what is asked (default: both)').choices(['ca', 'resolution', 'both']))
    .option('--runs <k>', 'judged runs: how often everything is judged', '1')
    .option('--temperature <t>', "the judge's temperature; above 0 where judged runs are to differ", '0')
    .option('--seed <n>', 'decides the seed of every call', '0')
    .option('--concurrency <n>', 'tasks in flight', '16')
    .option('--max-tokens <n>', 'token budget of the whole comparison')
    .option('--across-decodings', 'let greedy and sampled runs meet')
    .addOption(dbOption())
    .option('--json', 'print one JSON document')
    .option('--markdown <file>', 'write the comparison as Markdown')
    .action(async (references: string[], given: unknown) => {
      const flags = readFlags(given);
      const store = openStore(flags.db, { mode: 'write' });
      try {
        const runs = references.map((reference) => findRun(store, reference));
        setExit(await performComparison(store, runs, flags));
      } finally {
        store.close();
      }
    });
}

/** Throws `usage`, with the flag. */
function readFlags(given: unknown): Flags {
  const parsed = flagsSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const flag = String(issue?.path[0]).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new EntenteError('usage', `--${flag}: ${issue?.message ?? 'is not valid'}`);
}

/** The exit code: 0, or 1 where calls to the judge failed. */
async function performComparison(store: Store, runs: readonly RunRecord[], flags: Flags): Promise<0 | 1> {
  checkRuns({ runs, acrossDecodings: flags.acrossDecodings });
  const { seed, concurrency } = flags;
  const work = { store, runs, pairs: matchAll(store, roundRobin(runs)), questions: questionsFor(runs, flags) };
  const { connections, sampling } = connectJudge(work, flags);
  const signals = listenForSignals();
  const progress = startCallProgress(verdictCount(work.pairs, work.questions.length, flags.runs), 'verdicts');
  signals.stopping.addEventListener('abort', () => progress.announce(stoppingLine), { once: true });
  try {
    await connections.preflight(signals.stopping);
    const judge = connections.model('judge');
    const questions = askedQuestions(store, work.questions, judge, sampling);
    const asking = { store, pairs: work.pairs, questions, repeats: flags.runs, seed, concurrency };
    const { pairs, failed } = await compareRuns({ ...asking, onVerdict: progress.count, ...signals });
    progress.stop();
    const report = reportComparison({
      runs: runs.map(comparedRun),
      judge: { model: judge.name, temperature: sampling.temperature },
      judged_runs: flags.runs,
      seed,
      questions: work.questions,
      pairs,
      notes: [...notesOnRuns(judge.name, runs), ...failureNotes(failed)],
    });
    show(report, flags);
    return failed.size > 0 ? 1 : 0;
  } catch (error) {
    throw continuable(error);
  } finally {
    progress.stop();
    signals.close();
    await connections.close();
  }
}

/** Open prompts hold no conflict that could be resolved. */
function questionsFor(runs: readonly RunRecord[], { open, question }: Flags): PairwiseQuestion[] {
  const isOpen = open || (question === undefined && runs.every(({ config }) => config.split === 'eval-open'));
  if (open && question !== undefined && question !== 'ca')
    throw new EntenteError('usage', '--open asks for Collective Agency only; leave --question out.');
  if (isOpen) return ['ca'];
  return question === undefined || question === 'both' ? [...pairwiseQuestions] : [question];
}

const maxRetries = 4;

/** What the same comparison has spent before counts against its budget. */
function connectJudge(
  { store, runs, questions }: { store: Store; runs: readonly RunRecord[]; questions: readonly PairwiseQuestion[] },
  { judge: model, temperature, maxTokens, seed, concurrency }: Flags,
) {
  const { judge } = resolveConfig({ judge: { model, temperature } }).config.roles;
  const name = model.replace(/@https?:\/\/.*$/, '');
  const judges = judgeNumbers(store, questions, name, judge.sampling);
  const spent = store
    .pairwiseUsage(runs, { judges, seed })
    .reduce((tokens, { prompt_tokens, completion_tokens }) => tokens + prompt_tokens + completion_tokens, 0);
  const budget = createBudget({ maxTokens, maxUsd: null, prices: {}, spent: { tokens: spent, usd: 0 } });
  const connections = connectModels({ judge }, process.env, {
    connections: concurrency,
    wrap: (one) => budget.over(withRetries(one, { maxRetries, random: Math.random })),
  });
  return { connections, sampling: judge.sampling };
}

export function notesOnRuns(judge: string, runs: readonly RunRecord[]): string[] {
  const selfPreference = warnOfSelfPreference(judge, runs);
  const rehearsed = judge === rehearsalName || runs.some(({ notice }) => notice !== null);
  return [
    ...(rehearsed ? ['rehearsal: rule-based stand-ins played or judged; this tells nothing about any LLM.'] : []),
    ...(selfPreference === null ? [] : [selfPreference]),
  ];
}

export function failureNotes(failed: FailedCalls): string[] {
  return [...failed].map(
    ([code, { calls, message }]) =>
      `${plural(calls, 'comparison')} without a verdict (${code}: ${message}); the same command asks again.`,
  );
}

function show(report: ComparisonReport, { markdown, json }: Flags): void {
  const parts = comparisonParts(report);
  if (markdown !== undefined) writeDocument('--markdown', markdown, documentAsMarkdown(parts));
  if (json) sayJson(report);
  (json ? remark : say)(...documentLines(parts, paletteFor(process.stdout)));
}

/** Says how to go on after a stop. */
function continuable(error: unknown): unknown {
  if (!(error instanceof EntenteError) || (error.code !== 'budget' && error.code !== 'interrupted')) return error;
  const how = error.code === 'budget' ? ' with a larger --max-tokens' : '';
  const message = `${error.message.replace(/\.$/, '')}; all verdicts so far are kept: the same command${how} goes on.`;
  return new EntenteError(error.code, message, { cause: error });
}
