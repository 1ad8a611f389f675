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

export const personaPairSchema = z.strictObject({
  id,
  split: z.enum(['train', 'held-out']).default('train'),
  tension: z.string().min(1).max(200),
  tags,
  a: stanceSchema,
  b: stanceSchema,
});
/** Two opposing stances and the tension between them. */
export type PersonaPair = z.infer<typeof personaPairSchema>;

export const dilemmaSchema = z.strictObject({
  id,
  tier: z.enum(tiers),
  domain: id,
  /** Country, or another place such as "At sea"; null when the author did not say. */
  setting: z.string().max(80).nullable().default(null),
  /** Whose life is mostly at stake: childhood, youth, adulthood, midlife, old-age, whole-community. */
  stage: id.nullable().default(null),
  tags,
  text: z.string().trim().min(1).max(8000),
});
export type Dilemma = z.infer<typeof dilemmaSchema>;

export interface Scenario {
  /** Content hash of the dilemma's text and both stances: 16 hex digits. The same words give the same key everywhere. */
  key: string;
  dilemma: Dilemma;
  pair: PersonaPair;
}

/** Seat A holds the pair's first stance, B its second. */
export function personaAt(scenario: Scenario, seat: Seat): Persona {
  return seat === 'A' ? scenario.pair.a : scenario.pair.b;
}
