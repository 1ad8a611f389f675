/** The rehearsal's pairwise judge: rules over the two plans, blind to which of them stands first. */
import { scoreAgency } from './graders.js';
import { kindOf, readPlan } from './plan-text.js';

interface TwoAnswers {
  first?: string;
  second?: string;
}

export interface Preferred {
  winner: 'first' | 'second' | 'tie';
  reason: string;
}

/** The answer with the higher overall score; of equals, the one with the higher aspects. */
export function preferAgency({ first = '', second = '' }: TwoAnswers, seed: number): Preferred {
  return prefer(agencyOf(first), agencyOf(second), seed, 'agency');
}

/** The answer with more actions of different kinds that cost nobody anything. */
export function preferResolution({ first = '', second = '' }: TwoAnswers, seed: number): Preferred {
  return prefer(coverageOf(first), coverageOf(second), seed, 'actions');
}

function agencyOf(answer: string): number {
  const { overall, knowledge, benevolence, power, vitality } = scoreAgency({ answer }, (score) => score);
  return 4 * overall + (knowledge + benevolence + power + vitality) / 5;
}

function coverageOf(answer: string): number {
  const kinds = readPlan(answer).map(kindOf);
  const losses = kinds.filter((kind) => kind === 'loss').length;
  return new Set(kinds).size + kinds.length - 2 * losses;
}

/** Now and then, by luck, a narrow lead is taken for none: real judges differ from one asking to the next. */
function prefer(first: number, second: number, seed: number, counted: string): Preferred {
  const lead = first - second;
  const reason = `By rule: ${counted} ${Math.max(first, second)} against ${Math.min(first, second)}.`;
  if (lead === 0 || (Math.abs(lead) <= 1 && seed % 10 === 0)) return { winner: 'tie', reason };
  return { winner: lead > 0 ? 'first' : 'second', reason };
}
