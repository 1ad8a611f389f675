/** What a reader of a report must not miss: each note says what is odd, and what to do about it. */
import type { RunReport } from './run-report.js';
import { leastDilemmas, type SoloComparison } from './solo-comparison.js';

/** Fewer clusters than this make an interval, though right on average, unsteady. */
const fewDilemmas = 10;

export function notesOnRun(report: RunReport): string[] {
  const { name, status, notice, overall, groups, failures, failed_attempts, usage } = report;
  const notes: string[] = [];
  if (notice !== null)
    notes.push(
      'this is a rehearsal: rule-based stand-ins, no model. It shows that the pipeline works and tells nothing about any LLM.',
    );
  if (overall.unfinished > 0 && status !== 'done')
    notes.push(
      `${plural(overall.unfinished, 'episode')} not finished; \`entente resume ${name}\` goes on. Episodes that end early agree more often: these figures may lean towards agreement.`,
    );
  notes.push(...notesOnWidth(report));
  if (overall.agreement_rate !== null && overall.dilemmas < fewDilemmas)
    notes.push(`${plural(overall.dilemmas, 'dilemma')} only: intervals are unsteady; play more with --groups.`);
  if (groups.zero_variance > 0)
    notes.push(
      `${groups.zero_variance} of ${plural(groups.graded, 'group')} have no spread in reward: they carry no learning signal`,
    );
  const truncated = usage.reduce((sum, model) => sum + model.truncated, 0);
  if (truncated > 0) notes.push(`${truncated} replies were cut at max_tokens; raise it for that role`);
  if (failures.length > 0)
    notes.push(`failures: ${failures.map(({ code, episodes }) => `${code} ${episodes}`).join(' · ')}`);
  if (failed_attempts.length > 0)
    notes.push(`tries that failed: ${failed_attempts.map(({ code, attempts }) => `${code} ${attempts}`).join(' · ')}`);
  return notes;
}

function notesOnWidth({ status, until_width, overall, groups }: RunReport): string[] {
  if (until_width === null) return [];
  const { width, scenarios, interval } = until_width;
  const reached = interval !== null && interval.high - interval.low < width;
  const found =
    interval === null
      ? 'no scenario is complete yet'
      : `the agreement rate lies within ${percentage(interval.low)}–${percentage(interval.high)} %, whenever one looks`;
  if (reached) {
    const spare = status === 'done' && overall.unfinished > 0;
    const rest = spare ? `; ${plural(overall.unfinished, 'episode')} of the plan were not needed` : '';
    return [`narrower than ${width} after ${plural(scenarios, 'scenario')}: ${found}${rest}.`];
  }
  const advice = status === 'done' ? `; play more than ${groups.groups} with --groups` : '';
  return [`not narrower than ${width} after ${plural(scenarios, 'scenario')}: ${found}${advice}.`];
}

export function notesOnComparison(comparison: SoloComparison, deliberation: RunReport): string[] {
  const { solo, scenarios, only_deliberation, only_solo, measures } = comparison;
  const both = `${comparison.deliberation} and ${solo}`;
  if (scenarios === 0)
    return [
      `${both} have no scored task in common: play both with the same --seed, --groups, --split, --dilemmas and --personas.`,
    ];
  const notes: string[] = [];
  if (only_deliberation + only_solo > 0)
    notes.push(
      `${both} are compared on the ${plural(scenarios, 'scenario')} they share; ${only_deliberation + only_solo} more were scored in one of them only.`,
    );
  if (deliberation.mode === 'train' && deliberation.overall.deadlocked > 0)
    notes.push(
      `${comparison.deliberation} was played in train mode: its deadlocks have no completion and are missing from the comparison; use --mode eval.`,
    );
  const decisive = measures[0] === undefined ? 0 : measures[0].higher + measures[0].lower;
  if (decisive < leastDilemmas)
    notes.push(
      `${both} differ on ${plural(decisive, 'dilemma')}: a sign test needs ${leastDilemmas} to reach 5 %; play more with --groups.`,
    );
  return notes;
}

function percentage(rate: number): string {
  return (100 * rate).toFixed(1);
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
