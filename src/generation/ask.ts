/** One question to a model whose answer must be one JSON object of a given form. */
import { z } from 'zod';
import { type ChatModel, materialMessage, type Prompt, readPrompt } from '../chat/index.js';
import type { Sampling } from '../domain/index.js';

const prompt = (name: string) => readPrompt(new URL(`../../src/generation/prompts/${name}.md`, import.meta.url));

export const generationPrompts = {
  dilemmaWriter: prompt('dilemma-writer'),
  dilemmaRater: prompt('dilemma-rater'),
  pairWriter: prompt('pair-writer'),
  pairRater: prompt('pair-rater'),
};

export interface Asker {
  model: ChatModel;
  sampling: Sampling;
  signal?: AbortSignal;
}

/** The answer, or null where it does not have the form. Throws what the model throws. */
export async function askFor<T>(
  { model, sampling, signal }: Asker,
  { text }: Prompt,
  name: string,
  schema: z.ZodType<T>,
  material: object,
  seed: number,
): Promise<T | null> {
  const { $schema: _unused, ...form } = z.toJSONSchema(schema) as Record<string, unknown>;
  const messages = [{ role: 'system' as const, content: text }, materialMessage(material)];
  const { content } = await model.complete(
    { messages, sampling, seed, wantTokens: false, answer: { name, schema: form } },
    signal,
  );
  try {
    const unfenced = /^```(?:json)?\s*\n(.*)\n```$/s.exec(content.trim())?.[1] ?? content;
    const parsed = schema.safeParse(JSON.parse(unfenced));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
