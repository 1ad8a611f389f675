/** What commands that ask one judge share: its flags, its model under a budget, and how they go on after a stop. */
import { type Command, InvalidArgumentError } from 'commander';
import { connectRoles, createBudget, type Price, rehearsalName, type Spending, withRetries } from '../chat/index.js';
import { warnOfSelfPreference } from '../compare/index.js';
import { type PanelRole, type RunConfigInput, resolveConfig } from '../domain/index.js';
import { EntenteError } from '../errors.js';
import type { RunRecord } from '../store/index.js';

export interface JudgeFlags {
  seed: number;
  concurrency: number;
  maxRetries: number;
  maxTokens?: number;
  temperature?: number;
}

export function withJudgeOptions(command: Command): Command {
  return command
    .option(
      '--temperature <t>',
      "the judge's temperature (default: 0, or 1 where it is asked several times)",
      numberArg(0, 2),
    )
    .option('--seed <n>', 'decides the seed of every call', wholeArg(0, 0xffff_ffff), 0)
    .option('--concurrency <n>', 'in flight, and the most calls at a time', wholeArg(1, 20_000), 16)
    .option('--max-retries <n>', 'further tries of a call after a failure that may pass', wholeArg(0, 20), 4)
    .option('--max-tokens <n>', 'token budget of all calls of this command', wholeArg(1));
}

/** Reads a number for commander, which names the flag where it is none. */
export function numberArg(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It is not a number from ${least} to ${most}.`);
  };
}

export function wholeArg(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    const upTo = most === Number.MAX_SAFE_INTEGER ? 'on' : `to ${most}`;
    throw new InvalidArgumentError(`It is not a whole number from ${least} ${upTo}.`);
  };
}

export interface JudgeWish extends JudgeFlags {
  spec: string;
  /** How often the judge is asked for one verdict. */
  samples: number;
  maxUsd?: number;
  prices?: Readonly<Record<string, Price>>;
}

/** The judge as a scorer's role of a config, with every choice made. */
export function judgeRole({
  spec,
  samples,
  temperature,
}: Pick<JudgeWish, 'spec' | 'samples' | 'temperature'>): PanelRole {
  return rolesFor({ spec, samples, ...(temperature === undefined ? {} : { temperature }) }).scorer;
}

function rolesFor({ spec: model, samples, temperature }: Pick<JudgeWish, 'spec' | 'samples' | 'temperature'>) {
  const judge = { model, samples, ...(temperature === undefined ? {} : { temperature }) };
  const input: RunConfigInput = { policy: model, judge, scorer: judge };
  return resolveConfig(input).config.roles;
}

/** `spent`: what the same work has cost before; it counts against the budget. */
export function connectJudge(
  { maxTokens, maxUsd, prices = {}, concurrency, maxRetries, ...wish }: JudgeWish,
  spent: Spending,
) {
  const name = modelNameOf(wish.spec);
  if (maxUsd !== undefined && prices[name] === undefined)
    throw new EntenteError('usage', `--max-usd: the config of the run has no price for ${name}; use --max-tokens.`);
  const budget = createBudget({ maxTokens: maxTokens ?? null, maxUsd: maxUsd ?? null, prices, spent });
  const connections = connectRoles(rolesFor(wish), process.env, {
    connections: concurrency,
    wrap: (model) => budget.over(withRetries(model, { maxRetries, random: Math.random })),
  });
  return { connections, model: connections.models.scorer };
}

/** A model as servers know it. */
export function modelNameOf(spec: string): string {
  return spec.replace(/@https?:\/\/.*$/, '');
}

/** What a reader must know of this judge and this run. */
export function judgeNotes(judge: string, run: RunRecord): string[] {
  if (judge === rehearsalName || run.notice !== null)
    return ['rehearsal: rule-based stand-ins played or judged; this tells nothing about any LLM.'];
  const selfPreference = warnOfSelfPreference(judge, [run]);
  return selfPreference === null ? [] : [selfPreference];
}

/** Says how to go on after a stop. */
export function continuable(error: unknown): unknown {
  if (!(error instanceof EntenteError) || (error.code !== 'budget' && error.code !== 'interrupted')) return error;
  const how = error.code === 'budget' ? ' with a larger budget' : '';
  const message = `${error.message.replace(/\.$/, '')}; all verdicts so far are kept: the same command${how} goes on.`;
  return new EntenteError(error.code, message, { cause: error });
}
