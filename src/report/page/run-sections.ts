/** The parts that tell of one run: by tier, domain and pair, rounds to agreement, aspects, groups, failures, tokens. */
import { type AspectName, aspectNames, type Figures } from '../figures.js';
import type { RunReport } from '../run-report.js';
import type { SurvivalStep } from '../statistics/index.js';
import { counted, type Field, number, numberInterval, rate, rateInterval, tableOf, words } from './cells.js';
import type { IntervalPlot, Mark, Scale, Section } from './sections.js';

export const rateScale: Scale = {
  ...{ title: 'agreement rate', low: 0, high: 1, format: 'percent' },
  ticks: [0, 0.25, 0.5, 0.75, 1],
};
export const scoreScale: Scale = {
  title: 'Collective Agency',
  low: 0,
  high: 5,
  format: 'score',
  ticks: [0, 1, 2, 3, 4, 5],
};

export type Named = Figures & { label: string };

/** The columns of every line of figures. */
export function figureFields(head: string): Field<Named>[] {
  return [
    [head, ({ label }) => words(label)],
    ['episodes', ({ episodes }) => counted(episodes)],
    ['dilemmas', ({ dilemmas }) => counted(dilemmas)],
    ['agreed', ({ agreed }) => counted(agreed)],
    ['deadlocked', ({ deadlocked }) => counted(deadlocked)],
    ['failed', ({ failed }) => counted(failed)],
    ['agreement rate', ({ agreement_rate }) => rate(agreement_rate)],
    ['95 %', ({ agreement_interval }) => rateInterval(agreement_interval)],
    ['rounds', ({ rounds_to_agreement }) => number(rounds_to_agreement)],
    ['95 %', ({ rounds_interval }) => numberInterval(rounds_interval)],
    ['CA', ({ ca_mean }) => number(ca_mean)],
    ['95 %', ({ ca_interval }) => numberInterval(ca_interval)],
    ['CA min', ({ ca_min }) => number(ca_min)],
    ['CA max', ({ ca_max }) => number(ca_max)],
  ];
}

/** Agreement rate and CA side by side; a panel that no line has a value for is left out. */
export function figurePlot(lines: readonly Named[]): IntervalPlot | null {
  const marks = (line: Named): [Mark | null, Mark | null] => [
    line.agreement_rate === null ? null : { value: line.agreement_rate, interval: line.agreement_interval },
    line.ca_mean === null ? null : { value: line.ca_mean, interval: line.ca_interval },
  ];
  const shown = ([rateScale, scoreScale] as const).flatMap((scale, place) =>
    lines.some((line) => marks(line)[place] !== null) ? [{ scale, place }] : [],
  );
  if (shown.length === 0) return null;
  return {
    kind: 'intervals',
    panels: shown.map(({ scale }) => scale),
    lines: lines.map((line) => ({ label: line.label, marks: shown.map(({ place }) => marks(line)[place] ?? null) })),
    reference: null,
  };
}

export function sectionsOfRun(run: RunReport): Section[] {
  const tiers = run.tiers.map((line) => ({ ...line, label: line.tier }));
  const domains = run.domains.map((line) => ({ ...line, label: line.domain }));
  const pairs = run.pairs.map((line) => ({ ...line, label: line.pair }));
  return [
    breakdown('By tier', 'tier', tiers),
    breakdown('By domain', 'domain', domains),
    breakdown('By persona pair', 'pair', pairs),
    ...survivalSection(run),
    ...aspectSection(run),
    groupSection(run),
    ...stakeholderSection(run),
    ...endingSections(run),
  ];
}

function breakdown(title: string, head: string, lines: readonly Named[]): Section {
  return { title, level: 3, about: null, plot: figurePlot(lines), table: tableOf(figureFields(head), lines) };
}

function survivalSection({ survival, config, overall }: RunReport): Section[] {
  if (survival.steps.length === 0) return [];
  const fields: Field<SurvivalStep>[] = [
    ['round', ({ time }) => counted(time)],
    ['still negotiating', ({ at_risk }) => counted(at_risk)],
    ['agreed', ({ events }) => counted(events)],
    ['deadlocked', ({ censored }) => counted(censored)],
    ['not agreed yet', ({ survival: share }) => rate(share)],
    ['95 %', ({ interval }) => rateInterval(interval)],
  ];
  const median = overall.rounds_median;
  const half = median === null ? 'Fewer than half have agreed at the end' : `Half have agreed by round ${median}`;
  return [
    {
      title: 'Rounds to agreement',
      level: 3,
      about: `Share of episodes without an agreement after each round (Kaplan–Meier; a deadlock is censored at its last round). ${half}.`,
      plot: { kind: 'survival', steps: survival.steps, end: config.max_rounds },
      table: tableOf(fields, survival.steps),
    },
  ];
}

interface AspectLine extends Mark {
  aspect: AspectName | 'overall';
}

function aspectSection({ overall }: RunReport): Section[] {
  if (overall.ca_mean === null) return [];
  const lines: AspectLine[] = [
    { aspect: 'overall', value: overall.ca_mean, interval: overall.ca_interval },
    ...aspectNames.flatMap((aspect) => {
      const value = overall[aspect];
      return value === null ? [] : [{ aspect, value, interval: overall.aspect_intervals[aspect] }];
    }),
  ];
  const fields: Field<AspectLine>[] = [
    ['aspect', ({ aspect }) => words(aspect)],
    ['mean', ({ value }) => number(value)],
    ['95 %', ({ interval }) => numberInterval(interval)],
  ];
  return [
    {
      title: 'Collective Agency and its aspects',
      level: 3,
      about: 'Mean scores of the completions, 0 to 5.',
      plot: {
        kind: 'intervals',
        panels: [scoreScale],
        lines: lines.map((line) => ({ label: line.aspect, marks: [line] })),
        reference: null,
      },
      table: tableOf(fields, lines),
    },
  ];
}

function groupSection({ groups }: RunReport): Section {
  const fields: Field<typeof groups>[] = [
    ['groups', (line) => counted(line.groups)],
    ['graded', ({ graded }) => counted(graded)],
    ['without spread', ({ zero_variance }) => counted(zero_variance)],
    ['share', ({ zero_variance_share }) => rate(zero_variance_share)],
    ['reward min', ({ reward_min }) => number(reward_min)],
    ['mean', ({ reward_mean }) => number(reward_mean)],
    ['max', ({ reward_max }) => number(reward_max)],
  ];
  const about =
    'Least, mean and greatest reward of a group, averaged over groups. The reward is the CA score; in training a deadlock has 0.';
  return { title: 'Groups', level: 3, about, plot: null, table: tableOf(fields, [groups]) };
}

function stakeholderSection({ stakeholders }: RunReport): Section[] {
  if (stakeholders === null) return [];
  const fields: Field<typeof stakeholders>[] = [
    ['scored', ({ scored }) => counted(scored)],
    ['utility A', ({ utility_a }) => number(utility_a)],
    ['utility B', ({ utility_b }) => number(utility_b)],
    ['lesser', ({ utility_min }) => number(utility_min)],
    ['product', ({ utility_nash }) => number(utility_nash)],
    ['apart', ({ utility_gap }) => number(utility_gap)],
    ['weights apart', ({ weight_gap }) => number(weight_gap)],
    ['weight SD', ({ weight_sd }) => number(weight_sd)],
  ];
  const about =
    'How well completions served each side, 0 to 5, and the weights of the sides, fixed before any completion.';
  return [{ title: 'Stakeholders', level: 3, about, plot: null, table: tableOf(fields, [stakeholders]) }];
}

function endingSections({ outcomes, failures, usage }: RunReport): Section[] {
  const plain = { level: 3, about: null, plot: null } as const;
  const endings = tableOf<(typeof outcomes)[number]>(
    [
      ['outcome', ({ outcome }) => words(outcome ?? 'none')],
      ['episodes', ({ episodes }) => counted(episodes)],
      ['rounds', ({ rounds_mean }) => number(rounds_mean)],
      ['reward', ({ reward_mean }) => number(reward_mean)],
    ],
    outcomes,
  );
  const causes = tableOf<(typeof failures)[number]>(
    [
      ['failure', ({ code }) => words(code)],
      ['episodes', ({ episodes }) => counted(episodes)],
    ],
    failures,
  );
  const calls = tableOf<(typeof usage)[number]>(
    [
      ['model', ({ model }) => words(model)],
      ['calls', (line) => counted(line.calls)],
      ['prompt tokens', ({ prompt_tokens }) => counted(prompt_tokens)],
      ['reply tokens', ({ completion_tokens }) => counted(completion_tokens)],
      ['retries', ({ retries }) => counted(retries)],
      ['cut replies', ({ truncated }) => counted(truncated)],
    ],
    usage,
  );
  return [
    { ...plain, title: 'Outcomes', table: endings },
    ...(failures.length > 0 ? [{ ...plain, title: 'Failures', table: causes }] : []),
    ...(usage.length > 0 ? [{ ...plain, title: 'Model calls', table: calls }] : []),
  ];
}
