/** A plan as the rehearsal writes it into its speeches, "(1) …; (2) …", and reads it back out of anybody's. */
import { type Random, shuffled } from '../../domain/index.js';

/** A plan in words: its actions, in order. */
export type Plan = readonly string[];

export function writePlan(plan: Plan): string {
  return `${plan.map((action, index) => `(${index + 1}) ${action}`).join('; ')}.`;
}

export function readPlan(text: string): Plan {
  return [...text.matchAll(/\(\d\) ([^;]+?)(?=[;.]\s|[;.]?$)/g)].map((match) => (match[1] ?? '').trim());
}

export function samePlan(one: Plan, other: Plan): boolean {
  return one.length > 0 && one.length === other.length && one.every((action) => other.includes(action));
}

/** What an action raises, by its verb. A `loss` buys peace by giving something up. */
export type Aspect = 'knowledge' | 'benevolence' | 'power' | 'vitality';
export type Kind = Aspect | 'loss';

const actions: Readonly<Record<Kind, readonly string[]>> = {
  knowledge: [
    'measure what {thing} comes to and show everybody the figures {when}',
    'ask those who live with {thing} and write down what they say',
    'have somebody neutral look at {thing} {when}',
    'teach two more people what {thing} needs',
  ],
  benevolence: [
    'make good what {thing} costs whoever carries it',
    'give those with the least say the first word on {thing}',
    'share {thing} in equal turns',
    'tell everybody touched by {thing} before they hear it elsewhere',
  ],
  power: [
    'name one person who answers for {thing} {when}',
    'set money and hours aside for {thing}',
    'put the rule for {thing} in writing {when}',
    'let those who do the work decide on {thing}',
  ],
  vitality: [
    'try it with {thing} on a small scale and look again {when}',
    'leave time to recover before {thing} comes up again',
    'meet about {thing} {when} and mend what does not work',
    'keep part of {thing} back for those who come later',
  ],
  loss: ['drop {thing} for good', 'put {thing} off without a date', 'pay for it by cutting {thing} in half'],
};
const kinds = Object.keys(actions) as Kind[];

/** The kind of an action, told by its fixed words; null for a text of other making. */
export function kindOf(action: string): Kind | null {
  const found = kinds.find((kind) => actions[kind].some((template) => fits(template, action)));
  return found ?? null;
}

function fits(template: string, action: string): boolean {
  return template
    .split(/\{thing\}|\{when\}/)
    .map((part) => part.trim())
    .every((part) => part === '' || action.includes(part));
}

const functionWords = new Set(
  'a an the of in at on to for with from by and or but nor that this these those who whom whose which what how why when where while is are was were be been has have had will would can could should may might must do does did not no as than then if so because until before after into onto over under about between without within upon off out up down it its he she they them him her his their our my your we you i me us there here only also just even still yet already more most less than each every both all any some one'.split(
    ' ',
  ),
);
const determiner =
  /^(the|a|an|her|his|their|our|my|your|two|three|four|five|six|seven|eight|nine|ten|twelve|\d[\d,.]*)$/i;

/** Things the dilemma speaks of, in its own words: "the night ferry", "her brother's share". Order as in the text. */
export function thingsIn(dilemma: string): string[] {
  const found = new Set<string>();
  for (const clause of dilemma.split(/[.,;:!?()"“”—–]+/)) {
    const words = clause.trim().split(/\s+/);
    for (const [index, word] of words.entries()) {
      if (!determiner.test(word)) continue;
      const rest = words.slice(index + 1, index + 3);
      const stop = rest.findIndex((next) => functionWords.has(next.toLowerCase()) || !/^[\p{L}'’-]+$/u.test(next));
      const upToStop = stop === -1 ? rest : rest.slice(0, stop);
      const noun = mayBeVerb(word, upToStop[1]) ? upToStop.slice(0, 1) : upToStop;
      if (noun.length === 0 || (noun.at(-1) ?? '').length < 3) continue;
      const lead = /^an?$/i.test(word) ? 'the' : word.toLowerCase();
      found.add(`${lead} ${noun.join(' ')}`);
    }
  }
  return found.size > 0 ? [...found] : ['the matter'];
}

/** "my wife thinks", "the ferry leaves": a second word that rather tells what the first one does. */
function mayBeVerb(determinerWord: string, second: string | undefined): boolean {
  if (second === undefined) return false;
  return /^(her|his|their|our|my|your)$/i.test(determinerWord) || /(s|ed|ing)$/.test(second);
}

/** A time from the dilemma, or a plain one. */
function whenIn(dilemma: string): string {
  const day = /\b(Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|tomorrow|tonight|noon|midnight)\b/.exec(
    dilemma,
  );
  if (day?.[1]) return `by ${day[1]}`;
  const span =
    /\b(\d+|two|three|four|five|six|seven|eight|nine|ten|twelve|thirty|forty)[ -](minute|hour|day|week|month|year)s?\b/i.exec(
      dilemma,
    );
  if (span?.[1] && span[2]) return `within ${span[1].toLowerCase()} ${span[2].toLowerCase()}s`;
  return 'within two weeks';
}

/** Actions of the given kinds about things of this dilemma; the same random numbers give the same plan. */
export function draftPlan(dilemma: string, wanted: readonly Kind[], random: Random): string[] {
  const things = shuffled(thingsIn(dilemma), random);
  const when = whenIn(dilemma);
  return wanted.map((kind, index) => {
    const choices = actions[kind];
    const template = choices[Math.floor(random() * choices.length)] ?? choices[0] ?? '';
    const thing = things[index % things.length] ?? 'the matter';
    return template.replace('{thing}', thing).replace('{when}', when);
  });
}
