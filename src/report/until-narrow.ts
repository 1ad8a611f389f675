/**
 * When an evaluation has played enough: once the interval of its agreement rate is narrow, though it was looked at after
 * every scenario. Scenarios are looked at in the order of the plan, each when all its episodes have ended, because those
 * that end first are those that agree first. A scenario that has begun is played to its end.
 */
import type { Outcome } from '../domain/index.js';
import type { EpisodeFigures } from '../store/index.js';
import { createConfidenceSequence, type Interval } from './statistics/index.js';

/** Where the looking stands. */
export interface SequentialRate {
  /** Scenarios looked at: the first of the plan, without a gap. */
  scenarios: number;
  /** Of the mean over scenarios of the share agreed, valid at any time of looking; null before the first look. */
  interval: Interval | null;
}

export interface WidthRule {
  /** Whether an episode of this group is still to be played; its scenario has then begun. */
  admits(episode: { groupId: string }): boolean;
  note(episode: { groupId: string }, result: { outcome: Outcome | null }): void;
  rate(): SequentialRate;
}

/** What is known of a scenario: both seatings of one dilemma and pair, where these were planned one after the other. */
interface Unit {
  task: string;
  open: number;
  begun: boolean;
  agreed: number;
  settled: number;
}

/** `planned`: all episodes of the run by number, as they stand. `reopened`: failed ones are about to be played again. */
export function createWidthRule(
  width: number,
  planned: readonly EpisodeFigures[],
  { reopened = false }: { reopened?: boolean } = {},
): WidthRule {
  const unitOfGroup = new Map<string, Unit>();
  const units = unitsOf(planned, unitOfGroup, reopened);
  const sequence = createConfidenceSequence();
  let looked = 0;
  let interval: Interval | null = null;
  const look = () => {
    for (let unit = units[looked]; unit?.open === 0; unit = units[++looked]) {
      // Failed episodes are no evidence either way.
      if (unit.settled > 0) interval = sequence.add(unit.agreed / unit.settled);
    }
  };
  look();

  return {
    admits({ groupId }) {
      const unit = unitOfGroup.get(groupId);
      if (unit === undefined) return true;
      unit.begun ||= interval === null || interval.high - interval.low >= width;
      return unit.begun;
    },
    note({ groupId }, { outcome }) {
      const unit = unitOfGroup.get(groupId);
      if (unit === undefined) return;
      unit.open--;
      count(unit, outcome);
      look();
    },
    rate: () => ({ scenarios: looked, interval }),
  };
}

function unitsOf(planned: readonly EpisodeFigures[], unitOfGroup: Map<string, Unit>, reopened: boolean): Unit[] {
  const units: Unit[] = [];
  for (const { group_id, dilemma_id, pair_id, status, outcome } of planned) {
    const task = `${dilemma_id} × ${pair_id}`;
    let unit = unitOfGroup.get(group_id) ?? units.at(-1);
    if (unit?.task !== task) {
      unit = { task, open: 0, begun: false, agreed: 0, settled: 0 };
      units.push(unit);
    }
    unitOfGroup.set(group_id, unit);
    if (status !== 'pending') unit.begun = true;
    if (status === 'pending' || status === 'running' || (status === 'failed' && reopened)) unit.open++;
    else count(unit, outcome);
  }
  return units;
}

function count(unit: Unit, outcome: Outcome | null): void {
  if (outcome !== null) unit.settled++;
  if (outcome === 'agreed') unit.agreed++;
}
