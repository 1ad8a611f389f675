/**
 * Asks for one verdict: of one judge or of several, once or several times each, after the pre-checks. Who keeps the
 * answers is the caller's business: a run records each in the episode's journal before the next is asked for.
 */
import type { Verdict } from '../domain/index.js';
import { type Judge, type JudgeCall, type Judged, type Rubric, unasked } from './judge.js';
import { emptinessOf, type Flag, flagsOf, precheckName, precheckVersion } from './precheck.js';
import { type Reducer, reducePanel } from './reduce.js';

export interface PanelMember<Material> {
  judge: Judge<Material>;
  /** How often it is asked for one verdict. */
  samples: number;
  /** Over its samples. */
  reducer: Reducer;
}

export interface Panel<Material> {
  members: readonly PanelMember<Material>[];
  /** Over the members. */
  reducer: Reducer;
  /** What is told without asking; null asks in any case. */
  precheck: ((material: Material) => Precheck) | null;
}

/** A judge alone is a panel of one, asked once, without pre-checks. */
export type Grader<Material> = Judge<Material> | Panel<Material>;

export interface Precheck {
  /** The verdict, where a text says nothing: then no model is asked. */
  settled: Omit<Verdict, 'round'> | null;
  /** What a text plants; put into the detail of each verdict on it. */
  flags: readonly Flag[];
}

/** Which call of a verdict is meant. Samples count from 0 through all members. */
export interface Asking {
  judge: string;
  promptHash: string;
  sample: number;
  /** The one further try, after an answer that could not be read. */
  repair: boolean;
}

/** Makes the call under a seed of its own and keeps what came of it, or finds what was kept before. */
export type Keep = (asking: Asking, make: (seed: number) => Promise<Judged>) => Promise<Judged>;

/** Asks nothing twice, as nothing is kept: for a verdict outside of a run. */
export function askingAfresh(seedOf: (asking: Asking) => number): Keep {
  return (asking, make) => make(seedOf(asking));
}

/** The verdicts of a panel, by judge; for a text that says nothing, the one verdict of the pre-check. */
export interface PanelVerdict {
  judges: readonly { name: string; reducer: Reducer; verdicts: readonly Verdict[] }[];
  reducer: Reducer;
}

/** Members and samples are asked one after the other, so that each answer can be kept before the next call. */
export async function askPanel<Material>(
  grader: Grader<Material>,
  material: Material,
  call: Omit<JudgeCall, 'seed'>,
  keep: Keep,
): Promise<PanelVerdict> {
  const { members, reducer, precheck } = panelOf(grader);
  const { settled, flags } = precheck?.(material) ?? { settled: null, flags: [] };
  if (settled !== null) {
    const asking = { judge: precheckName, promptHash: precheckVersion, sample: 0, repair: false };
    const verdict: Verdict = { ...settled, round: call.round };
    const judged = await keep(asking, async () => ({ reply: unasked(JSON.stringify(verdict.detail)), verdict }));
    return { judges: [{ name: precheckName, reducer, verdicts: [judged.verdict] }], reducer };
  }
  const judges: PanelVerdict['judges'][number][] = [];
  let sample = 0;
  for (const { judge, samples, reducer: own } of members) {
    const verdicts: Verdict[] = [];
    for (let left = samples; left > 0; left--) {
      const flagged = (judged: Judged) => withFlags(judged, flags);
      verdicts.push(
        await askJudge(judge, material, call, sample++, (asking, make) =>
          keep(asking, async (seed) => flagged(await make(seed))),
        ),
      );
    }
    judges.push({ name: judge.name, reducer: own, verdicts });
  }
  return { judges, reducer };
}

/** Once more where its answer could not be read. */
async function askJudge<Material>(
  judge: Judge<Material>,
  material: Material,
  call: Omit<JudgeCall, 'seed'>,
  sample: number,
  keep: Keep,
): Promise<Verdict> {
  const asking = { judge: judge.name, promptHash: judge.promptHash, sample, repair: false };
  const first = await keep(asking, (seed) => judge.judge(material, { ...call, seed }));
  const repair = judge.repair?.bind(judge);
  if (first.verdict.parseOk || repair === undefined) return first.verdict;
  const again = await keep({ ...asking, repair: true }, (seed) => repair(material, first.reply, { ...call, seed }));
  return again.verdict;
}

function withFlags({ reply, verdict }: Judged, flags: readonly Flag[]): Judged {
  if (flags.length === 0 || verdict.detail === null) return { reply, verdict };
  return { reply, verdict: { ...verdict, detail: { ...verdict.detail, flags } } };
}

/**
 * What the panel says: of the values of its verdicts, or of another number in them. Null where fewer than half of a
 * judge's samples, or of the judges, could be read.
 */
export function reduceVerdict(
  { judges, reducer }: PanelVerdict,
  pick: (verdict: Verdict) => number | null = ({ value }) => value,
): number | null {
  const picked = judges.map((judge) => ({ values: judge.verdicts.map(pick), reducer: judge.reducer }));
  return reducePanel(picked, reducer);
}

export function panelOf<Material>(grader: Grader<Material>): Panel<Material> {
  if ('members' in grader) return grader;
  return { members: [{ judge: grader, samples: 1, reducer: 'mean' }], reducer: 'mean', precheck: null };
}

/** A text that says nothing is settled as the rubric's worst: that is a real verdict, and it is the rubric's own. */
export function precheckOf<Answer extends object, Material>(
  rubric: Rubric<Answer, Material>,
): (material: Material) => Precheck {
  return (material) => {
    const texts = rubric.written(material);
    const emptiness = texts.map(emptinessOf).find((found) => found !== null);
    const flags = [...new Set(texts.flatMap(flagsOf))];
    if (emptiness === undefined) return { settled: null, flags };
    const answer = rubric.worst(
      emptiness === 'blank' ? 'A text has no letter and no number in it.' : 'A text opens an answer and gives none.',
    );
    const detail = { ...Object.fromEntries(Object.entries(answer)), flags: [emptiness] };
    return { settled: { kind: rubric.kind, value: rubric.valueOf(answer), detail, parseOk: true }, flags };
  };
}
