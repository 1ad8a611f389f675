/** Reads the query of the episodes table, strictly: a filter that is misspelled must not pass for no filter. */
import { z } from 'zod';
import { tiers } from '../domain/index.js';
import { EntenteError } from '../errors.js';
import { type EpisodeFilter, type EpisodeWindow, type Range, sortableColumns } from '../store/index.js';
import type { EpisodesQuery } from './api.js';

const word = z.string().min(1).max(200);
const number = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/, 'is no number')
  .transform(Number);
const natural = z
  .string()
  .regex(/^\d{1,9}$/, 'is no whole number from 0')
  .transform(Number);

const querySchema = z.strictObject({
  run: word,
  status: z.enum(['pending', 'running', 'done', 'failed']).optional(),
  outcome: z.enum(['agreed', 'deadlocked', 'none']).optional(),
  tier: z.enum(tiers).optional(),
  domain: word.optional(),
  pair: word.optional(),
  dilemma: word.optional(),
  group: word.optional(),
  rounds_min: natural.optional(),
  rounds_max: natural.optional(),
  score_min: number.optional(),
  score_max: number.optional(),
  score_below: number.optional(),
  score_of: z.enum(['knowledge', 'benevolence', 'power', 'vitality']).optional(),
  reward_min: number.optional(),
  reward_max: number.optional(),
  failure: word.optional(),
  text: z.string().max(200).optional(),
  sort: z.enum(sortableColumns).default('number'),
  order: z.enum(['asc', 'desc']).default('asc'),
  offset: natural.default(0),
  limit: natural.pipe(z.number().min(1).max(500)).default(100),
}) satisfies z.ZodObject<Record<keyof EpisodesQuery, z.ZodType>, z.core.$strict>;

export interface EpisodesRequest {
  run: string;
  filter: Omit<EpisodeFilter, 'runId'>;
  window: EpisodeWindow;
}

/** Throws `usage`, naming the parameter. */
export function readEpisodesQuery(given: Readonly<Record<string, string>>): EpisodesRequest {
  const parsed = querySchema.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new EntenteError('usage', [issue?.path.join('.'), issue?.message].filter(Boolean).join(': '));
  }
  const { run, sort, order, offset, limit, text, ...query } = parsed.data;
  const { rounds_min, rounds_max, score_min, score_max, score_below, score_of, reward_min, reward_max, ...plain } =
    query;
  return {
    run,
    filter: {
      ...withoutAbsent(plain),
      rounds: rangeOf(rounds_min, rounds_max),
      score: { ...rangeOf(score_min, score_max), ...withoutAbsent({ below: score_below }) },
      scoreOf: score_of ?? 'ca_score',
      reward: rangeOf(reward_min, reward_max),
      ...(text === undefined || text.trim() === '' ? {} : { text }),
    },
    window: { sort, descending: order === 'desc', offset, limit },
  };
}

function rangeOf(min: number | undefined, max: number | undefined): Range {
  return withoutAbsent({ min, max });
}

/** Drops what is absent. */
function withoutAbsent<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
