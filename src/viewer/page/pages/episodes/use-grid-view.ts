/** What of a long table is in view, and which row the cursor is on; both are found again when a reader comes back. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { usePromptState } from '../../prompt-state.js';
import type { Rows } from './use-pages.js';
import { rowHeight, type Span, scrollToRow, visibleRows } from './window.js';

/** By address, for as long as the page is open. */
const stood = new Map<string, { cursor: number; scrollTop: number }>();

export function useGridView(rows: Rows, total: number) {
  const key = location.hash;
  const grid = useRef<HTMLDivElement>(null);
  const place = usePromptState(() => stood.get(key)?.cursor ?? -1);
  const [span, setSpan] = useState<Span>({ from: 0, to: Math.min(40, total) });
  const stoodAt = useRef(key);
  const look = () => {
    const box = grid.current;
    if (box === null) return;
    const next = visibleRows(box.scrollTop, box.clientHeight, total);
    setSpan((now) => (now.from === next.from && now.to === next.to ? now : next));
    rows.show(next);
    stood.set(stoodAt.current, { cursor: place.now(), scrollTop: box.scrollTop });
  };
  useLayoutEffect(() => {
    const changed = stoodAt.current !== key;
    stoodAt.current = key;
    if (changed) place.set(-1);
    if (grid.current !== null) grid.current.scrollTop = changed ? 0 : (stood.get(key)?.scrollTop ?? 0);
  }, [key]);
  useLayoutEffect(look, [total, key, place.shown]);
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
  const half = () => Math.max(1, Math.floor((grid.current?.clientHeight ?? 0) / rowHeight / 2));
  return { grid, span, place, look, move, half };
}
