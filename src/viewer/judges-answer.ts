/** How the judges of a run judged: one entry per judge version, and where two scores of one completion lie apart. */
import type { RepeatedScore, RunRecord, Store, VerdictBin } from '../store/index.js';
import type { Bin, Disagreement, JudgeFigures, JudgesAnswer, Moments } from './api.js';
import { quoted } from './commands.js';
import { textIn } from './episode-answer.js';
import { runReference } from './episode-lines.js';
import { scoreHistogram } from './figures.js';

const shownDisagreements = 50;

export function judgesAnswer(store: Store, run: RunRecord, dbFlag: string): JudgesAnswer {
  const versions = new Map<string, VerdictBin[]>();
  for (const bin of store.verdictBins(run.runId)) {
    const version = `${bin.kind} ${bin.model} ${bin.prompt_hash}`;
    versions.set(version, [...(versions.get(version) ?? []), bin]);
  }
  const disagreements = disagreementsOf(store.repeatedScores(run.runId), run);
  const shown = disagreements.slice(0, shownDisagreements).map((disagreement) => ({
    ...disagreement,
    completion: store.recordedCalls(disagreement.episode_id).find(({ kind }) => kind === 'completion')?.content ?? null,
  }));
  return {
    command: `entente report ${quoted(run.name)} --json${dbFlag}`,
    run: runReference(run),
    judges: [...versions.values()].flatMap((bins) => {
      const [first] = bins;
      return first === undefined ? [] : [judgeFigures(first, bins)];
    }),
    disagreements: shown,
    disagreements_total: disagreements.length,
  };
}

function judgeFigures({ kind, model, prompt_hash }: VerdictBin, bins: readonly VerdictBin[]): JudgeFigures {
  const count = (of: readonly VerdictBin[]) => of.reduce((sum, { verdicts }) => sum + verdicts, 0);
  const read = bins.filter(({ value }) => value !== null);
  const [total, parsed] = [count(bins), count(read)];
  return {
    kind,
    model,
    prompt_hash,
    verdicts: total,
    unparsed: total - parsed,
    repaired: bins.reduce((sum, { repaired }) => sum + repaired, 0),
    latency_ms_mean: total === 0 ? null : bins.reduce((sum, { latency_ms }) => sum + latency_ms, 0) / total,
    histogram: histogramOf(kind, read),
    modal_share: parsed === 0 ? null : Math.max(...read.map(({ verdicts }) => verdicts)) / parsed,
    entropy_bits: parsed === 0 ? null : entropy(read.map(({ verdicts }) => verdicts / parsed)),
    moments: weightedMoments(read),
  };
}

function histogramOf(kind: VerdictBin['kind'], bins: readonly VerdictBin[]): Bin[] {
  const halves: Bin[] = [
    { from: 0, to: 0.5, count: 0 },
    { from: 0.5, to: 1, count: 0 },
  ];
  const histogram = kind === 'agreement' ? halves : scoreHistogram([]);
  for (const { value, verdicts } of bins) {
    const bin = histogram[Math.min(histogram.length - 1, Math.floor((value ?? 0) * 2))];
    if (bin !== undefined) bin.count += verdicts;
  }
  return histogram;
}

/** Shannon's, in bits. */
function entropy(shares: readonly number[]): number {
  const bits = shares.filter((share) => share > 0).reduce((sum, share) => sum - share * Math.log2(share), 0);
  // Not −0, where one value has it all.
  return Math.max(bits, 0);
}

function weightedMoments(bins: readonly VerdictBin[]): Moments {
  const values = bins.map(({ value, verdicts }) => ({ value: value ?? 0, weight: verdicts }));
  const count = values.reduce((sum, { weight }) => sum + weight, 0);
  if (count === 0) return { count, mean: null, sd: null, min: null, max: null };
  const mean = values.reduce((sum, { value, weight }) => sum + value * weight, 0) / count;
  const squares = values.reduce((sum, { value, weight }) => sum + weight * (value - mean) ** 2, 0);
  return {
    count,
    mean,
    sd: count < 2 ? null : Math.sqrt(squares / (count - 1)),
    min: Math.min(...values.map(({ value }) => value)),
    max: Math.max(...values.map(({ value }) => value)),
  };
}

/** Furthest apart first; what was scored alike is no disagreement. */
function disagreementsOf(scores: readonly RepeatedScore[], run: RunRecord): Disagreement[] {
  const byEpisode = new Map<string, RepeatedScore[]>();
  for (const score of scores) byEpisode.set(score.episode_id, [...(byEpisode.get(score.episode_id) ?? []), score]);
  return [...byEpisode.values()]
    .flatMap((of): Disagreement[] => {
      const [first] = of;
      const values = of.map(({ value }) => value);
      const gap = Math.max(...values) - Math.min(...values);
      if (first === undefined || gap === 0) return [];
      return [
        {
          episode_id: first.episode_id,
          reference: `${run.name}/${first.number}`,
          dilemma_id: first.dilemma_id,
          completion: null,
          gap,
          scores: of.map(({ model, prompt_hash, sample_index, value, detail }) => ({
            ...{ model, prompt_hash, sample_index, value },
            rationale: textIn(detail, 'rationale'),
          })),
        },
      ];
    })
    .sort((one, other) => other.gap - one.gap);
}
