/** The plots of a report as SVG. Colours come from classes, so that light, dark and print each have their own. */
import {
  type Area,
  acrossOf,
  bottomAxis,
  cut,
  drawing,
  label,
  line,
  mark,
  round,
  sideAxis,
  upOf,
  valueText,
} from './axes.js';
import { element } from './markup.js';
import type { IntervalPlot, LinePlot, Plot, Scale, SurvivalPlot } from './sections.js';

export function drawPlot(plot: Plot, title: string): string {
  if (plot.kind === 'intervals') return drawIntervals(plot, title);
  return plot.kind === 'survival' ? drawSurvival(plot, title) : drawLines(plot, title);
}

const margin = { left: 170, right: 16, top: 24, bottom: 40, gap: 70 };
const rowHeight = 22;

/** Each value is written beside its panel, so that nobody has to measure. */
function drawIntervals({ panels, lines, reference }: IntervalPlot, title: string): string {
  const each = panels.length === 1 ? 380 : 230;
  const height = Math.max(1, lines.length) * rowHeight;
  const areas = panels.map(
    (_, index): Area => ({ left: margin.left + index * (each + margin.gap), top: margin.top, width: each, height }),
  );
  const y = (row: number) => margin.top + (row + 0.5) * rowHeight;
  const parts = lines.map(({ label: name }, row) =>
    label(margin.left - 12, y(row) + 4, cut(name, 25), { 'text-anchor': 'end', class: 'name' }),
  );
  for (const [panel, scale] of panels.entries()) {
    const area = areas[panel];
    if (area === undefined) continue;
    const x = acrossOf(scale, area);
    parts.push(bottomAxis(scale, area, scale.title));
    if (reference !== null) parts.push(line(x(reference), area.top, x(reference), area.top + height, 'reference'));
    for (const [row, { marks }] of lines.entries()) {
      const found = marks[panel];
      if (found == null) continue;
      if (found.interval !== null) parts.push(whisker(x(found.interval.low), x(found.interval.high), y(row)));
      parts.push(mark(x(found.value), y(row), panel));
      parts.push(label(area.left + area.width + 10, y(row) + 4, valueText(scale, found.value), { class: 'value' }));
    }
  }
  const width = margin.left + panels.length * (each + margin.gap);
  return drawing(width, margin.top + height + margin.bottom, title, parts.join(''));
}

function whisker(low: number, high: number, y: number): string {
  return (
    line(low, y, high, y, 'whisker') +
    line(low, y - 4, low, y + 4, 'whisker') +
    line(high, y - 4, high, y + 4, 'whisker')
  );
}

/** The curve falls at each round; ticks on it are deadlocks, from whom no more was seen. */
function drawSurvival({ steps, end }: SurvivalPlot, title: string): string {
  const area: Area = { left: 60, top: 16, width: 420, height: 200 };
  const last = Math.max(end, ...steps.map(({ time }) => time));
  const stride = Math.ceil(last / 10);
  const rounds: Scale = {
    ...{ title: 'round', low: 0, high: last, format: 'count' },
    ticks: Array.from({ length: last + 1 }, (_, round) => round).filter((round) => round % stride === 0),
  };
  const shares: Scale = { title: 'not agreed yet', low: 0, high: 1, format: 'percent', ticks: [0, 0.25, 0.5, 0.75, 1] };
  const [x, y] = [acrossOf(rounds, area), upOf(shares, area)];
  const path = (value: (step: SurvivalPlot['steps'][number]) => number) =>
    steps.map((step) => `H${round(x(step.time))}V${round(y(value(step)))}`).join('');
  const start = `M${round(x(0))} ${round(y(1))}`;
  const upper = steps.map(({ time, survival, interval }) => [x(time), y(interval?.high ?? survival)] as const);
  const lower = steps.map(({ time, survival, interval }) => [x(time), y(interval?.low ?? survival)] as const);
  const forward = upper.map(([across, up]) => `H${round(across)}V${round(up)}`).join('');
  const back = [...lower]
    .reverse()
    .map(
      ([across, up], index, all) =>
        `${index === 0 ? `V${round(up)}` : ''}H${round(across)}V${round(all[index + 1]?.[1] ?? y(1))}`,
    )
    .join('');
  const ticks = steps
    .filter(({ censored }) => censored > 0)
    .map(({ time, survival }) => line(x(time), y(survival) - 5, x(time), y(survival) + 5, 'censored'));
  const final = steps.at(-1);
  const content = [
    bottomAxis(rounds, area, 'round (ticks on the curve: deadlocks)'),
    sideAxis(shares, area),
    element('path', { d: `${start}${forward}${back}Z`, class: 'band' }, null),
    element('path', { d: `${start}${path(({ survival }) => survival)}`, class: 'curve s0' }, null),
    ...ticks,
    final === undefined
      ? ''
      : label(area.left + area.width + 8, y(final.survival) + 4, valueText(shares, final.survival), { class: 'value' }),
  ];
  return drawing(560, area.top + area.height + margin.bottom, title, content.join(''));
}

/** Two panels a row. Series are named at their right end. */
function drawLines({ x: steps, panels }: LinePlot, title: string): string {
  const size = { width: 230, height: 150, across: 370, down: 230 };
  const parts = panels.map(({ scale, series }, panel) => {
    const area: Area = {
      left: 56 + (panel % 2) * size.across,
      top: 30 + Math.floor(panel / 2) * size.down,
      width: size.width,
      height: size.height,
    };
    const [x, y] = [acrossOf(steps, area), upOf(scale, area)];
    const head = label(area.left, area.top - 12, scale.title, { class: 'axis' });
    const drawn = series.map(({ label: name, points }, index) => {
      const whiskers = points.flatMap(({ x: step, interval }) =>
        interval === null ? [] : [line(x(step), y(interval.low), x(step), y(interval.high), 'whisker')],
      );
      const means = meansByStep(points);
      const route = means.map(
        ({ x: step, value }, place) => `${place === 0 ? 'M' : 'L'}${round(x(step))} ${round(y(value))}`,
      );
      const marks = points.map(({ x: step, value }) => mark(x(step), y(value), index));
      const last = means.at(-1);
      const named =
        last === undefined
          ? ''
          : label(
              area.left + area.width + 10,
              y(last.value) + 4,
              `${series.length > 1 ? `${name} ` : ''}${valueText(scale, last.value)}`,
              { class: 'value' },
            );
      return [
        ...whiskers,
        element('path', { d: route.join(''), class: `curve s${index}` }, null),
        ...marks,
        named,
      ].join('');
    });
    return head + bottomAxis(steps, area, steps.title) + sideAxis(scale, area) + drawn.join('');
  });
  return drawing(750, 30 + Math.ceil(panels.length / 2) * size.down, title, parts.join(''));
}

function meansByStep(points: readonly { x: number; value: number }[]): { x: number; value: number }[] {
  const sums = new Map<number, { sum: number; count: number }>();
  for (const { x, value } of points) {
    const held = sums.get(x) ?? { sum: 0, count: 0 };
    sums.set(x, { sum: held.sum + value, count: held.count + 1 });
  }
  return [...sums].map(([x, { sum, count }]) => ({ x, value: sum / count })).sort((one, other) => one.x - other.x);
}
