/** Group diagnostics as lines for people, with warnings that name the remedy. */
import type { GroupDiagnostics, Moments } from '../reward/index.js';
import { decimal, dollars, percent, quantity } from './format.js';
import { tableLines } from './table.js';
import type { Palette } from './terminal.js';

export function groupLines(diagnostics: GroupDiagnostics, palette: Palette): string[] {
  return [
    ...factLines(diagnostics),
    '',
    ...componentTable(diagnostics),
    '',
    ...advantageTable(diagnostics),
    '',
    ...warnings(diagnostics).map((line) => ` ${palette.yellow('!')} ${line}`),
  ];
}

function factLines(diagnostics: GroupDiagnostics): string[] {
  const { groups, zero_variance: flat, retried, agreement_rate: agreed } = diagnostics;
  const facts: [string, string][] = [
    ['groups planned, complete, short', `${groups.planned}, ${groups.complete}, ${groups.short}`],
    [
      'without spread in reward',
      `${percent(flat.share)}   (all best ${flat.all_max}, all 0 ${flat.all_min}, between ${flat.between})`,
    ],
    ['spread below the scorer’s retest SD', percent(diagnostics.noise_share)],
    ['correlation of reward and length', decimal(diagnostics.reward_length_correlation, 2)],
    ['truncated, refused episodes', `${percent(diagnostics.truncated_share)}, ${percent(diagnostics.refused_share)}`],
    [
      'duplicate completions, distinct-2',
      `${percent(diagnostics.duplicate_completion_share)}, ${decimal(diagnostics.distinct_2, 2)}`,
    ],
    ['retried episodes, their reward gap', `${percent(retried.share)}, ${decimal(retried.reward_gap, 2)}`],
    ['agreed as written, with seats swapped', `${percent(agreed.as_written)}, ${percent(agreed.swapped)}`],
    [
      'tokens, cost per group with a signal',
      `${orDash(diagnostics.tokens_per_live_group, quantity)}, ${orDash(diagnostics.usd_per_live_group, dollars)}`,
    ],
    ['episodes without a reward', nullsLine(diagnostics.nulls)],
  ];
  return facts.map(([name, value]) => ` ${name.padEnd(38)} ${value}`);
}

const right = 'right' as const;

function componentTable({ reward, components }: GroupDiagnostics): string[] {
  const line = (name: string, { mean, std, min, max }: Moments) => [
    name,
    ...[mean, std, min, max].map((value) => decimal(value, 2)),
  ];
  return tableLines(
    [{ head: 'component' }, ...['mean', 'std', 'min', 'max'].map((head) => ({ head, align: right }))],
    [line('reward', reward), ...Object.entries(components).map(([name, values]) => line(name, values))],
  );
}

function advantageTable({ advantage }: GroupDiagnostics): string[] {
  return tableLines(
    [{ head: '|advantage|' }, { head: 'max', align: right }, { head: 'p99', align: right }],
    Object.entries(advantage).map(([scaling, { max, p99 }]) => [
      `scaled by ${scaling}`,
      decimal(max, 2),
      decimal(p99, 2),
    ]),
  );
}

function orDash(value: number | null, format: (value: number) => string): string {
  return value === null ? '–' : format(value);
}

function nullsLine(nulls: Readonly<Record<string, number>>): string {
  const causes = Object.entries(nulls).map(([cause, count]) => `${cause} ${count}`);
  return causes.length === 0 ? 'none' : causes.join(', ');
}

/** Shares beyond these are worth a word; reliability.md names the first, the others are ours. */
const tooMany = { flat: 0.3, truncated: 0.05, duplicates: 0.3, correlation: 0.5 };

function warnings({
  groups,
  zero_variance,
  truncated_share,
  duplicate_completion_share,
  reward_length_correlation,
  nulls,
}: GroupDiagnostics): string[] {
  const lines: string[] = [];
  if (groups.short > 0)
    lines.push(`${groups.short} groups are short: \`entente resume\` completes them before an export`);
  if ((zero_variance.share ?? 0) > tooMany.flat) {
    lines.push(
      'many groups carry no signal: export with --drop-zero-variance, and play',
      '  harder scenarios or more episodes per group (--group-size)',
    );
  }
  if ((truncated_share ?? 0) > tooMany.truncated)
    lines.push('many replies are cut: raise max_tokens, or export with --truncated mask');
  if ((duplicate_completion_share ?? 0) > tooMany.duplicates)
    lines.push('many completions are alike: raise the policy’s temperature');
  if (Math.abs(reward_length_correlation ?? 0) > tooMany.correlation) {
    lines.push('reward goes with length: look at the scorer, or export with --length-penalty');
  }
  if ((nulls['unparsable'] ?? 0) > 0) lines.push('verdicts could not be read: try `entente check` on judge and scorer');
  return lines;
}
