/** What the plots have in common: a scale to pixels, axes, text, and marks told apart by shape as well as by colour. */
import { element, escapeMarkup } from './markup.js';
import type { Scale } from './sections.js';

/** Of the plotting area of one panel, in pixels of the drawing. */
export interface Area {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** From a value to its share of the axis, within 0 and 1. */
export function shareOf({ low, high }: Pick<Scale, 'low' | 'high'>, value: number): number {
  return high === low ? 0.5 : Math.max(0, Math.min(1, (value - low) / (high - low)));
}

export function acrossOf(scale: Scale, { left, width }: Area): (value: number) => number {
  return (value) => left + shareOf(scale, value) * width;
}

export function upOf(scale: Scale, { top, height }: Area): (value: number) => number {
  return (value) => top + (1 - shareOf(scale, value)) * height;
}

export function tickText({ format }: Scale, value: number): string {
  if (format === 'percent') return `${Math.round(100 * value)} %`;
  return format === 'count' ? value.toLocaleString('en') : String(value);
}

export function valueText({ format }: Scale, value: number): string {
  if (format === 'percent') return `${Math.round(100 * value)} %`;
  return value.toFixed(2);
}

export function label(x: number, y: number, text: string, attributes: Readonly<Record<string, string>> = {}): string {
  return element('text', { x, y, ...attributes }, escapeMarkup(text));
}

export function line(x1: number, y1: number, x2: number, y2: number, kind: string): string {
  return element('line', { x1, y1, x2, y2, class: kind }, null);
}

/** Cut where it would run into the plot; the table has all of it. */
export function cut(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}

/** Grid lines and their values below the area. */
export function bottomAxis(scale: Scale, area: Area, title: string): string {
  const x = acrossOf(scale, area);
  const bottom = area.top + area.height;
  const ticks = scale.ticks.map(
    (tick) =>
      line(x(tick), area.top, x(tick), bottom, 'grid') +
      label(x(tick), bottom + 15, tickText(scale, tick), { 'text-anchor': 'middle', class: 'tick' }),
  );
  const middle = area.left + area.width / 2;
  return ticks.join('') + label(middle, bottom + 32, title, { 'text-anchor': 'middle', class: 'axis' });
}

/** Grid lines and their values to the left of the area. */
export function sideAxis(scale: Scale, area: Area): string {
  const y = upOf(scale, area);
  return scale.ticks
    .map(
      (tick) =>
        line(area.left, y(tick), area.left + area.width, y(tick), 'grid') +
        label(area.left - 6, y(tick) + 4, tickText(scale, tick), { 'text-anchor': 'end', class: 'tick' }),
    )
    .join('');
}

const shapes = ['circle', 'square', 'diamond'] as const;

/** The mark of a series: its shape tells it apart where its colour cannot. */
export function mark(x: number, y: number, series: number): string {
  const kind = `mark s${series % shapes.length}`;
  const shape = shapes[series % shapes.length];
  if (shape === 'circle') return element('circle', { cx: x, cy: y, r: 4, class: kind }, null);
  if (shape === 'square') return element('rect', { x: x - 3.5, y: y - 3.5, width: 7, height: 7, class: kind }, null);
  return element('path', { d: `M${round(x)} ${round(y - 5)}l5 5l-5 5l-5-5z`, class: kind }, null);
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** A drawing that says in words what it is, and has the same words for those who do not see it. */
export function drawing(width: number, height: number, title: string, content: string): string {
  return element(
    'svg',
    {
      viewBox: `0 0 ${Math.round(width)} ${Math.round(height)}`,
      width: Math.round(width),
      role: 'img',
      'aria-label': title,
    },
    element('title', {}, escapeMarkup(title)) + content,
  );
}
