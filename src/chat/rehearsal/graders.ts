/** The rehearsal's writer of completions, its agreement judge and its scorer: rules over the text they are shown. */

import { deriveSeed, type Random, seededRandom } from '../../domain/index.js';
import { favouriteOf } from './negotiator.js';
import { type Aspect, draftPlan, kindOf, type Plan, readPlan, samePlan, writePlan } from './plan-text.js';

/** What the prompts hand over as one JSON document. */
interface Shown {
  dilemma?: string;
  dialogue?: readonly { seat?: string; says?: string }[];
  latest?: { A?: string; B?: string };
  answer?: string;
  persona?: { stance?: string };
  roles?: readonly { stance?: string }[];
  /** Two answers to be compared. */
  first?: string;
  second?: string;
  /** The generator's cell. */
  cell?: { setting?: string; tension?: string };
}

/** Reads the fenced JSON document of a prompt; an empty one where there is none. */
export function readMaterial(prompt: string): Shown {
  const fenced = /^```json\n(.*)\n```$/m.exec(prompt)?.[1];
  if (fenced === undefined) return {};
  try {
    return JSON.parse(fenced) as Shown;
  } catch {
    return {};
  }
}

/** The plan that was last on the table, as "we". */
export function writeCompletion({ dilemma = '', dialogue = [] }: Shown, seed: number): string {
  const plans = dialogue.map(({ says = '' }) => readPlan(says)).filter((plan) => plan.length > 0);
  const plan = plans.at(-1) ?? draftPlan(dilemma, ['power', 'benevolence'], seededRandom(seed));
  return `This is what we will do: ${writePlan(plan)} We will know that it works when nobody concerned has to ask again.`;
}

/** One voice, no dialogue: a plan straight from the dilemma. */
export function answerAlone(dilemma: string, seed: number): string {
  const random = seededRandom(seed);
  const kinds = (['power', 'knowledge', 'benevolence', 'vitality', 'loss'] as const).filter(() => random() < 0.5);
  const plan = draftPlan(dilemma, kinds.length > 0 ? kinds : ['power'], random);
  return `This is what should be done: ${writePlan(plan)} It will have worked when nobody concerned has to ask again.`;
}

const consent = /\b(I accept|we are agreed|I agree|stand behind it)\b/;
const acceptance = /\b(I accept|we are agreed|I agree)\b/;

/** Agreed: both consent, at least one of them to what the other said, and both texts hold the same actions. */
export function judgeAgreement({ latest = {} }: Shown): { agreed: boolean; reason: string } {
  const { A = '', B = '' } = latest;
  const planOfA = readPlan(A);
  const planOfB = readPlan(B);
  if (planOfA.length === 0 || planOfB.length === 0)
    return { agreed: false, reason: 'At least one of the two names no actions.' };
  if (!samePlan(planOfA, planOfB)) return { agreed: false, reason: 'The two plans still differ.' };
  if (!consent.test(A) || !consent.test(B) || !(acceptance.test(A) || acceptance.test(B))) {
    return { agreed: false, reason: 'The plans match, but not both have said that they accept.' };
  }
  return { agreed: true, reason: `Both accept the same ${planOfA.length} actions.` };
}

const aspects: readonly Aspect[] = ['knowledge', 'benevolence', 'power', 'vitality'];

/** What luck adds to a score: nothing where a judge is greedy, else now and then a point more or less. */
export type Waver = (score: number) => number;

const waverShare = 0.3;

export function waverOf(temperature: number, seed: number): Waver {
  if (temperature === 0) return (score) => score;
  const random: Random = seededRandom(deriveSeed(seed, 'waver'));
  return (score) => {
    const draw = random();
    return clamp(draw < waverShare / 2 ? score - 1 : draw < waverShare ? score + 1 : score);
  };
}

/** Aspects by the actions that raise them; what is merely given up takes from all. Overall follows their breadth. */
export function scoreAgency(
  { answer = '' }: Shown,
  waver: Waver,
): Record<Aspect | 'overall', number> & { rationale: string } {
  const plan: Plan = readPlan(answer);
  const kinds = plan.map(kindOf);
  const losses = kinds.filter((kind) => kind === 'loss').length;
  const raised = (aspect: Aspect) => kinds.filter((kind) => kind === aspect).length;
  const score = (aspect: Aspect) => clamp(raised(aspect) === 0 ? 1 : 3 + raised(aspect));
  const breadth = aspects.filter((aspect) => raised(aspect) > 0).length;
  return {
    knowledge: waver(clamp(score('knowledge') - losses)),
    benevolence: waver(clamp(score('benevolence') - losses)),
    power: waver(clamp(score('power') - losses)),
    vitality: waver(clamp(score('vitality') - losses)),
    overall: waver(clamp([0, 2, 3, 4, 5][breadth] ?? 0, losses)),
    rationale: `${breadth} of 4 aspects raised by ${plan.length} actions, ${losses} of them mere loss.`,
  };
}

/** By how much of the plan is what this stance leans towards; other actions count a little, mere losses against it. */
export function scoreUtility(
  { dilemma = '', persona = {}, answer = '' }: Shown,
  waver: Waver,
): { utility: number; rationale: string } {
  const favourite = favouriteOf(dilemma, persona.stance ?? '');
  const found = readPlan(answer).map(kindOf);
  const wanted = found.filter((kind) => kind === favourite).length;
  const losses = found.filter((kind) => kind === 'loss' && kind !== favourite).length;
  const others = found.length - wanted - losses;
  return {
    utility: waver(clamp(2 * wanted + Math.floor(others / 2), losses)),
    rationale: `${wanted} of ${found.length} actions are of the kind wanted.`,
  };
}

/** By the words of the stance, from 4 to 8, and little for a bystander; the first role gets a point too many. */
export function weighRoles({ dilemma = '', roles = [] }: Shown): { importance: number[]; rationale: string } {
  const importance = roles.map(({ stance = '' }, index) => {
    const own = /\bno wish of their own\b/.test(stance) ? 1 : 4 + (deriveSeed('importance', dilemma, stance) % 5);
    return own + (index === 0 && roles.length > 1 ? 1 : 0);
  });
  return { importance, rationale: 'Weighed by rule.' };
}

function clamp(value: number, less = 0): number {
  return Math.max(0, Math.min(5, value - less));
}
