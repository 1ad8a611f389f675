/** The table itself: only the rows in view exist; the cursor is a row that keys move. */
import type { EpisodeLine } from '../../../api.js';
import { useKeys } from '../../keys.js';
import { links } from '../../routing/place.js';
import { go } from '../../routing/use-place.js';
import { type EpisodeColumn, episodeColumns } from './columns-of-episodes.js';
import { type Filters, nextSort } from './filters.js';
import { useGridView } from './use-grid-view.js';
import type { Rows } from './use-pages.js';
import { rowHeight, tallest } from './window.js';

interface Props {
  rows: Rows;
  filters: Filters;
  onChange: (filters: Filters) => void;
  onLeave: () => void;
}

export function EpisodeGrid({ rows, filters, onChange, onLeave }: Props) {
  const total = rows.total ?? 0;
  const { grid, span, place, look, move, half } = useGridView(rows, total);
  const cursor = place.shown;
  const open = () => {
    const line = rows.rowAt(place.now());
    return line === undefined ? false : go(links.episode(line.episode_id));
  };
  const pick = (index: number) => {
    place.set(index);
    look();
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    '↓': () => move(1),
    '↑': () => move(-1),
    d: () => move(half()),
    U: () => move(-half()),
    enter: open,
    esc: onLeave,
  });
  return (
    <div
      class="grid"
      role="grid"
      ref={grid}
      tabIndex={0}
      aria-label="Episodes"
      aria-rowcount={total + 1}
      aria-colcount={episodeColumns.length}
      {...(cursor >= span.from && cursor < span.to ? { 'aria-activedescendant': `row-${cursor}` } : {})}
      onScroll={look}
    >
      <Head filters={filters} onChange={onChange} />
      <div class="body" role="rowgroup" style={{ height: `${Math.min(total * rowHeight, tallest)}px` }}>
        {Array.from({ length: Math.max(0, span.to - span.from) }, (_, place) => span.from + place).map((index) => (
          <Row key={index} index={index} line={rows.rowAt(index)} current={index === cursor} onPick={pick} />
        ))}
      </div>
    </div>
  );
}

function Head({ filters, onChange }: { filters: Filters; onChange: (filters: Filters) => void }) {
  return (
    <div role="rowgroup" class="row-head">
      <div class="row top" role="row" aria-rowindex={1}>
        {episodeColumns.map((column) => (
          <HeadCell key={column.name} column={column} filters={filters} onChange={onChange} />
        ))}
      </div>
    </div>
  );
}

function HeadCell({
  column,
  filters,
  onChange,
}: {
  column: EpisodeColumn;
  filters: Filters;
  onChange: (filters: Filters) => void;
}) {
  const { name, full, sort, first } = column;
  const sorted = sort !== null && filters.sort === sort;
  const order = sorted ? (filters.order === 'desc' ? 'descending' : 'ascending') : undefined;
  return (
    <div
      role="columnheader"
      class={column.class}
      title={full ?? name}
      {...(order === undefined ? {} : { 'aria-sort': order })}
    >
      {sort === null ? (
        name
      ) : (
        <button type="button" onClick={() => onChange(nextSort(filters, sort, first))}>
          {name}
          {order === undefined ? '' : order === 'ascending' ? ' ↑' : ' ↓'}
        </button>
      )}
    </div>
  );
}

interface RowProps {
  index: number;
  line: EpisodeLine | undefined;
  current: boolean;
  onPick: (index: number) => void;
}

function Row({ index, line, current, onPick }: RowProps) {
  const open = (event: MouseEvent) => {
    if (line === undefined || (event.target instanceof Element && event.target.closest('a') !== null)) return;
    onPick(index);
    go(links.episode(line.episode_id));
  };
  return (
    <div
      class={current ? 'row current' : 'row'}
      role="row"
      id={`row-${index}`}
      aria-rowindex={index + 2}
      aria-selected={current}
      style={{ top: `${index * rowHeight}px` }}
      onClick={open}
    >
      {episodeColumns.map((column) => (
        <div key={column.name} role="gridcell" class={column.class}>
          {line === undefined ? '' : column.cell(line)}
        </div>
      ))}
    </div>
  );
}
