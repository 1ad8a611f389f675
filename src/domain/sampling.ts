/**
 * How a model is sampled. Every field is always sent: a server's own defaults (generation_config.json and the like)
 * must never decide what a run did.
 */
import { z } from 'zod';

export const samplingShape = {
  temperature: z.number().min(0).max(2).describe('Sampling temperature; 0 is greedy.'),
  top_p: z.number().gt(0).max(1).describe('Nucleus sampling: keep the smallest set of tokens with this mass.'),
  top_k: z.int().min(-1).describe('Keep the k likeliest tokens; -1 keeps all.'),
  min_p: z.number().min(0).max(1).describe('Drop tokens below this share of the likeliest one; 0 drops none.'),
  presence_penalty: z.number().min(-2).max(2).describe('Penalty for tokens that have occurred.'),
  frequency_penalty: z.number().min(-2).max(2).describe('Penalty per occurrence of a token.'),
  repetition_penalty: z.number().gt(0).max(2).describe('Multiplicative repetition penalty; 1 is none.'),
  max_tokens: z.int().min(1).max(1_000_000).describe('The most tokens one reply may have.'),
} as const;

export const samplingSchema = z.strictObject(samplingShape);
export type Sampling = z.infer<typeof samplingSchema>;

/** Neutral values; the roles differ from it in temperature, top_p and max_tokens only. */
const neutral: Sampling = {
  temperature: 0,
  top_p: 1,
  top_k: -1,
  min_p: 0,
  presence_penalty: 0,
  frequency_penalty: 0,
  repetition_penalty: 1,
  max_tokens: 1024,
};

/**
 * Defaults per kind of call. Speaking and completion follow Learning to Negotiate (arXiv 2603.10476: temperature 0.7
 * and 0.1, top-p 0.95). Judges are greedy: ours, because a verdict should not depend on luck. A judge that is asked
 * several times for one verdict is sampled from its own distribution, of which greedy samples would show one point.
 */
export const defaultSampling = {
  speaking: { ...neutral, temperature: 0.7, top_p: 0.95, max_tokens: 1024 },
  completing: { ...neutral, temperature: 0.1, top_p: 0.95, max_tokens: 2048 },
  judging: neutral,
  judgingSampled: { ...neutral, temperature: 1 },
} as const satisfies Record<string, Sampling>;
