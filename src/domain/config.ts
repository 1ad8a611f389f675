/**
 * The config of a run: one schema for the YAML file, the flags, the library, `docs/config.md` and the JSON Schema.
 * Keys are snake_case because the config is written to disk, beside SQL columns and export rows of the same names.
 * It never holds a key, only the name of the environment variable that does.
 */
import { z } from 'zod';
import {
  given,
  panelSchema,
  partialSampling,
  type RoleName,
  type Roles,
  resolvePanel,
  resolveRole,
  roleSchema,
} from './role.js';
import { defaultSampling, type Sampling } from './sampling.js';
import { splits, tiers } from './scenario.js';

const tierWeights = z
  .partialRecord(z.enum(tiers), z.number().min(0))
  .refine((weights) => Object.values(weights).some((weight) => (weight ?? 0) > 0), 'needs a tier with a weight over 0');

const runConfigKeys = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and hyphens')
    .optional()
    .describe('Name of the run; made up where absent.'),
  protocol: z
    .enum(['deliberation', 'solo'])
    .default('deliberation')
    .describe('`deliberation`: two seats negotiate. `solo`: the policy answers alone, the baseline.'),
  mode: z
    .enum(['train', 'eval'])
    .default('train')
    .describe(
      '`train`: a deadlock gets no completion and reward 0. `eval`: the completion is always written and scored.',
    ),
  seed: z.int().min(0).max(0xffff_ffff).default(0).describe('Decides the scenarios and the seed of every model call.'),
  groups: z.int().min(1).max(1_000_000).default(12).describe('Scenarios to play.'),
  group_size: z.int().min(1).max(1024).default(8).describe('Episodes per scenario: the group that shares a baseline.'),
  max_rounds: z.int().min(1).max(100).default(7).describe('Rounds before a deadlock; one round is A, then B.'),
  window: z
    .union([z.int().min(1).max(200), z.literal('all')])
    .default(2)
    .describe('How many of the last turns a speaker sees, or `all`.'),
  learner: z.enum(['A', 'B']).default('A').describe('The seat that the policy plays; the opponent plays the other.'),
  concurrency: z
    .int()
    .min(1)
    .max(20_000)
    .default(16)
    .describe('Episodes in flight, and the most calls at a time for each server; a server under pressure gets fewer.'),
  max_retries: z.int().min(0).max(20).default(4).describe('Further tries of a call after a failure that may pass.'),
  max_failures: z
    .union([z.int().min(0), z.string().regex(/^\d{1,3}(\.\d+)?%$/, 'must be a number, or a share such as "5%"')])
    .optional()
    .describe('The run stops, resumably, once more episodes than this have failed: a number, or a share such as "5%".'),
  max_tokens_total: z
    .int()
    .min(1)
    .optional()
    .describe('Token budget of the whole run, prompts included; reached, the run stops resumably (exit 3).'),
  until_width: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe(
      'In eval mode: no further scenario begins once the 95 % interval of the agreement rate is narrower than this (0.1 is ten percentage points), corrected for looking after each one. `groups` is then the most to play.',
    ),
  max_usd: z.number().gt(0).optional().describe('Dollar budget of the whole run; needs `prices`.'),
  prices: z
    .record(
      z.string(),
      z.strictObject({
        prompt: z.number().min(0).describe('Dollars per million prompt tokens.'),
        completion: z.number().min(0).describe('Dollars per million completion tokens.'),
      }),
    )
    .default({})
    .describe('Prices by model name, for `max_usd` and the cost shown.'),
  dilemmas: z
    .array(z.string())
    .default([])
    .describe('Files or folders of dilemmas; `shipped` stands for ours, which are also the default.'),
  personas: z
    .array(z.string())
    .default([])
    .describe('Files or folders of persona pairs; `shipped` stands for ours, which are also the default.'),
  split: z
    .enum(splits)
    .default('train')
    .describe('Which dilemmas to play. `eval-conflict` brings its own pairs; `eval-open` meets held-out pairs.'),
  allow_eval_data: z
    .boolean()
    .default(false)
    .describe('Let evaluation data into a run in train mode. The run keeps a record of it.'),
  tier_weights: tierWeights
    .default({ professional: 1, interpersonal: 1, everyday: 1 })
    .describe('How often each tier is chosen; a tier that is not named is left out.'),
  curriculum: z
    .array(z.strictObject({ from: z.number().min(0).max(1), tier_weights: tierWeights }))
    .default([])
    .describe('Other tier weights from a share of the run onwards, 0 to 1.'),
  pairing: z
    .enum(['random', 'tag'])
    .default('random')
    .describe('Which pair meets a dilemma: any, or one that shares a tag with it (any where none does).'),
  seats: z
    .enum(['one', 'both'])
    .default('one')
    .describe('`both`: every scenario is played in both seatings, as two groups.'),
  policy: roleSchema.prefault('rehearsal').describe('The model that learns.'),
  policy_version: z
    .string()
    .max(200)
    .optional()
    .describe('Which checkpoint the policy is; stamped on every exported row.'),
  step: z
    .int()
    .min(0)
    .optional()
    .describe('The training step that the policy is from; `entente report` draws its curves over runs so tagged.'),
  opponent: roleSchema.optional().describe('The other seat; absent: the policy as it is.'),
  judge: panelSchema.optional().describe("Agreement judge, or a list of them; absent: the policy's model, greedy."),
  scorer: panelSchema
    .optional()
    .describe("Scorer of the completion, or a list of them; absent: the policy's model, greedy."),
  scorer_method: z
    .enum(['holistic', 'decomposed'])
    .default('holistic')
    .describe(
      '`holistic`: the reward is the CA score. `decomposed`: each side is asked alone, under weights fixed before.',
    ),
  also_holistic: z.boolean().default(true).describe('Under `decomposed`, ask for the CA score too, beside the reward.'),
  completion: z
    .strictObject(partialSampling)
    .prefault({})
    .describe("Sampling of the final answer, which seat A's model writes."),
});

export const runConfigSchema = runConfigKeys.refine(
  ({ until_width, mode, protocol }) => until_width === undefined || (mode === 'eval' && protocol === 'deliberation'),
  {
    path: ['until_width'],
    message: 'needs an agreement rate to look at: add --mode eval, and leave --protocol at deliberation',
  },
);

/** What a user writes. */
export type RunConfigInput = z.input<typeof runConfigSchema>;

type Parsed = z.output<typeof runConfigSchema>;

/** A config with every choice made; frozen into the run. */
export interface RunConfig
  extends Omit<
    Parsed,
    | 'name'
    | RoleName
    | 'completion'
    | 'policy_version'
    | 'max_failures'
    | 'max_tokens_total'
    | 'max_usd'
    | 'until_width'
    | 'step'
  > {
  /** Null: any number. */
  max_failures: number | string | null;
  max_tokens_total: number | null;
  max_usd: number | null;
  until_width: number | null;
  step: number | null;
  policy_version: string | null;
  roles: Roles;
  completion: Sampling;
}

/** Makes every choice the user left open. Throws a ZodError where the input breaks the schema. */
export function resolveConfig(input: RunConfigInput): { name: string | null; config: RunConfig } {
  const { name, policy, opponent, judge, scorer, completion, ...rest } = parseConfig(input);
  const { speaking, completing } = defaultSampling;
  return {
    name: name ?? null,
    config: {
      ...rest,
      max_failures: rest.max_failures ?? null,
      max_tokens_total: rest.max_tokens_total ?? null,
      max_usd: rest.max_usd ?? null,
      until_width: rest.until_width ?? null,
      step: rest.step ?? null,
      policy_version: rest.policy_version ?? null,
      roles: {
        policy: resolveRole(policy, speaking),
        opponent: resolveRole(opponent ?? policy, speaking),
        judge: resolvePanel(judge, policy),
        scorer: resolvePanel(scorer, policy),
      },
      completion: { ...completing, ...given(completion) },
    },
  };
}

/** A judge that was written alone is complained of as such, not as the first of a list. */
function parseConfig(input: RunConfigInput): Parsed {
  const parsed = runConfigSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => {
    const [key, index, ...rest] = issue.path;
    const alone = (key === 'judge' || key === 'scorer') && index === 0 && !Array.isArray(input[key]);
    return alone ? { ...issue, path: [key, ...rest] } : issue;
  });
  throw new z.ZodError(issues);
}
