/**
 * What judging means in an episode: each sample of each judge, and each repair try, is a call of the episode's journal; a
 * verdict is what these come to (judging/panel.ts).
 */
import type { JudgeInput, Scored, ScoreInput } from '../deliberation/index.js';
import { type JudgedKind, personaAt, roundOfTurn, type Verdict } from '../domain/index.js';
import { EntenteError } from '../errors.js';
import {
  askPanel,
  type Grade,
  type Grader,
  gradeCompletion,
  type Keep,
  type PanelVerdict,
  panelOf,
  reduceVerdict,
} from '../judging/index.js';
import { once } from './call-once.js';
import type { Episode, Table } from './play-episode.js';

/** Have the two agreed? Throws `unparsable` where too few answers could be read: that is not NO. */
export async function judgeAgreement(table: Table, episode: Episode, { turns }: JudgeInput): Promise<Verdict> {
  const [a, b] = turns.slice(-2);
  const latest = { A: a?.content ?? '', B: b?.content ?? '' };
  const material = { dilemma: episode.scenario.dilemma.text, latest };
  const round = roundOfTurn(turns.length - 1);
  const keep = keepIn(episode, { turn: turns.length, kind: 'agreement', round });
  const said = await askPanel(table.agreementJudge, material, { ...optionsOf(episode), round }, keep);
  const value = reduceVerdict(said);
  if (value === null)
    throw new EntenteError('unparsable', `the agreement verdict of round ${round} could not be read, ${howFar(said)}`);
  return { kind: 'agreement', round, value, detail: null, parseOk: true };
}

/** A score that cannot be read leaves the reward null, and says why; the episode is over all the same. */
export async function scoreCompletion(table: Table, episode: Episode, { completion }: ScoreInput): Promise<Scored> {
  const { scenario, weights } = episode;
  const grade = await gradeCompletion(
    { agency: table.agencyScorer, utility: table.utilityJudge },
    {
      dilemma: scenario.dilemma.text,
      personas: { A: personaAt(scenario, 'A'), B: personaAt(scenario, 'B') },
      completion,
    },
    (kind) => keepIn(episode, { turn: 0, kind, round: 0 }),
    optionsOf(episode),
  );
  if (grade.utilities === null || weights === undefined)
    return { ca: grade.ca, failure: grade.ca === null ? agencyFailure(table.agencyScorer, grade) : null };
  const stakeholders = { weights, utilities: grade.utilities };
  return { ca: grade.ca, stakeholders, failure: utilityFailure(grade) };
}

function agencyFailure(scorer: Grader<never> | null, { verdicts }: Grade) {
  const said = verdicts.find(({ kind }) => kind === 'ca')?.said;
  const [first] = said?.judges.flatMap((judge) => judge.verdicts) ?? [];
  const names = scorer === null ? [] : panelOf(scorer).members.map(({ judge }) => judge.name);
  const message =
    first?.parseOk === true
      ? `the verdict of ${names.join(', ')} lacks an overall score, one of the four aspects, or its rationale`
      : `the CA score could not be read, ${howFar(said)}`;
  return { code: 'unparsable', message };
}

function utilityFailure({ utilities, verdicts }: Grade) {
  const seat = (['A', 'B'] as const).find((one) => utilities?.[one] === null);
  if (seat === undefined) return null;
  const said = verdicts.find(({ kind }) => kind === `utility.${seat}`)?.said;
  return { code: 'unparsable', message: `the utility of side ${seat} could not be read, ${howFar(said)}` };
}

function howFar(said: PanelVerdict | undefined): string {
  const verdicts = said?.judges.flatMap((judge) => judge.verdicts) ?? [];
  if (verdicts.length <= 1) return 'even after a repair try';
  const read = verdicts.filter(({ parseOk }) => parseOk).length;
  return `even after repair tries: ${read} of ${verdicts.length} answers were readable`;
}

function optionsOf(episode: Episode) {
  const { aborted } = episode;
  return { affinity: episode, ...(aborted === undefined ? {} : { signal: aborted }) };
}

/** The place of a verdict in the journal. */
function keepIn(episode: Episode, place: { turn: number; kind: JudgedKind; round: number }): Keep {
  const { turn, kind, round } = place;
  const seat = kind === 'utility.A' ? 'A' : kind === 'utility.B' ? 'B' : null;
  return async ({ judge, promptHash, sample, repair }, make) => {
    const key = { turn, kind: repair ? (`${kind}.repair` as const) : kind, sample };
    const { reply, verdict } = await once(episode, { key, round, seat, model: judge, promptHash }, make);
    if (verdict !== null) return { reply, verdict };
    throw new EntenteError('internal', `the journal has no verdict for its ${key.kind} call at turn ${turn}`);
  };
}
