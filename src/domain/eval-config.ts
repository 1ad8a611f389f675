/**
 * The config of an evaluation: which models are played on which tasks, who judges, and how often. One schema for the
 * YAML file and docs/evaluation.md. Everything about a single run follows from it by `planEvaluation`.
 */
import { z } from 'zod';
import { runConfigSchema } from './config.js';

const run = runConfigSchema.shape;

const slug = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case words joined by hyphens');

export const evalSets = ['conflict', 'open'] as const;
/** The 100 conflict tasks with pairs of their own, and the 100 open-ended prompts, or the like of one's own. */
export type EvalSet = (typeof evalSets)[number];

export const evalDecodings = ['greedy', 'sampled'] as const;
export type EvalDecoding = (typeof evalDecodings)[number];

export const evalProtocols = ['deliberation', 'solo'] as const;
export type EvalProtocol = (typeof evalProtocols)[number];

const someOf = <const Names extends readonly [string, ...string[]]>(names: Names) =>
  z
    .array(z.enum(names))
    .min(1)
    .refine((chosen) => new Set(chosen).size === chosen.length, 'names one of them twice')
    .default([...names]);

/** A model under evaluation: a role with a name of its own. */
const modelSchema = z.preprocess(
  (given) => {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) return given;
    const { name, ...role } = given as Record<string, unknown>;
    return { name, role };
  },
  z.strictObject({ name: slug.max(20), role: run.policy }),
);

export const evalConfigSchema = z.strictObject({
  name: slug.max(20).default('eval').describe('Begins the name of every run.'),
  models: z
    .array(modelSchema)
    .min(1)
    .max(20)
    .refine((models) => new Set(models.map(({ name }) => name)).size === models.length, 'two models have the same name')
    .describe('The models: a role each, as in the config of a run, with a `name`. They play both seats.'),
  judge: run.judge.unwrap().describe('Agreement judge of all models.'),
  scorer: run.scorer.describe('Collective Agency scorer of all models; absent: the judge.'),
  pairwise: run.opponent.describe('Pairwise judge; absent: the judge. Above temperature 0, judged runs differ.'),
  sets: someOf(evalSets).describe('Conflict tasks, open-ended prompts, or both.'),
  decodings: someOf(evalDecodings).describe('Greedy: temperature 0 throughout. Sampled: as the model says.'),
  protocols: someOf(evalProtocols).describe('Self-play deliberation, the single agent as baseline, or both.'),
  tasks: z.int().min(1).max(100_000).default(100).describe('Tasks of each set.'),
  samples: z.int().min(1).max(64).default(1).describe('Episodes for each task, model and decoding.'),
  repeats: z.int().min(1).max(100).default(3).describe('Judged runs: how often every comparison is judged.'),
  seed: run.seed,
  max_rounds: run.max_rounds,
  window: run.window,
  concurrency: run.concurrency,
  max_retries: run.max_retries,
  max_tokens_total: run.max_tokens_total.describe('Token budget of the whole evaluation; reached, it stops resumably.'),
  max_usd: run.max_usd.describe('Dollar budget of the whole evaluation; needs `prices`.'),
  prices: run.prices,
  dilemmas: run.dilemmas,
  personas: run.personas,
  completion: run.completion,
});

export type EvalConfig = z.output<typeof evalConfigSchema>;

/** Throws a ZodError whose paths are those of the file: a model's role stands there without a key of its own. */
export function parseEvalConfig(input: unknown): EvalConfig {
  const parsed = evalConfigSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => {
    const [key, index, role, ...rest] = issue.path;
    return key === 'models' && role === 'role' ? { ...issue, path: [key, index ?? 0, ...rest] } : issue;
  });
  throw new z.ZodError(issues);
}
