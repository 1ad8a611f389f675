/**
 * The rehearsal's negotiator. All it knows is in the messages: its stance, the dilemma, its own last words and the
 * other's. A private firmness, drawn from the seed of its first turn, shows in how it opens; later turns read it back.
 */
import { deriveSeed, type Random, seededRandom } from '../../domain/index.js';
import type { Message } from '../model.js';
import { draftPlan, type Kind, type Plan, readPlan, samePlan, writePlan } from './plan-text.js';

/** From soft to immovable. The index is the firmness, which is also how many own actions an acceptable plan must keep. */
const openings = [
  'I am open on most of this.',
  'I can move on some of this.',
  'Part of this matters a good deal to me.',
  'I hold to my view in this.',
  'On this I will not be moved.',
] as const;

/** How often each firmness is drawn where people differ at all. */
const firmnessWeights = [0.13, 0.24, 0.2, 0.1, 0.33] as const;

/** How many of the other's actions a first counter-proposal takes up, by firmness. */
const firstConcession = [4, 2, 1, 1, 0] as const;

const planSize = 4;

/** A share of dilemmas is so clear to everybody that eight tries end alike: groups without spread, as real runs have. */
const clearShare = 0.22;

export function speakTurn(messages: readonly Message[], seed: number): string {
  const system = messages[0]?.content ?? '';
  const stance = system.split('## Your stance:')[1]?.split('\n## ')[0]?.trim() ?? '';
  const { dilemma, heard, said } = readWindow(messages);
  const clear = deriveSeed('clear', dilemma) / 0x8000_0000 < clearShare;
  const mine = readPlan(said);
  const theirs = readPlan(heard);
  const random = seededRandom(clear ? deriveSeed(stance, dilemma) : seed);
  const firmness = firmnessSaid(said) ?? drawFirmness(clear, dilemma, random);

  if (theirs.length === 0) {
    const plan = mine.length > 0 ? mine : ownPlan(dilemma, stance, random);
    return `${openings[firmness]} ${reason(stance)} I propose this plan and stand behind it: ${writePlan(plan)}`;
  }
  if (samePlan(mine, theirs)) return `Then we are agreed, and I commit myself to the same plan: ${writePlan(theirs)}`;
  const kept = theirs.filter((action) => mine.includes(action)).length;
  if (kept >= firmness) return `Yes, I accept your plan as it stands and will do my share of it: ${writePlan(theirs)}`;
  return counter({ dilemma, stance, firmness, mine, theirs, random });
}

/** The dilemma, the other's latest words and one's own latest words; empty strings where the window shows none. */
function readWindow(messages: readonly Message[]): { dilemma: string; heard: string; said: string } {
  const first = messages.find(({ role }) => role === 'user')?.content ?? '';
  const [dilemma = '', opening = ''] = first.split('\n\nThe other says:\n\n');
  const last = messages.at(-1);
  const heard = last !== undefined && last.content !== first ? last.content : opening;
  const said = messages.filter(({ role }) => role === 'assistant').at(-1)?.content ?? '';
  return { dilemma: dilemma.replace(/^The dilemma:\s*/, ''), heard, said };
}

function firmnessSaid(said: string): number | null {
  const found = openings.findIndex((opening) => said.startsWith(opening));
  return found === -1 ? null : found;
}

function drawFirmness(clear: boolean, dilemma: string, random: Random): number {
  if (clear) return deriveSeed('firmness', dilemma) % 2;
  let left = random();
  for (const [firmness, weight] of firmnessWeights.entries()) {
    left -= weight;
    if (left < 0) return firmness;
  }
  return 0;
}

/** What this stance asks for: a leaning towards some kinds of action, drawn from its words, and luck. */
function ownPlan(dilemma: string, stance: string, random: Random): Plan {
  const favourite = favouriteOf(dilemma, stance);
  const wanted = Array.from({ length: planSize }, () =>
    random() < 0.4 ? favourite : (kinds[Math.floor(random() * kinds.length)] ?? 'power'),
  );
  return draftPlan(dilemma, wanted, random);
}

const kinds: readonly Kind[] = ['knowledge', 'benevolence', 'power', 'vitality', 'loss'];

/** The kind of action that a stance leans towards in a dilemma. */
export function favouriteOf(dilemma: string, stance: string): Kind {
  const leaning = seededRandom(deriveSeed('leaning', stance, dilemma));
  return kinds[Math.floor(leaning() * kinds.length)] ?? 'power';
}

interface Position {
  dilemma: string;
  stance: string;
  firmness: number;
  mine: Plan;
  theirs: Plan;
  random: Random;
}

/** Keeps one's own plan, but for as many of the other's actions as one's firmness lets in. */
function counter({ dilemma, stance, firmness, mine, theirs, random }: Position): string {
  const before = mine.length > 0 ? mine : ownPlan(dilemma, stance, random);
  const wanted = theirs.filter((action) => !before.includes(action));
  const count = firmness === openings.length - 1 ? 0 : mine.length > 0 ? 1 : (firstConcession[firmness] ?? 0);
  const taken = wanted.slice(0, count);
  const given = before.filter((action) => !theirs.includes(action)).slice(0, taken.length);
  const plan = before.map((action) => (given.includes(action) ? (taken[given.indexOf(action)] ?? action) : action));
  const answer =
    taken.length > 0
      ? `You want to ${taken.join(', and to ')}; that I can take up.`
      : `You want to ${wanted[0] ?? 'do otherwise'}; there I cannot follow you.`;
  return `${openings[firmness]} ${answer} ${reason(stance)} My plan is now this, and I stand behind it: ${writePlan(plan)}`;
}

/** The first clause of the stance, as a reason. */
function reason(stance: string): string {
  const sentence = stance.split('\n\n').at(-1)?.trim() ?? '';
  const clause =
    sentence
      .split(/[,.;:]/)[0]
      ?.replace(/\s+/g, ' ')
      .trim() ?? '';
  if (clause === '') return '';
  const words = clause.split(' ').slice(0, 14).join(' ');
  return `What counts for me: ${words.charAt(0).toLowerCase()}${words.slice(1)}.`;
}
