/** `entente generate dilemmas|personas`: new data by a model, held to the rules of the library. */
import { accessSync, appendFileSync, constants, existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Command, Option } from 'commander';
import { connectRoles, createBudget, withRetries } from '../chat/index.js';
import {
  type Dilemma,
  defaultSampling,
  dilemmaSchema,
  type PersonaPair,
  resolveConfig,
  type Tier,
  tiers,
} from '../domain/index.js';
import { EntenteError } from '../errors.js';
import {
  createDilemmaGenerator,
  createPairGenerator,
  type Generator,
  generateRecords,
  type Yield,
} from '../generation/index.js';
import { loadDilemmas, loadPersonaPairs } from '../scenarios/index.js';
import { plural, quantity } from './format.js';
import { remark, sayJson } from './output.js';
import { listenForSignals } from './signals.js';
import { tableLines } from './table.js';

interface GenerateFlags {
  count: string;
  model: string;
  judge?: string;
  out: string;
  minRating: string;
  seed: string;
  concurrency: string;
  maxTokens?: string;
  tier?: Tier;
  domain?: string;
  country?: string;
  json?: boolean;
}

export function addGenerate(program: Command): void {
  const generate = program.command('generate').description('write new dilemmas or persona pairs with a model');
  withFlags(generate.command('dilemmas').description('write dilemmas for the thinnest cells of the library'))
    .addOption(new Option('--tier <tier>', 'only this tier').choices(tiers))
    .option('--domain <domain>', 'only this domain')
    .option('--country <name>', 'only this setting')
    .action((flags: GenerateFlags) => generateDilemmas(flags));
  withFlags(generate.command('personas').description('write persona pairs with tensions not yet there')).action(
    (flags: GenerateFlags) => generatePersonas(flags),
  );
}

function withFlags(command: Command): Command {
  return command
    .requiredOption('--model <spec>', 'the model that writes: rehearsal, MODEL@BASE_URL or MODEL')
    .requiredOption('--out <file>', 'a .jsonl file; records are added to it, and an interrupted run goes on with it')
    .option('--judge <spec>', 'the model that rates (default: the one that writes)')
    .option('--count <n>', 'how many the file shall hold', '20')
    .option('--min-rating <mark>', 'least mark, 1 to 5', '3')
    .option('--seed <n>', 'decides cells, examples and calls', '0')
    .option('--concurrency <n>', 'calls side by side', '8')
    .option('--max-tokens <n>', 'token budget')
    .option('--json', 'print the yield as one JSON document');
}

async function generateDilemmas(flags: GenerateFlags): Promise<void> {
  const done = existing(flags.out, loadDilemmas);
  const pairs = loadPersonaPairs().filter(({ split }) => split === 'train');
  const { tier, domain, country } = flags;
  if (domain !== undefined && !dilemmaSchema.shape.domain.safeParse(domain).success)
    throw new EntenteError('usage', `--domain: "${domain}" must be lower-case words joined by hyphens.`);
  if (country !== undefined && !dilemmaSchema.shape.setting.safeParse(country).success)
    throw new EntenteError('usage', '--country: must have 80 characters at the most.');
  await generateInto(flags, done.length, ({ writer, rater, leastMark, seed, now }) =>
    createDilemmaGenerator({
      library: [...loadDilemmas(), ...done],
      tensions: pairs.map(({ id }) => id),
      filter: { ...(tier && { tier }), ...(domain && { domain }), ...(country && { setting: country }) },
      ...{ writer, rater, leastMark, seed, now },
    }),
  );
}

async function generatePersonas(flags: GenerateFlags): Promise<void> {
  const done = existing(flags.out, loadPersonaPairs);
  await generateInto(flags, done.length, (setting) =>
    createPairGenerator({ library: [...loadPersonaPairs(), ...done], ...setting }),
  );
}

function existing<T extends Dilemma | PersonaPair>(out: string, load: (paths: string[]) => T[]): T[] {
  if (!out.endsWith('.jsonl'))
    throw new EntenteError('usage', `--out: "${out}" must end in .jsonl; records are added line by line.`);
  const there = existsSync(out);
  try {
    accessSync(there ? out : dirname(out), constants.W_OK);
  } catch (error) {
    throw new EntenteError('usage', `--out: "${out}" cannot be written; is its folder there?`, { cause: error });
  }
  return there ? load([out]) : [];
}

/** Makes the file ready to be added to: an editor may have taken its last line break away. */
function endLastLine(out: string): void {
  if (existsSync(out) && /[^\n]$/.test(readFileSync(out, 'utf8'))) appendFileSync(out, '\n');
}

type Setting = Pick<Parameters<typeof createDilemmaGenerator>[0], 'writer' | 'rater' | 'leastMark' | 'seed' | 'now'>;

async function generateInto<T>(
  flags: GenerateFlags,
  before: number,
  createGenerator: (setting: Setting) => Generator<T>,
): Promise<void> {
  const { goal, seed, leastMark, concurrency, maxTokens } = numbersOf(flags);
  let soFar: Yield = { accepted: 0, attempts: 0, rejected: {} };
  if (before >= goal) {
    remark(`${flags.out} holds ${plural(before, 'record')} already; raise --count for more.`);
    if (flags.json) finish(flags, before, soFar, 0);
    return;
  }
  const { config } = resolveConfig({ policy: flags.model, ...(flags.judge && { judge: flags.judge }) });
  const budget = createBudget({ maxTokens, maxUsd: null, prices: {}, spent: { tokens: 0, usd: 0 } });
  const connections = connectRoles(config.roles, process.env, {
    connections: concurrency,
    wrap: (model) => budget.over(withRetries(model, { maxRetries: 4, random: Math.random })),
  });
  const signals = listenForSignals();
  try {
    await connections.preflight(signals.stopping);
    const { policy, judge } = connections.models;
    const generator = createGenerator({
      writer: { model: policy, sampling: { ...defaultSampling.speaking, temperature: 1 }, signal: signals.aborted },
      rater: { model: judge, sampling: defaultSampling.judging, signal: signals.aborted },
      leastMark,
      // A resumed run must not ask again what it asked before.
      seed: seed + before,
      now: () => new Date(),
    });
    endLastLine(flags.out);
    const options = { count: goal - before, concurrency, signal: signals.stopping };
    const write = (record: T) => appendFileSync(flags.out, `${JSON.stringify(record)}\n`);
    const tell = progressLine(before, goal);
    await generateRecords(generator, options, write, (latest) => {
      soFar = latest;
      tell(latest);
    });
    finish(flags, before, soFar, budget.spent().tokens);
  } catch (error) {
    throw resumable(error, `${flags.out} holds ${before + soFar.accepted} of ${goal}`);
  } finally {
    signals.close();
    await connections.close();
  }
}

/** Says how to go on after a stop. */
function resumable(error: unknown, holding: string): unknown {
  if (!(error instanceof EntenteError) || (error.code !== 'budget' && error.code !== 'interrupted')) return error;
  const message = `${error.message.replace(/\.$/, '')}; ${holding} records, and the same command goes on.`;
  return new EntenteError(error.code, message, { cause: error });
}

/** A line every ten attempts; the last figures come with the table. */
function progressLine(before: number, goal: number): (soFar: Yield) => void {
  let told = 0;
  return ({ accepted, attempts }) => {
    if (attempts - told < 10) return;
    told = attempts;
    remark(`${before + accepted}/${goal} accepted after ${plural(attempts, 'attempt')}`);
  };
}

function finish(
  { out, json }: GenerateFlags,
  before: number,
  { accepted, attempts, rejected }: Yield,
  tokens: number,
): void {
  if (json) {
    sayJson({ out, records: before + accepted, accepted, attempts, rejected, tokens });
    return;
  }
  const rows = [
    ['accepted', String(accepted)],
    ...Object.entries(rejected).map(([reason, times]) => [`rejected: ${reason}`, String(times)]),
  ];
  remark('', ...tableLines([{ head: `${plural(attempts, 'attempt')}` }, { head: '', align: 'right' }], rows), '');
  remark(`${out} holds ${plural(before + accepted, 'record')} · ${quantity(tokens)} tokens`);
}

function numbersOf({ count, seed, minRating, concurrency, maxTokens }: GenerateFlags) {
  return {
    goal: wholeNumber('--count', count, 1),
    seed: wholeNumber('--seed', seed, 0),
    leastMark: markOf(minRating),
    concurrency: wholeNumber('--concurrency', concurrency, 1),
    maxTokens: maxTokens === undefined ? null : wholeNumber('--max-tokens', maxTokens, 1),
  };
}

function wholeNumber(flag: string, text: string, least: number): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
  throw new EntenteError('usage', `${flag}: "${text}" is not a whole number from ${least} on.`);
}

function markOf(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 1 && value <= 5) return value;
  throw new EntenteError('usage', `--min-rating: "${text}" is not a mark from 1 to 5.`);
}
