/** Reads a judge's answer, strictly: one JSON object of the asked form, or for agreement a first line YES or NO. */
import { z } from 'zod';

export const agreementAnswer = z.object({ agreed: z.boolean(), reason: z.string() });
export type AgreementAnswer = z.infer<typeof agreementAnswer>;

const score = z.number().min(0).max(5);
export const agencyAnswer = z.object({
  knowledge: score,
  benevolence: score,
  power: score,
  vitality: score,
  overall: score,
  rationale: z.string(),
});
export type AgencyAnswer = z.infer<typeof agencyAnswer>;

export const utilityAnswer = z.object({ utility: score, rationale: z.string() });
export type UtilityAnswer = z.infer<typeof utilityAnswer>;

export const weightsAnswer = z.object({ importance: z.array(z.number().min(0).max(10)), rationale: z.string() });
export type WeightsAnswer = z.infer<typeof weightsAnswer>;

export const preferenceAnswer = z.object({ winner: z.enum(['first', 'second', 'tie']), reason: z.string() });
export type PreferenceAnswer = z.infer<typeof preferenceAnswer>;

/** Either what the answer says, or why it cannot be read. */
export type Reading<T> = { ok: true; answer: T } | { ok: false; problem: string };

/**
 * YES or NO in Markdown dress at most, then a reason. In quotation marks, amid a sentence of any script, or beside its
 * opposite ("YES/NO", "yes and no") the word is no verdict.
 */
const plainAnswer = /^[\s*_#-]*(YES|NO)(?![\p{L}\p{M}\p{N}]|\s*(?:\/|or|and)\s*(?:YES|NO))[\s.:,*_–—-]*(.*)$/isu;

export function readAgreement(raw: string): Reading<AgreementAnswer> {
  const [first = '', ...rest] = raw.trim().split(/\r?\n/);
  const word = plainAnswer.exec(first);
  if (word?.[1] !== undefined) {
    const reason = [word[2], ...rest].join(' ').trim();
    return { ok: true, answer: { agreed: word[1].toUpperCase() === 'YES', reason } };
  }
  return readJson(raw, agreementAnswer);
}

export function readAgency(raw: string): Reading<AgencyAnswer> {
  return readJson(raw, agencyAnswer);
}

export function readUtility(raw: string): Reading<UtilityAnswer> {
  return readJson(raw, utilityAnswer);
}

/** `roles`: how many numbers were asked for; another count says nothing about any of them. */
export function readWeights(raw: string, roles: number): Reading<WeightsAnswer> {
  const reading = readJson(raw, weightsAnswer);
  if (!reading.ok || reading.answer.importance.length === roles) return reading;
  return { ok: false, problem: `importance: needs ${roles} numbers, one for each role` };
}

export function readPreference(raw: string): Reading<PreferenceAnswer> {
  return readJson(raw, preferenceAnswer);
}

/** The whole text must be the object, or one fenced block that holds it: an object quoted in passing is no answer. */
function readJson<T>(raw: string, schema: z.ZodType<T>): Reading<T> {
  const fenced = /^```(?:json)?\s*\n(.*)\n```$/s.exec(raw.trim());
  let value: unknown;
  try {
    value = JSON.parse(fenced?.[1] ?? raw);
  } catch {
    return { ok: false, problem: 'it is not one JSON object' };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, answer: parsed.data };
  const issue = parsed.error.issues[0];
  return { ok: false, problem: `${issue?.path.join('.') || 'the object'}: ${issue?.message ?? 'not valid'}` };
}

/** JSON Schema for `response_format`; every object is closed, as strict mode wants it. */
export function answerSchema(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _unused, ...json } = z.toJSONSchema(schema) as Record<string, unknown>;
  return json;
}
