/** What may be wider than the page scrolls by itself, also by keys. */
import type { ComponentChildren } from 'preact';

export function ScrollX({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div class="scroll-x" role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}
