/**
 * Who plays what: a role is a model and how it is sampled. A judging role may be a panel of several judges, each of which
 * may be asked several times for one verdict.
 */
import { z } from 'zod';
import { defaultSampling, type Sampling, samplingShape } from './sampling.js';

const modelSpec = z
  .string()
  .min(1)
  .describe(
    '`rehearsal`, `MODEL@BASE_URL`, or `MODEL` alone (OPENAI_BASE_URL, else OpenAI). Several base URLs, joined by commas, are replicas.',
  );

export const partialSampling = z.strictObject(samplingShape).partial().shape;

const roleShape = {
  model: modelSpec,
  api_key_env: z
    .string()
    .regex(/^[A-Z_][A-Z0-9_]*$/i, 'must be the name of an environment variable, not a key')
    .optional()
    .describe(
      "Environment variable with this server's key. Without it, OPENAI_API_KEY goes to one server only; see README.",
    ),
  timeout_s: z.number().gt(0).max(86_400).default(120).describe('Deadline of one try, body included, in seconds.'),
  ...partialSampling,
};
const roleObject = z.strictObject(roleShape);

/** How several samples of one verdict become one number. Agreement is decided by majority, whatever this says. */
export const reductions = ['mean', 'median'] as const;
export type Reduction = (typeof reductions)[number];

const judgeObject = z.strictObject({
  ...roleShape,
  samples: z.int().min(1).max(64).default(1).describe('How often the judge is asked for one verdict.'),
  reduce: z
    .enum(reductions)
    .default('mean')
    .describe('What becomes of several scores; the first judge of a panel decides it for the panel too.'),
  expected_score: z
    .boolean()
    .default(false)
    .describe('Take the expected score over the digits that the judge might have written, where the server tells.'),
});

const asObject = (given: unknown): unknown => (typeof given === 'string' ? { model: given } : given);

/** A role may be written as its model spec alone. */
export const roleSchema = z.preprocess(asObject, roleObject);

/** A judging role may be one judge or a list of them; parsed, it is a list. */
export const panelSchema = z.preprocess(
  (given) => (Array.isArray(given) ? given : [given]).map(asObject),
  z.array(judgeObject).min(1).max(16),
);

/** One role with nothing left to a server's defaults. */
export interface Role {
  model: string;
  api_key_env: string | null;
  timeout_s: number;
  sampling: Sampling;
}

export interface JudgeRole extends Role {
  /** How often it is asked for one verdict. */
  samples: number;
  reduce: Reduction;
  /** True: a score is the mean over the digits it might have been, weighted by their probabilities. */
  expected_score: boolean;
}

/** The first judge of a panel, and the further ones; mostly there are none. */
export interface PanelRole extends JudgeRole {
  others: readonly JudgeRole[];
}

export const roleNames = ['policy', 'opponent', 'judge', 'scorer'] as const;
export type RoleName = (typeof roleNames)[number];

export interface Roles {
  policy: Role;
  opponent: Role;
  judge: PanelRole;
  scorer: PanelRole;
}

/** The judges of a panel, the first one first. */
export function judgesOf({ others, ...first }: PanelRole): readonly JudgeRole[] {
  return [first, ...others];
}

/** Every model that a run calls, under names that messages can use: `judge`, and `judge[1]` for the second of a panel. */
export function everyRole(roles: Roles): Record<RoleName, Role> & Record<string, Role> {
  const further = (['judge', 'scorer'] as const).flatMap((name) =>
    roles[name].others.map((role, index) => [`${name}[${index + 1}]`, role] as const),
  );
  return { ...roles, ...Object.fromEntries(further) };
}

type WrittenRole = z.output<typeof roleObject>;
type WrittenJudge = z.output<typeof judgeObject>;

/** Drops absent fields, so that a default is not overwritten by `undefined`. */
export function given<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

export function resolveRole(role: WrittenRole, defaults: Sampling): Role {
  const { model, api_key_env, timeout_s, ...sampling } = role;
  return { model, api_key_env: api_key_env ?? null, timeout_s, sampling: { ...defaults, ...given(sampling) } };
}

/** Absent: one judge, asked once, with the policy's model and key. */
export function resolvePanel(judges: readonly WrittenJudge[] | undefined, policy: WrittenRole): PanelRole {
  const { model, api_key_env, timeout_s } = policy;
  const [first, ...others] = judges ?? [];
  const fallback = { model, api_key_env, timeout_s, samples: 1, reduce: 'mean', expected_score: false } as const;
  return { ...resolveJudge(first ?? fallback), others: others.map(resolveJudge) };
}

function resolveJudge({ samples, reduce, expected_score, ...role }: WrittenJudge): JudgeRole {
  const defaults = samples > 1 ? defaultSampling.judgingSampled : defaultSampling.judging;
  return { ...resolveRole(role, defaults), samples, reduce, expected_score };
}
