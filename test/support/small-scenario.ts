/** A scenario whose every part can be told apart in a prompt. */
import { dilemmaSchema, type Persona, personaPairSchema, type Scenario, type Turn } from '../../src/domain/index.js';
import { makeScenario } from '../../src/scenarios/choose.js';

export const measurer: Persona = { name: 'the measurer', stance: 'Count first. Decide by the figures alone.' };
export const listener: Persona = { name: 'the listener', stance: 'Hear everybody. Decide by what moves them.' };

const boat = dilemmaSchema.parse({ id: 'one-boat', tier: 'everyday', domain: 'sharing', text: '-' });
const pair = personaPairSchema.parse({ id: 'data-feeling', tension: 'figures / feeling', a: measurer, b: listener });

export interface ScenarioParts {
  dilemma?: string;
  a?: Persona;
  b?: Persona;
  /** A holds the second stance, B the first. */
  swapped?: boolean;
}

export function smallScenario({
  dilemma = 'The two brothers share one boat. By Friday they must decide who takes the boat out.',
  a = measurer,
  b = listener,
  swapped = false,
}: ScenarioParts = {}): Scenario {
  // The texts are put in unchecked: hostile ones may be longer than a data file would allow.
  return makeScenario({ ...boat, text: dilemma }, { ...pair, a, b }, swapped);
}

/** Dilemmas in which the rehearsal needs one round or several, and does not always agree. */
export function scenariosOf(count: number): Scenario[] {
  return Array.from({ length: count }, (_, index) =>
    smallScenario({ dilemma: `The ${index + 2} sisters share the old mill. Who mends the wheel before Friday?` }),
  );
}

/** A dialogue with these speeches, from A in turn. */
export function dialogue(speeches: readonly string[]): Turn[] {
  return speeches.map((content, turnIndex) => ({
    turnIndex,
    round: Math.floor(turnIndex / 2) + 1,
    seat: turnIndex % 2 === 0 ? 'A' : 'B',
    content,
  }));
}
