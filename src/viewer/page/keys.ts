/** The keyboard: which key does what on which page, and how a page listens. */
import { useLayoutEffect } from 'preact/hooks';

export interface KeyLine {
  keys: readonly string[];
  does: string;
}

/** What `?` shows, page by page. */
export const keyMap: readonly { page: string; lines: readonly KeyLine[] }[] = [
  {
    page: 'Everywhere',
    lines: [
      { keys: ['?'], does: 'show or hide these keys' },
      { keys: ['/'], does: 'search the texts of the run' },
      { keys: ['g'], does: 'go to the list of runs' },
      { keys: ['u'], does: 'go up: from an episode to its group, from a group to its run' },
      { keys: ['esc'], does: 'close what is open, or go up' },
    ],
  },
  {
    page: 'Lists (runs, episodes)',
    lines: [
      { keys: ['j', 'k'], does: 'next, previous row' },
      { keys: ['enter'], does: 'open the row' },
      { keys: ['x'], does: 'choose a run to compare' },
      { keys: ['c'], does: 'compare the runs chosen' },
    ],
  },
  {
    page: 'Group',
    lines: [{ keys: ['[', ']'], does: 'previous, next group of the run' }],
  },
  {
    page: 'Episode',
    lines: [
      { keys: ['←', '→'], does: 'previous, next episode of the group' },
      { keys: ['[', ']'], does: 'previous, next episode of the run' },
      { keys: ['space'], does: 'play or pause' },
      { keys: [',', '.'], does: 'one step back, one step on' },
      { keys: ['v'], does: 'on to the next verdict' },
      { keys: ['t'], does: 'dialogue or tokens' },
    ],
  },
];

/** The name of a key as the maps use it; null where the key is not for us (typing, or a browser's own shortcut). */
export function keyName(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>,
  typing: boolean,
): string | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  if (typing && event.key !== 'Escape') return null;
  const names: Readonly<Record<string, string>> = {
    ' ': 'space',
    Escape: 'esc',
    Enter: 'enter',
    ArrowLeft: '←',
    ArrowRight: '→',
    ArrowUp: '↑',
    ArrowDown: '↓',
  };
  return names[event.key] ?? event.key;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input:not([type="checkbox"]), select, textarea') !== null;
}

/** A link or button that has the focus keeps its own keys. */
function ownKey(target: EventTarget | null, name: string): boolean {
  if (!(target instanceof Element)) return false;
  if (name === 'enter') return target.closest('a, button, summary') !== null;
  if (name === 'space') return target.closest('button, summary, input') !== null;
  return false;
}

/** Listens while the component is there. A handler that returns false did not take the key. */
export function useKeys(handlers: Readonly<Record<string, () => unknown>>): void {
  // Before the page is painted: who sees it may already type.
  useLayoutEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector('dialog[open]') !== null) return;
      const name = keyName(event, isTyping(event.target));
      const handler = name === null ? undefined : handlers[name];
      if (name === null || handler === undefined || ownKey(event.target, name)) return;
      if (handler() !== false) event.preventDefault();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  });
}
