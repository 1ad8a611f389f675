/**
 * How much each side counts, fixed from the scenario alone before any completion exists (DecompR, arXiv 2605.26878). No
 * type here has room for a completion, so none can reach the prompt.
 */
import { createHash } from 'node:crypto';
import type { ChatModel } from '../chat/index.js';
import {
  deriveSeed,
  type Persona,
  type Reply,
  type Sampling,
  type Scenario,
  type SideWeights,
} from '../domain/index.js';
import { EntenteError } from '../errors.js';
import { judgingPrompts } from './prompts.js';
import { type AskCall, type Asked, createAsker, type Question } from './question.js';
import { answerSchema, readWeights, type WeightsAnswer, weightsAnswer } from './verdict-text.js';

/** All that weights depend on. `a` and `b` are the sides of the persona pair, whichever seat they take. */
export interface WeightQuery {
  dilemma: string;
  sides: { a: Persona; b: Persona };
}

/** Not negative, together 1. */
export interface StakeholderWeights {
  a: number;
  b: number;
}

type Role = 'a' | 'b' | 'neutral';

/**
 * The scenario as it is and the scenarios that it is held against: one side replaced by a bystander, one side gone. Each
 * in every order of its roles, as judges lean towards what stands first.
 */
const queries = {
  'full ab': ['a', 'b'],
  'full ba': ['b', 'a'],
  'a replaced, first': ['neutral', 'b'],
  'a replaced, last': ['b', 'neutral'],
  'b replaced, first': ['neutral', 'a'],
  'b replaced, last': ['a', 'neutral'],
  'a removed': ['b'],
  'b removed': ['a'],
} as const satisfies Record<string, readonly Role[]>;
export type WeightQueryName = keyof typeof queries;
export const weightQueryNames = Object.keys(queries) as WeightQueryName[];

/** Importance from 0 to 10 by role, as answered to each query. */
export type Importances = Readonly<Record<WeightQueryName, Readonly<Partial<Record<Role, number>>>>>;

/** One call of an elicitation. `importance` is in the order shown; null where the answer could not be read. */
export interface WeightCall {
  reply: Reply;
  importance: readonly number[] | null;
}

export interface WeightAsking {
  query: WeightQueryName;
  repair: boolean;
}

/** Makes the call and keeps what came of it, or finds what was kept before. */
export type KeepWeightCall = (asking: WeightAsking, make: () => Promise<WeightCall>) => Promise<WeightCall>;

export interface Weigher {
  /** The model asked. */
  readonly name: string;
  /** Names the exact words of the prompts and the formula. */
  readonly version: string;
  /** Names the weights: a hash of dilemma, both sides, version and model, 16 hex digits. */
  keyOf(query: WeightQuery): string;
  /** Throws `weights` where an answer stays unreadable or no side matters: equal weights are never made up. */
  elicit(query: WeightQuery, keep: KeepWeightCall, options?: Omit<AskCall, 'seed'>): Promise<StakeholderWeights>;
}

/** Greedy whatever the sampling says: weights are elicited once and hold for good. */
export function createWeigher(model: ChatModel, sampling: Sampling): Weigher {
  const version = digest([judgingPrompts.weights.hash, judgingPrompts.neutral.hash, calibration]);
  const keyOf = ({ dilemma, sides: { a, b } }: WeightQuery) =>
    digest([dilemma, a.name, a.stance, b.name, b.stance, version, model.name]);
  const greedy = { ...sampling, temperature: 0 };
  return {
    name: model.name,
    version,
    keyOf,
    elicit: async (query, keep, options = {}) => {
      const key = keyOf(query);
      const found: Partial<Record<WeightQueryName, Partial<Record<Role, number>>>> = {};
      for (const name of weightQueryNames) {
        const roles: readonly Role[] = queries[name];
        const asker = createAsker(questionFor(roles.length), model, greedy);
        const material = weightMaterial(query, name);
        const callFor = (repair: boolean) => ({ ...options, seed: deriveSeed('weights', key, name, Number(repair)) });
        const first = await keep({ query: name, repair: false }, async () =>
          callOf(await asker.ask(material, callFor(false))),
        );
        const last =
          first.importance !== null
            ? first
            : await keep({ query: name, repair: true }, async () =>
                callOf(await asker.askAgain(material, first.reply, callFor(true))),
              );
        if (last.importance === null) throw unreadable(model.name, name);
        found[name] = Object.fromEntries(roles.map((role, index) => [role, last.importance?.[index] ?? 0]));
      }
      return calibrateWeights(found as Importances);
    },
  };
}

function questionFor(roles: number): Question<WeightsAnswer> {
  return {
    prompt: judgingPrompts.weights,
    answer: { name: 'weights', schema: answerSchema(weightsAnswer) },
    read: (raw) => readWeights(raw, roles),
  };
}

function callOf({ reply, reading }: Asked<WeightsAnswer>): WeightCall {
  return { reply, importance: reading.ok ? reading.answer.importance : null };
}

/** What the model is shown for one query: the dilemma and the roles in their order, nothing else. */
export function weightMaterial({ dilemma, sides }: WeightQuery, name: WeightQueryName) {
  const shown: Record<Role, Persona> = {
    a: sides.a,
    b: sides.b,
    neutral: { name: 'the bystander', stance: judgingPrompts.neutral.text },
  };
  const roles = queries[name].map((role) => ({ name: shown[role].name, stance: shown[role].stance }));
  return { dilemma, roles };
}

/** Changes whenever the formula does. */
const calibration = 'half direct, half marginal/1';

/**
 * A side's weight, before it is floored at 0 and normalised: half is the importance it was given in the full scenario, the
 * mean over orders; half is what goes of the total importance when it is replaced or removed, the mean of both. Ours: the
 * protocol names the queries and leaves open how they are put together. Throws `weights` where nothing is over 0.
 */
export function calibrateWeights(importances: Importances): StakeholderWeights {
  const given = (name: WeightQueryName, role: Role) => importances[name][role] ?? 0;
  const total = (name: WeightQueryName) => queries[name].reduce((sum, role) => sum + given(name, role), 0);
  const full = (total('full ab') + total('full ba')) / 2;
  const raw = (side: 'a' | 'b') => {
    const direct = (given('full ab', side) + given('full ba', side)) / 2;
    const replaced = (total(`${side} replaced, first`) + total(`${side} replaced, last`)) / 2;
    const without = (replaced + total(`${side} removed`)) / 2;
    return Math.max(0, (direct + full - without) / 2);
  };
  const [a, b] = [raw('a'), raw('b')];
  if (a + b > 0) return { a: a / (a + b), b: b / (a + b) };
  throw new EntenteError('weights', 'neither side of the scenario was given any importance; use another --scorer.');
}

function unreadable(model: string, query: WeightQueryName): EntenteError {
  return new EntenteError(
    'weights',
    `${model}: the importance of the sides (query "${query}") could not be read, even after a repair try; try \`entente check\` on the scorer.`,
  );
}

export function weightQueryOf({ dilemma, pair }: Scenario): WeightQuery {
  return { dilemma: dilemma.text, sides: { a: pair.a, b: pair.b } };
}

/** The same weights by the seats that the sides have taken. */
export function weightsAtSeats({ a, b }: StakeholderWeights, { swapped }: Pick<Scenario, 'swapped'>): SideWeights {
  return swapped ? { A: b, B: a } : { A: a, B: b };
}

function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
