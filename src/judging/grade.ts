/**
 * Grades one completion, in a run or outside of one: the holistic CA score, the utility of each side by a call that sees
 * this side alone, or both (protocol: arXiv 2603.10476 and 2605.26878).
 */
import type { CollectiveAgency, JudgedKind, Persona, Seat, Verdict } from '../domain/index.js';
import { type AgencyMaterial, agencyOf } from './collective-agency.js';
import type { JudgeCall } from './judge.js';
import { askPanel, type Grader, type Keep, type PanelVerdict, reduceVerdict } from './panel.js';
import type { UtilityMaterial } from './utility.js';

/** Who grades. Null: not asked. */
export interface Graders {
  agency: Grader<AgencyMaterial> | null;
  utility: Grader<UtilityMaterial> | null;
}

/** What is graded. */
export interface Subject {
  dilemma: string;
  personas: Readonly<Record<Seat, Persona>>;
  completion: string;
}

export interface Grade {
  /** Null where it was not asked for, or not to be read. */
  ca: CollectiveAgency | null;
  /** Null where they were not asked for; one of them, where it could not be read. */
  utilities: Readonly<Record<Seat, number | null>> | null;
  /** All that was said, in the order of asking. */
  verdicts: readonly { kind: JudgedKind; said: PanelVerdict }[];
}

/** `keepFor` gives each kind of verdict its place to be kept. Throws EntenteError where no answer was to be had. */
export async function gradeCompletion(
  { agency, utility }: Graders,
  { dilemma, personas, completion: answer }: Subject,
  keepFor: (kind: JudgedKind) => Keep,
  options: Omit<JudgeCall, 'seed' | 'round'> = {},
): Promise<Grade> {
  const call = { ...options, round: 0 };
  const verdicts: { kind: JudgedKind; said: PanelVerdict }[] = [];
  let ca: CollectiveAgency | null = null;
  if (agency !== null) {
    const said = await askPanel(agency, { dilemma, personas, answer }, call, keepFor('ca'));
    verdicts.push({ kind: 'ca', said });
    ca = reduceAgency(said);
  }
  if (utility === null) return { ca, utilities: null, verdicts };
  const utilities: Record<Seat, number | null> = { A: null, B: null };
  for (const seat of ['A', 'B'] as const) {
    const material = { dilemma, persona: personas[seat], answer };
    const kind = `utility.${seat}` as const;
    const said = await askPanel(utility, material, call, keepFor(kind));
    verdicts.push({ kind, said });
    utilities[seat] = reduceVerdict(said);
  }
  return { ca, utilities, verdicts };
}

/** Each of the five scores on its own; null where one of them is. */
export function reduceAgency(said: PanelVerdict): CollectiveAgency | null {
  const of = (name: keyof CollectiveAgency) =>
    reduceVerdict(said, (verdict: Verdict) => agencyOf(verdict)?.[name] ?? null);
  const overall = of('overall');
  const [knowledge, benevolence, power, vitality] = [of('knowledge'), of('benevolence'), of('power'), of('vitality')];
  if (overall === null || knowledge === null || benevolence === null || power === null || vitality === null)
    return null;
  return { knowledge, benevolence, power, vitality, overall };
}
