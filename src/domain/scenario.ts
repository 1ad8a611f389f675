/**
 * What is negotiated, and by whom: dilemmas, persona pairs, and the scenario that joins one of each.
 * The schemas are those of the data files under `dilemmas/` and `personas/`.
 */
import { z } from 'zod';
import type { Seat } from './seat.js';

export const tiers = ['professional', 'interpersonal', 'everyday'] as const;
/** Highest stakes first. */
export type Tier = (typeof tiers)[number];

const id = z
  .string()
  .max(80)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case words joined by hyphens');
const tags = z.array(id).max(8).default([]);

const stanceSchema = z.strictObject({
  /** A short role phrase, such as "the measurer". */
  name: z.string().min(1).max(60),
  /** Two to four imperative sentences. */
  stance: z.string().trim().min(1).max(2000),
});
export type Persona = z.infer<typeof stanceSchema>;

/** How a generated record came to be. */
export const provenanceSchema = z.strictObject({
  model: z.string(),
  prompt_hash: z.string(),
  seed: z.int(),
  /** ISO 8601 date. */
  date: z.string(),
  /** The judge's marks, 1 to 5. */
  ratings: z.record(z.string(), z.number()).optional(),
});
export type Provenance = z.infer<typeof provenanceSchema>;

export const personaPairSchema = z.strictObject({
  id,
  split: z.enum(['train', 'held-out']).default('train'),
  tension: z.string().min(1).max(200),
  tags,
  a: stanceSchema,
  b: stanceSchema,
  provenance: provenanceSchema.optional(),
});
/** Two opposing stances and the tension between them. */
export type PersonaPair = z.infer<typeof personaPairSchema>;

export const splits = ['train', 'eval-conflict', 'eval-open'] as const;
/** Training data, held-out conflict tasks with pairs of their own, and held-out open-ended prompts. */
export type Split = (typeof splits)[number];

export const dilemmaSchema = z.strictObject({
  id,
  split: z.enum(splits).default('train'),
  tier: z.enum(tiers),
  domain: id,
  /** Country, or another place such as "At sea"; null when the author did not say. */
  setting: z.string().max(80).nullable().default(null),
  /** Whose life is mostly at stake: childhood, youth, adulthood, midlife, old-age, whole-community. */
  stage: id.nullable().default(null),
  tags,
  text: z.string().trim().min(1).max(8000),
  /** The pair this task is bound to, by id or in full; absent: any pair of the run. */
  pair: z.union([id, personaPairSchema]).optional(),
  provenance: provenanceSchema.optional(),
});
export type Dilemma = z.infer<typeof dilemmaSchema>;

export interface Scenario {
  /** Content hash of the dilemma's text and both stances: 16 hex digits. The same words give the same key everywhere. */
  key: string;
  dilemma: Dilemma;
  pair: PersonaPair;
  /** False: A holds the pair's first stance and B its second. True: the other way round. */
  swapped: boolean;
}

/** The stance that a seat holds. */
export function personaAt({ pair, swapped }: Scenario, seat: Seat): Persona {
  return (seat === 'A') === swapped ? pair.b : pair.a;
}
