/** Upright bars with their counts above and one axis below; each bar leads to what it counts. */
import { count } from '../format.js';
import { position, topOf } from '../scales.js';

export interface Column {
  /** What a screen reader hears and hovering shows, without the count. */
  label: string;
  /** Under the bar; absent where the axis has its own marks. */
  tick?: string;
  value: number;
  /** Null: there is no page behind it. */
  href: string | null;
}

interface Props {
  columns: readonly Column[];
  /** Top of the axis, where several plots share it. */
  top?: number;
  hue?: 'green';
  low?: boolean;
  /** Marks at equal distances from the first bar's left edge to the last one's right. */
  edges?: readonly string[];
  unit?: string;
  /** For few bars, which would be too broad else. */
  narrow?: boolean;
}

export function Columns({ columns, top, hue, low = false, edges, unit = 'episodes', narrow = false }: Props) {
  const highest = top ?? topOf(columns.map(({ value }) => value));
  const room = low ? 40 : 92;
  const classes = ['cols', hue, low ? 'low' : ''].filter(Boolean).join(' ');
  return (
    <div class={narrow ? 'narrow' : ''}>
      <div class={classes} role="list">
        {columns.map((column) => (
          <OneColumn
            key={column.label}
            column={column}
            height={(position(column.value, 0, highest) * room) / 100}
            unit={unit}
          />
        ))}
      </div>
      {edges === undefined ? null : (
        <div class="axis edges" aria-hidden="true">
          {edges.map((edge) => (
            <span key={edge}>{edge}</span>
          ))}
        </div>
      )}
      {columns.some(({ tick }) => tick !== undefined) ? (
        <div class="axis" aria-hidden="true">
          {columns.map(({ label, tick }) => (
            <span key={label}>{tick}</span>
          ))}
        </div>
      ) : null}
    </div>
  );
}

function OneColumn({ column: { label, value, href }, height, unit }: { column: Column; height: number; unit: string }) {
  const text = `${label}: ${count(value)} ${unit}`;
  const inside = (
    <>
      <span aria-hidden="true">{value === 0 ? '' : count(value)}</span>
      <i style={{ height: `${height}px` }} />
    </>
  );
  return (
    <div role="listitem">
      {href === null || value === 0 ? (
        <span class="col" title={text}>
          <span class="sr">{text}</span>
          {inside}
        </span>
      ) : (
        <a class="col" href={href} title={text} aria-label={text}>
          {inside}
        </a>
      )}
    </div>
  );
}
