/** `entente export RUN --format F --out FILE`: training data, with a manifest beside it. */
import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Command, Option } from 'commander';
import { everyRole, type Tier, tiers } from '../domain/index.js';
import { EntenteError } from '../errors.js';
import {
  defaultExportOptions,
  type ExportOptions,
  exportRun,
  type FormatName,
  formatNames,
  loadRetokenizer,
  type Manifest,
  type RewardFunction,
  type Waiver,
  waivable,
} from '../export/index.js';
import {
  type AdvantageKind,
  advantageKinds,
  type ComponentName,
  componentNames,
  type RewardWeights,
} from '../reward/index.js';
import { version } from '../run/index.js';
import { openStore, type RunRecord } from '../store/index.js';
import { plural, quantity } from './format.js';
import { dbOption } from './options.js';
import { remark, sayJson } from './output.js';
import { findRun } from './references.js';
import { listenForSignals } from './signals.js';

interface ExportFlags {
  out: string;
  format: FormatName;
  db: string;
  json?: boolean;
  seat?: ExportOptions['seat'];
  truncated: ExportOptions['truncated'];
  weight?: string[];
  lengthPenalty?: string;
  rewardModule?: string;
  advantage: AdvantageKind;
  epsilon: string;
  minSpread: string;
  outcome?: 'agreed' | 'deadlocked';
  tier?: Tier;
  minReward?: string;
  maxReward?: string;
  dropZeroVariance?: boolean;
  maxLength?: string;
  testShare: string;
  threshold?: string;
  margin: string;
  tokenizer?: string;
  allow?: Waiver[];
}

export function addExport(program: Command): void {
  const command = program
    .command('export')
    .description('write training data')
    .argument('<run>', 'name or id, or the beginning of one')
    .requiredOption('--out <file>', 'where to write: .jsonl, .jsonl.gz, .jsonl.zst, or .parquet for rows')
    .addOption(new Option('--format <format>', 'see docs/formats.md').choices([...formatNames]).default('rows'));
  withFilterOptions(withRewardOptions(command))
    .option(
      '--tokenizer <folder>',
      'a Hugging Face folder, to make the ids that the server did not give; needs --allow retokenized no-logprobs',
    )
    .addOption(
      new Option('--allow <rule...>', 'export although this rule is broken; the manifest says so').choices([
        ...waivable,
      ]),
    )
    .addOption(dbOption())
    .option('--json', 'print the manifest as one JSON document')
    .action(exportAction);
}

function withRewardOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--seat <seat>', "whose turns are trained (default: the learner's)").choices(['A', 'B', 'both']),
    )
    .addOption(
      new Option('--truncated <policy>', 'turns cut at max_tokens').choices(['drop', 'keep', 'mask']).default('keep'),
    )
    .option(
      '--weight <name=value...>',
      `reward as a weighted sum of ${componentNames.join(', ')} (default: the reward as graded)`,
    )
    .option('--length-penalty <x>', "reward lost per 1,000 of the learner's tokens")
    .option('--reward-module <file>', 'a module whose default export takes an episode and gives its reward, or null')
    .addOption(
      new Option('--advantage <kind>', 'how rewards become advantages').choices([...advantageKinds]).default('grpo'),
    )
    .option('--epsilon <x>', 'added to a std before dividing', '0')
    .option('--min-spread <x>', 'a group whose rewards lie no further apart is noise: advantage 0', '0');
}

function withFilterOptions(command: Command): Command {
  return command
    .addOption(new Option('--outcome <outcome>', 'only these episodes').choices(['agreed', 'deadlocked']))
    .addOption(new Option('--tier <tier>', 'only this tier').choices(tiers))
    .option('--min-reward <x>', 'only episodes from this reward on')
    .option('--max-reward <x>', 'only episodes up to this reward')
    .option('--drop-zero-variance', 'leave out groups without spread in reward')
    .option('--max-length <n>', 'leave out episodes with a longer row, or a longer prompt with its reply, in tokens')
    .option('--test-share <share>', 'share of scenarios kept apart in a second file, FILE.test.…', '0')
    .option('--threshold <x>', 'sft, chat: episodes from this reward on (default: the best of each group)')
    .option('--margin <x>', 'dpo, kto: how far rewards must lie apart, or from the mean', '0.5');
}

async function exportAction(reference: string, flags: ExportFlags): Promise<void> {
  const store = openStore(flags.db, { mode: 'read' });
  const signals = listenForSignals();
  try {
    const run = findRun(store, reference);
    const options = await exportOptions(flags, run);
    const { format, out } = flags;
    const manifests = await exportRun(store, run, {
      ...{ format, out, options, secrets: secretsOf(run), version },
      now: () => new Date(),
      signal: signals.stopping,
    });
    if (flags.json) sayJson(manifests);
    else for (const manifest of manifests) remark(...describe(manifest));
  } finally {
    signals.close();
    store.close();
  }
}

async function exportOptions(flags: ExportFlags, run: RunRecord): Promise<ExportOptions> {
  const orNull = (flag: string, text: string | undefined) => (text === undefined ? null : numberOf(flag, text));
  return {
    seat: flags.seat ?? run.config.learner,
    truncated: flags.truncated,
    weights: weightsOf(flags),
    rewardFunction: flags.rewardModule === undefined ? null : await loadReward(flags.rewardModule),
    advantage: {
      kind: flags.advantage,
      epsilon: numberOf('--epsilon', flags.epsilon),
      minSpread: numberOf('--min-spread', flags.minSpread),
    },
    filter: {
      outcome: flags.outcome ?? null,
      tier: flags.tier ?? null,
      minReward: orNull('--min-reward', flags.minReward),
      maxReward: orNull('--max-reward', flags.maxReward),
      dropZeroVariance: flags.dropZeroVariance ?? false,
      maxLength: orNull('--max-length', flags.maxLength),
    },
    testShare: numberOf('--test-share', flags.testShare, 0, 0.9),
    threshold: orNull('--threshold', flags.threshold),
    margin: numberOf('--margin', flags.margin),
    tokenizer: flags.tokenizer === undefined ? null : loadRetokenizer(flags.tokenizer),
    allow: flags.allow ?? defaultExportOptions.allow,
  };
}

function numberOf(flag: string, text: string, least = 0, most = Number.POSITIVE_INFINITY): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most) return value;
  throw new EntenteError(
    'usage',
    `${flag}: "${text}" is not a number from ${least}${most === Number.POSITIVE_INFINITY ? ' on' : ` to ${most}`}.`,
  );
}

function weightsOf({ weight = [], lengthPenalty }: ExportFlags): RewardWeights {
  const named = weight.map((one): [ComponentName, number] => {
    const [name = '', text = ''] = one.split('=');
    if (!(componentNames as readonly string[]).includes(name) || text.trim() === '' || !Number.isFinite(Number(text))) {
      throw new EntenteError(
        'usage',
        `--weight: "${one}" is not NAME=NUMBER with a name of ${componentNames.join(', ')}.`,
      );
    }
    return [name as ComponentName, Number(text)];
  });
  const weights = named.length > 0 ? Object.fromEntries(named) : defaultExportOptions.weights;
  return lengthPenalty === undefined ? weights : { ...weights, length: -numberOf('--length-penalty', lengthPenalty) };
}

async function loadReward(path: string): Promise<NonNullable<ExportOptions['rewardFunction']>> {
  const file = isAbsolute(path) ? path : resolve(path);
  const loaded: unknown = await import(pathToFileURL(file).href).catch((error: Error) => {
    throw new EntenteError('input', `--reward-module: ${path} cannot be loaded (${error.message}).`, { cause: error });
  });
  const reward = (loaded as { default?: unknown }).default;
  if (typeof reward !== 'function')
    throw new EntenteError('input', `--reward-module: ${path} has no function as its default export.`);
  return { name: path, reward: checkedReward(path, reward as RewardFunction) };
}

/** A reward that is no number must not become NaN in a file that somebody trains on. */
function checkedReward(path: string, reward: RewardFunction): RewardFunction {
  return (episode) => {
    const value: unknown = reward(episode);
    if (value === null || (typeof value === 'number' && Number.isFinite(value))) return value;
    throw new EntenteError(
      'input',
      `--reward-module: ${path} gave ${String(value)} for ${episode.episode_id}, not a number or null.`,
    );
  };
}

/** The values of every variable that may hold a key; short ones are placeholders. */
function secretsOf(run: RunRecord): string[] {
  const names = ['OPENAI_API_KEY', ...Object.values(everyRole(run.config.roles)).map(({ api_key_env }) => api_key_env)];
  return names.flatMap((name) => (name === null ? [] : [process.env[name] ?? ''])).filter((key) => key.length >= 12);
}

function describe({ file, format, counts, rehearsal, certificate }: Manifest): string[] {
  const { records, episodes, groups, tokens, trained_tokens, left_out } = counts;
  const loss = tokens === 0 ? '' : `, ${quantity(trained_tokens)} of ${quantity(tokens)} tokens carry loss`;
  const from =
    format === 'prompts' ? plural(groups, 'group') : `${plural(episodes, 'episode')} of ${plural(groups, 'group')}`;
  const causes = Object.entries(left_out).map(([cause, count]) => `${count} ${cause}`);
  const waived = certificate.filter(({ held }) => !held).map(({ rule, allowed }) => `${rule} ${allowed}`);
  return [
    `${file}: ${plural(records, format === 'rows' ? 'row' : 'record')} from ${from}${loss}`,
    ...(causes.length > 0 ? [`left out: ${causes.join(', ')}`] : []),
    ...(waived.length > 0 ? [`allowed although broken: ${waived.join(', ')}`] : []),
    ...(rehearsal ? ['these tokens were rehearsed: good for testing a pipeline, not for training'] : []),
    `${file}.manifest.json: counts, options and certificate; \`entente verify ${file}\` holds the file against it`,
  ];
}
