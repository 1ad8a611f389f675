/** The figures of a run as lines for people: one table, what is odd about them, and what to type next. */
import { notesOnRun, type RunReport, type Summary } from '../report/index.js';
import { decimal, percent, percentInterval, plural, quantity } from './format.js';
import { type Column, tableLines } from './table.js';
import { type Palette, wrapText } from './terminal.js';

const columns: readonly Column[] = [
  { head: 'tier' },
  { head: 'episodes', align: 'right' },
  { head: 'agreed', align: 'right' },
  { head: '', align: 'right' },
  { head: '95 % interval', align: 'right' },
  { head: 'rounds', align: 'right' },
  { head: 'CA', align: 'right' },
  { head: 'min', align: 'right' },
  { head: 'max', align: 'right' },
];

/** Agreement, rounds and CA by tier, and in all. */
export function tierTable({ tiers, overall }: Summary): string[] {
  const lines = tiers.length > 1 ? [...tiers, { tier: 'all', ...overall }] : tiers;
  return tableLines(
    columns,
    lines.map((line) => [
      line.tier,
      String(line.episodes),
      String(line.agreed),
      percent(line.agreement_rate),
      percentInterval(line.agreement_interval),
      decimal(line.rounds_to_agreement),
      decimal(line.ca_mean),
      decimal(line.ca_min),
      decimal(line.ca_max),
    ]),
  );
}

/** What `select outcome, count(*), avg(rounds), avg(reward) from v_episodes group by outcome` says. */
export function outcomeTable({ outcomes }: Summary): string[] {
  return tableLines(
    [
      { head: 'outcome' },
      { head: 'episodes', align: 'right' },
      { head: 'rounds', align: 'right' },
      { head: 'reward', align: 'right' },
    ],
    outcomes.map((line) => [
      line.outcome ?? 'none',
      String(line.episodes),
      decimal(line.rounds_mean, 2),
      decimal(line.reward_mean, 2),
    ]),
  );
}

export function groupLine({ groups }: Summary): string {
  return ` reward within a group, on average: min ${decimal(groups.reward_min)} · mean ${decimal(groups.reward_mean)} · max ${decimal(groups.reward_max)}   (${plural(groups.graded, 'group')})`;
}

/** What decomposition found; nothing where scoring was holistic. */
export function stakeholderLines({ stakeholders }: Summary): string[] {
  if (stakeholders === null) return [];
  const { scored, utility_a, utility_b, utility_min, utility_nash, utility_gap, weight_gap, weight_sd } = stakeholders;
  return [
    ` utility, on average: A ${decimal(utility_a)} · B ${decimal(utility_b)} · lesser ${decimal(utility_min)} · product ${decimal(utility_nash)}   (${plural(scored, 'episode')})`,
    ` the sides lie ${decimal(utility_gap)} apart, their weights ${decimal(weight_gap, 2)} (SD over groups ${decimal(weight_sd, 2)})`,
  ];
}

export function tokenLine({ usage, tokens }: Summary): string {
  const calls = usage.reduce((sum, model) => sum + model.calls, 0);
  return ` ${plural(calls, 'model call')} · ${quantity(tokens.total)} tokens (${quantity(tokens.prompt)} prompt, ${quantity(tokens.completion)} reply)`;
}

/** What a reader must not miss. */
export function noteLines(report: RunReport, palette: Palette): string[] {
  return notesOnRun(report).flatMap((note) => markedLines(note, palette));
}

/** A note, wrapped behind its mark. */
export function markedLines(note: string, palette: Palette): string[] {
  return wrapText(note, 76).map((line, index) => ` ${index === 0 ? palette.yellow('!') : ' '} ${line}`);
}
