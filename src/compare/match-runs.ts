/**
 * Which answer of one run stands against which of another: those to the same scenario, in the same seating, of the same
 * sample. The scenario's key is a hash of its words, so a text that was edited in between is another task.
 */
import type { RunConfig } from '../domain/index.js';
import type { AnswerRow } from '../store/index.js';

export interface Side {
  protocol: RunConfig['protocol'];
  answers: readonly AnswerRow[];
}

/** One task and the two answers to it. */
export interface Task {
  a: AnswerRow & { completion: string };
  b: AnswerRow & { completion: string };
}

export interface Matched {
  tasks: Task[];
  /** Tasks of both runs to which this one has no answer: its episode failed, or is not finished. */
  missing_a: number;
  missing_b: number;
  /** Tasks of one run that the other was never given. */
  only_a: number;
  only_b: number;
}

export function matchRuns(a: Side, b: Side): Matched {
  const ofA = byTask(a);
  const ofB = byTask(b);
  const matched: Matched = { tasks: [], missing_a: 0, missing_b: 0, only_a: 0, only_b: 0 };
  for (const key of new Set([...ofA.keys(), ...ofB.keys()])) {
    const one = ofA.get(key) ?? unseated(a, ofA, key);
    const other = ofB.get(key) ?? unseated(b, ofB, key);
    if (one === undefined) matched.only_b++;
    else if (other === undefined) matched.only_a++;
    else if (one.completion === null || other.completion === null) {
      if (one.completion === null) matched.missing_a++;
      if (other.completion === null) matched.missing_b++;
    } else matched.tasks.push({ a: one as Task['a'], b: other as Task['b'] });
  }
  return matched;
}

function byTask({ answers }: Side): Map<string, AnswerRow> {
  const found = new Map<string, AnswerRow>();
  for (const answer of answers) {
    const key = taskKey(answer.scenario.key, answer.scenario.swapped, answer.sampleIndex);
    // A scenario that was chosen twice is one task: its first group stands for it.
    if (!found.has(key)) found.set(key, answer);
  }
  return found;
}

/** Whoever answers alone sits nowhere: the answer stands for both seatings. */
function unseated({ protocol }: Side, answers: ReadonlyMap<string, AnswerRow>, key: string): AnswerRow | undefined {
  if (protocol !== 'solo') return undefined;
  const [scenario = '', seating, sample] = key.split(' ');
  return answers.get(taskKey(scenario, seating !== 'swapped', Number(sample)));
}

function taskKey(scenario: string, swapped: boolean, sample: number): string {
  return `${scenario} ${swapped ? 'swapped' : 'plain'} ${sample}`;
}
