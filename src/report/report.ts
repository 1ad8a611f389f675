/**
 * A report on one run or several, as one plain object: every rendering (terminal, JSON, Markdown, HTML) shows the numbers
 * of this object and computes none of its own.
 */
import type { Decoding, Seat } from '../domain/index.js';
import { type DynamicsPoint, dynamicsOf } from './dynamics.js';
import type { Figures, Tally } from './figures.js';
import { notesOnComparison, notesOnRun } from './notes.js';
import { type RunInput, type RunReport, reportRun } from './run-report.js';
import { compareWithSolo, type SoloComparison } from './solo-comparison.js';
import { tallyOf } from './summary.js';

export interface Report {
  runs: RunReport[];
  /** Deliberation runs pooled by how the policy was sampled, and by the seat it had. */
  decodings: ({ decoding: Decoding } & Figures)[];
  seats: ({ learner: Seat } & Figures)[];
  /** Every deliberation run against every solo run. */
  comparisons: SoloComparison[];
  dynamics: DynamicsPoint[];
  /** What concerns several runs; what concerns one is found by `notesOnRun`. */
  notes: string[];
}

/** `scenariosOf`: the scenario key of each group of a run; asked only where runs are compared. */
export function reportOn(
  inputs: readonly RunInput[],
  scenariosOf: (runId: string) => ReadonlyMap<string, string>,
): Report {
  const runs = inputs.map(reportRun);
  const comparisons = comparisonsOf(inputs, scenariosOf);
  const byDecoding = new Map<Decoding, Tally>();
  const bySeat = new Map<Seat, Tally>();
  for (const [index, { episodes }] of inputs.entries()) {
    const run = runs[index];
    // With a single run both would only say again what its own figures say.
    if (run === undefined || run.protocol === 'solo' || inputs.length === 1) continue;
    const tallies = [tallyOf(byDecoding, run.decoding), tallyOf(bySeat, run.learner)];
    for (const episode of episodes) for (const tally of tallies) tally.add(episode);
  }
  const found = { runs, comparisons, dynamics: dynamicsOf(runs) };
  return {
    ...found,
    decodings: [...byDecoding].map(([decoding, tally]) => ({ decoding, ...tally.figures() })),
    seats: [...bySeat].map(([learner, tally]) => ({ learner, ...tally.figures() })),
    notes: notesOn(found),
  };
}

function comparisonsOf(
  inputs: readonly RunInput[],
  scenariosOf: (runId: string) => ReadonlyMap<string, string>,
): SoloComparison[] {
  const solos = inputs.filter(({ run }) => run.config.protocol === 'solo');
  const deliberations = inputs.filter(({ run }) => run.config.protocol !== 'solo');
  if (solos.length === 0) return [];
  const keyed = ({ run, episodes }: RunInput) => ({ name: run.name, episodes, scenarios: scenariosOf(run.runId) });
  const others = solos.map(keyed);
  return deliberations.map(keyed).flatMap((one) => others.map((other) => compareWithSolo(one, other)));
}

function notesOn({ runs, comparisons, dynamics }: Pick<Report, 'runs' | 'comparisons' | 'dynamics'>): string[] {
  const byName = new Map(runs.map((run) => [run.name, run]));
  const notes = comparisons.flatMap((comparison) => {
    const run = byName.get(comparison.deliberation);
    return run === undefined ? [] : notesOnComparison(comparison, run);
  });
  const untagged = runs.filter(({ step, protocol }) => step === null && protocol === 'deliberation');
  if (dynamics.length > 1 && untagged.length > 0)
    notes.push(
      `without a training step, and so not in the training dynamics: ${untagged.map(({ name }) => name).join(', ')}; play with --step N.`,
    );
  return notes;
}

/** All notes of a report, each once, with the runs it is about: none where there is one run, or the note names them. */
export function everyNote(report: Report): { runs: string[]; note: string }[] {
  const runsOf = new Map<string, string[]>();
  for (const run of report.runs) {
    for (const note of notesOnRun(run)) runsOf.set(note, [...(runsOf.get(note) ?? []), run.name]);
  }
  const onRuns = [...runsOf].map(([note, names]) => ({ runs: report.runs.length === 1 ? [] : names, note }));
  return [...report.notes.map((note) => ({ runs: [], note })), ...onRuns];
}

/** `a, b: what is odd about both.` */
export function noteText({ runs, note }: { runs: readonly string[]; note: string }): string {
  return runs.length === 0 ? note : `${runs.join(', ')}: ${note}`;
}
