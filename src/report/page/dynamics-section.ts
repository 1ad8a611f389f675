/** The part on training dynamics: the paper's curves over steps. */
import type { DynamicsPoint } from '../dynamics.js';
import { counted, type Field, number, numberInterval, rate, rateInterval, tableOf, words } from './cells.js';
import { rateScale, scoreScale } from './run-sections.js';
import { extentOf, type LinePlot, type Mark, type Scale, type Section } from './sections.js';

const dynamicsFields: Field<DynamicsPoint>[] = [
  ['run', ({ name }) => words(name)],
  ['step', ({ step }) => counted(step)],
  ['episodes', ({ episodes }) => counted(episodes)],
  ['agreement rate', ({ agreement_rate }) => rate(agreement_rate)],
  ['95 %', ({ agreement_interval }) => rateInterval(agreement_interval)],
  ['rounds', ({ rounds_to_agreement }) => number(rounds_to_agreement)],
  ['95 %', ({ rounds_interval }) => numberInterval(rounds_interval)],
  ['reward min', ({ reward_min }) => number(reward_min)],
  ['mean', ({ reward_mean }) => number(reward_mean)],
  ['max', ({ reward_max }) => number(reward_max)],
  ['zero variance', ({ zero_variance_share }) => rate(zero_variance_share)],
];

/** Nothing for fewer than two steps. */
export function dynamicsSection(points: readonly DynamicsPoint[]): Section[] {
  if (new Set(points.map(({ step }) => step)).size < 2) return [];
  return [
    {
      title: 'Training dynamics',
      level: 2,
      about: 'One point for each run, by the training step of its policy; lines join the means of each step.',
      plot: dynamicsPlot(points),
      table: tableOf(dynamicsFields, points),
    },
  ];
}

type Quantity =
  | 'agreement_rate'
  | 'rounds_to_agreement'
  | 'reward_min'
  | 'reward_mean'
  | 'reward_max'
  | 'zero_variance_share';

function dynamicsPlot(points: readonly DynamicsPoint[]): LinePlot {
  const series = (label: string, key: Quantity, interval?: 'agreement_interval' | 'rounds_interval') => ({
    label,
    points: points.flatMap((point) => {
      const value = point[key];
      return value === null
        ? []
        : [{ x: point.step, value, interval: interval === undefined ? null : point[interval] }];
    }),
  });
  const rounds = series('rounds', 'rounds_to_agreement', 'rounds_interval');
  const steps = [...new Set(points.map(({ step }) => step))];
  const [low, high] = [Math.min(...steps), Math.max(...steps)];
  return {
    kind: 'lines',
    x: { title: 'training step', low, high, ticks: fewOf(steps), format: 'count' },
    panels: [
      { scale: roundScale(rounds.points), series: [rounds] },
      { scale: rateScale, series: [series('rate', 'agreement_rate', 'agreement_interval')] },
      {
        scale: { ...scoreScale, title: 'reward within a group' },
        series: [series('max', 'reward_max'), series('mean', 'reward_mean'), series('min', 'reward_min')],
      },
      { scale: { ...rateScale, title: 'groups without spread' }, series: [series('share', 'zero_variance_share')] },
    ],
  };
}

function roundScale(marks: readonly Mark[]): Scale {
  const most = Math.max(2, ...marks.flatMap(extentOf).map(Math.ceil));
  const every = Array.from({ length: most + 1 }, (_, round) => round);
  return {
    ...{ title: 'rounds to agreement', low: 0, high: most, format: 'score' },
    ticks: every.filter((round) => most <= 6 || round % 2 === 0),
  };
}

/** At most six of the steps, the first and the last among them. */
function fewOf(steps: readonly number[]): number[] {
  const stride = Math.max(1, Math.ceil((steps.length - 1) / 5));
  const last = steps.length - 1;
  return steps.filter((_, index) => index === last || (index % stride === 0 && index + stride / 2 <= last));
}
