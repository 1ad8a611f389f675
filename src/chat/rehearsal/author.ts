/**
 * The rehearsal's author: dilemmas and persona pairs put together from word lists, good enough to pass the checks of
 * form and to try the generator, and good for nothing else. The shipped library holds none of it.
 */
import { type Random, seededRandom } from '../../domain/index.js';

const words = (text: string): readonly string[] => text.trim().split(/\s*\|\s*/);

const people = words(
  'gardeners | bakers | night nurses | lodgers | cousins | drummers | ferrymen | clerks | weavers | apprentices | beekeepers | tenants | carpenters | divers | librarians | widows | goalkeepers | porters | printers | shepherds | tailors | welders | choristers | stallholders',
);
const things = words(
  'a kiln | one boat | the cold room | a loan of tools | the only well | a hall | two stoves | a van | the rehearsal room | one telephone line | a greenhouse | the winter store | a loom | the corner stall | a generator | the printing press | one plot of clay | a row of lockers | the footbridge | a mule | the roof terrace | a borrowed tent | the mooring | one washing line',
);
const troubles = words(
  'half of it leaks | its owner has fallen ill | the licence runs out | a buyer stands at the gate | the children use it too | nobody wrote down the terms | rain is forecast | the fee has doubled | an inspector is due | the old key was lost | one of them is leaving | the last repair was never paid | winter comes early | a promise was made over it | the council wants it back | the newest has the greatest need',
);
const wishes = words(
  'waiting until everybody has been heard | selling while the price holds | keeping to the order of arrival | giving it to whoever needs it most | mending it before anyone touches it | saying nothing to the elders | asking the neighbours first | closing it for the season | sharing it by the hour | drawing lots in public | paying the one who stays | following the written rule | trying the new way for once | leaving it as it was | telling the whole truth at once | sparing the one who is ill',
);
const times = words(
  'by Friday | before the frost | within nine days | until the first of May | in forty hours | before the feast | by next Tuesday | within three weeks | at noon tomorrow | before the ferry sails | by the end of term | in eleven days',
);
const questions = words(
  'Which steps let {x} and {y} both hold {when} | How is {thing} to be shared out {when}, and who sees to it | What do the {people} put in writing {when} | Who gives up what for {thing}, and in return for which help | Where does the plan for {thing} begin, and who carries its cost | What should be settled {when}, and what may wait for {n} weeks more | How much of {thing} goes to whom, and what is told to the other {people}',
);
const openings = words(
  'In {setting}, {n} {people} depend on {thing}, and {trouble} | {N} {people} of {setting} have quarrelled since spring over {thing}: {trouble} | Because {trouble}, the {people} who keep {thing} in {setting} must settle matters {when} | {When} the {people} near {setting} lose {thing}, for {trouble} | Nobody among the {n} {people} in {setting} planned for this: {trouble}, and {thing} is all they own',
);
const middles = words(
  'The eldest argues for {wish}, and has {n} years of habit behind her | Most lean towards {wish}, since {trouble2} | {N} of them speak for {wish}; it has kept the peace before | A young one wants {wish} and has found {n} names to sign',
);
const counters = words(
  'Others hold that only {wish} is fair, with {n} mouths waiting | Against that stands {wish}, which would cost {n} coins a head | The rest ask for {wish}, even if {trouble3} | But {wish} would spare those who carry {n} loads a day already',
);

function drawer(random: Random) {
  const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? '';
  const number = () => String(2 + Math.floor(random() * 97));
  return { pick, number };
}

interface WriterMaterial {
  cell?: { setting?: string; tension?: string };
}

export function writeDilemma({ cell = {} }: WriterMaterial, seed: number): { title: string; text: string } {
  const { pick, number } = drawer(seededRandom(seed));
  const thing = pick(things);
  const group = pick(people);
  const [x = 'one good', y = 'the other'] = (cell.tension ?? '').split('-');
  const fill = (template: string) => {
    const filled = template.replace(/\{(\w+)\}/g, (_slot, name: string) => {
      const values: Record<string, () => string> = {
        ...{
          setting: () => cell.setting ?? 'a small town',
          thing: () => thing,
          people: () => group,
          x: () => x,
          y: () => y,
        },
        ...{ n: number, N: number, when: () => pick(times), When: () => pick(times), wish: () => pick(wishes) },
      };
      return (values[name] ?? (() => pick(troubles)))();
    });
    return filled.charAt(0).toUpperCase() + filled.slice(1);
  };
  const text = `${fill(pick(openings))}. ${fill(pick(middles))}. ${fill(pick(counters))}. ${fill(pick(questions))}?`;
  return { title: `${thing.replace(/^(a|the|one|two) /, '')} ${number()}`, text };
}

const virtues = words(
  'thrift | candour | silence | play | rigour | comfort | haste | shelter | memory | novelty | pride | modesty | order | surprise | depth | breadth | habit | daring | tact | force | leisure | labour | trust | proof',
);
const bearers = words(
  'keeper | seeker | friend | warden | pilot | gardener | steward | advocate | child | builder | guest | smith',
);

export function writePair(seed: number): Record<string, unknown> {
  const random = seededRandom(seed);
  const { pick, number } = drawer(random);
  const first = pick(virtues);
  const second = pick(virtues.filter((virtue) => virtue !== first));
  const stance = (own: string, other: string) =>
    `Put ${own} first, ahead of ${other}, in each of ${number()} cases out of a hundred. Ask what ${own} would lose by ${pick(wishes)}, and count that loss double. Refuse a plan in which ${own} pays for ${other} ${pick(times)}.`;
  return {
    id: `${first}-${second}`,
    tension: `hold to ${first} / hold to ${second}`,
    a: { name: `the ${pick(bearers)} of ${first}`, stance: stance(first, second) },
    b: { name: `the ${pick(bearers)} of ${second}`, stance: stance(second, first) },
  };
}
