/** The config of a run: a YAML file, flags over it. Every complaint names its file and line, or its flag. */
import { z } from 'zod';
import { everyRole, type RunConfig, type RunConfigInput, resolveConfig } from '../domain/index.js';
import { EntenteError } from '../errors.js';
import { type DataFile, describeIssue, inputError, readDataFile } from '../scenarios/index.js';

/** Flags of `run` as commander hands them over. */
export interface RunFlags {
  policy?: string;
  opponent?: string;
  judge?: string[];
  judgeSamples?: string;
  scorer?: string[];
  scorerMethod?: string;
  scorerSamples?: string;
  dilemmas?: string[];
  personas?: string[];
  groups?: string;
  groupSize?: string;
  maxRounds?: string;
  window?: string;
  mode?: string;
  protocol?: string;
  seed?: string;
  concurrency?: string;
  maxFailures?: string;
  failFast?: boolean;
  maxTokens?: string;
  maxUsd?: string;
  untilWidth?: string;
  step?: string;
  name?: string;
  split?: string;
  allowEvalData?: boolean;
  pairing?: string;
  seats?: string;
}

/** Which key of the config a flag sets. */
const keyOfFlag = {
  policy: 'policy',
  opponent: 'opponent',
  judge: 'judge',
  judgeSamples: 'judge',
  scorer: 'scorer',
  scorerMethod: 'scorer_method',
  scorerSamples: 'scorer',
  dilemmas: 'dilemmas',
  personas: 'personas',
  groups: 'groups',
  groupSize: 'group_size',
  maxRounds: 'max_rounds',
  window: 'window',
  mode: 'mode',
  protocol: 'protocol',
  seed: 'seed',
  concurrency: 'concurrency',
  maxFailures: 'max_failures',
  failFast: 'max_failures',
  maxTokens: 'max_tokens_total',
  maxUsd: 'max_usd',
  untilWidth: 'until_width',
  step: 'step',
  name: 'name',
  split: 'split',
  allowEvalData: 'allow_eval_data',
  pairing: 'pairing',
  seats: 'seats',
} as const satisfies Record<keyof RunFlags, keyof RunConfigInput>;

const roleKeys: readonly string[] = ['policy', 'opponent', 'judge', 'scorer'];

/** Throws `input` or `usage`. */
export function readRunConfig(path: string | undefined, flags: RunFlags): { name: string | null; config: RunConfig } {
  const file = path === undefined ? null : readDataFile(path);
  const written = file?.value ?? {};
  if (typeof written !== 'object' || written === null || Array.isArray(written)) {
    throw new EntenteError('input', `${path}:1: a config is a mapping of keys to values, such as "groups: 12".`);
  }
  const merged: Record<string, unknown> = { ...written };
  const flagOf = new Map<string, string>();
  for (const [flag, key] of Object.entries(keyOfFlag)) {
    const value = flags[flag as keyof RunFlags];
    if (value === undefined) continue;
    const isSamples = flag.endsWith('Samples');
    merged[key] = isSamples
      ? withSamples(merged[key] ?? policyAlone(merged['policy']), Number(value))
      : overlay(key, value, merged[key]);
    flagOf.set(
      isSamples ? `${key}.samples` : key,
      `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    );
  }
  return validated(merged as RunConfigInput, file, flagOf);
}

/** A model flag changes the model of a role and keeps what the file says about its key and sampling. */
function overlay(key: string, value: string | string[] | boolean, before: unknown): unknown {
  // --fail-fast
  if (key === 'max_failures' && value === true) return 0;
  // A judging flag that is given several times makes a panel.
  if (roleKeys.includes(key) && Array.isArray(value))
    return value.length > 1 ? value : overlay(key, value[0] ?? '', before);
  if (roleKeys.includes(key) && isMapping(before)) return { ...before, model: value };
  if (typeof value !== 'string' || key === 'name' || roleKeys.includes(key)) return value;
  return value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
}

/** What a judging role is where nothing is said about it. */
function policyAlone(policy: unknown = 'rehearsal'): unknown {
  if (!isMapping(policy)) return policy;
  const { model, api_key_env, timeout_s } = policy;
  return Object.fromEntries(
    Object.entries({ model, api_key_env, timeout_s }).filter(([, value]) => value !== undefined),
  );
}

/** The number of samples for a judge, or for each judge of a panel. */
function withSamples(role: unknown, samples: number): unknown {
  if (Array.isArray(role)) return role.map((judge) => withSamples(judge, samples));
  return isMapping(role) ? { ...role, samples } : { model: role, samples };
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function validated(input: RunConfigInput, file: DataFile | null, flagOf: ReadonlyMap<string, string>) {
  try {
    return checked(resolveConfig(input));
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const issue = describeIssue(error);
    const named = issue.path.filter((part) => typeof part !== 'number').join('.');
    const flag = flagOf.get(named) ?? flagOf.get(String(issue.path[0]));
    if (flag !== undefined) throw new EntenteError('usage', `${flag}: ${issue.message}`);
    if (file !== null) throw inputError(file, [], issue);
    throw new EntenteError('usage', `${issue.path.join('.')}: ${issue.message}`);
  }
}

function checked<T extends { config: RunConfig }>(resolved: T): T {
  const { max_usd, prices, roles } = resolved.config;
  if (max_usd === null) return resolved;
  const unpriced = Object.values(everyRole(roles)).find(
    ({ model }) => model !== 'rehearsal' && prices[nameOf(model)] === undefined,
  );
  if (unpriced === undefined) return resolved;
  throw new EntenteError(
    'usage',
    `--max-usd needs a price for "${nameOf(unpriced.model)}"; give it under "prices" in the config.`,
  );
}

function nameOf(spec: string): string {
  return spec.replace(/@https?:\/\/.*$/, '');
}
