/** The table itself: only the rows in view exist; the cursor is a row that keys move. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { EpisodeLine } from '../../../api.js';
import { useKeys } from '../../keys.js';
import { usePromptState } from '../../prompt-state.js';
import { links } from '../../routing/place.js';
import { go } from '../../routing/use-place.js';
import { type EpisodeColumn, episodeColumns } from './columns-of-episodes.js';
import { type Filters, nextSort } from './filters.js';
import type { Rows } from './use-pages.js';
import { rowHeight, type Span, scrollToRow, tallest, visibleRows } from './window.js';

interface Props {
  rows: Rows;
  filters: Filters;
  onChange: (filters: Filters) => void;
  onLeave: () => void;
}

/** Where each list stood, so that coming back from an episode finds the same row; for as long as the page is open. */
const stood = new Map<string, { cursor: number; scrollTop: number }>();

export function EpisodeGrid({ rows, filters, onChange, onLeave }: Props) {
  const key = location.hash;
  const grid = useRef<HTMLDivElement>(null);
  const total = rows.total ?? 0;
  const place = usePromptState(() => stood.get(key)?.cursor ?? -1);
  const cursor = place.shown;
  const [span, setSpan] = useState<Span>({ from: 0, to: Math.min(40, total) });
  const look = () => {
    const box = grid.current;
    if (box === null) return;
    const next = visibleRows(box.scrollTop, box.clientHeight, total);
    setSpan((now) => (now.from === next.from && now.to === next.to ? now : next));
    rows.show(next);
    stood.set(location.hash, { cursor, scrollTop: box.scrollTop });
  };
  const stoodAt = useRef(key);
  useLayoutEffect(() => {
    const changed = stoodAt.current !== key;
    stoodAt.current = key;
    if (changed) place.set(-1);
    if (grid.current !== null) grid.current.scrollTop = changed ? 0 : (stood.get(key)?.scrollTop ?? 0);
  }, [key]);
  useLayoutEffect(look, [total, key, rows.total, cursor]);
  useEffect(() => {
    addEventListener('resize', look);
    return () => removeEventListener('resize', look);
  });
  const move = (by: number) => {
    const next = Math.max(0, Math.min(total - 1, place.now() + by));
    place.set(next);
    const box = grid.current;
    if (box !== null) box.scrollTop = scrollToRow(next, box.scrollTop, box.clientHeight, rowHeight);
  };
  const open = () => {
    const line = rows.rowAt(place.now());
    return line === undefined ? false : go(links.episode(line.episode_id));
  };
  const half = () => Math.max(1, Math.floor((grid.current?.clientHeight ?? 0) / rowHeight / 2));
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
          <Row key={index} index={index} line={rows.rowAt(index)} current={index === cursor} onPick={place.set} />
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
