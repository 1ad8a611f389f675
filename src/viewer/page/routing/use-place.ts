/** The address as state: moving changes the address, and the address decides what is shown, also on back and reload. */
import { useEffect, useState } from 'preact/hooks';
import { type Place, parsePlace } from './place.js';

const moved = 'entente:moved';
const scrolls = new Map<string, number>();

interface EntryState {
  key: string;
}

function entryKey(): string {
  return (history.state as EntryState | null)?.key ?? 'first';
}

let entries = 0;

/** Goes to an address made by `hrefTo`. `replace` keeps the entry in the history, as while typing into a filter. */
export function go(href: string, { replace = false } = {}): void {
  scrolls.set(entryKey(), window.scrollY);
  if (href === location.hash) return;
  if (replace) history.replaceState(history.state, '', href);
  else {
    entries += 1;
    history.pushState({ key: `${performance.timeOrigin}-${entries}` } satisfies EntryState, '', href);
  }
  dispatchEvent(new Event(moved));
}

/** Where the reader had scrolled to when leaving this entry of the history; 0 for a new one. */
export function rememberedScroll(): number {
  return scrolls.get(entryKey()) ?? 0;
}

/** Plain clicks on links of this page move within it; all others are the browser's. */
export function followLinks(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target instanceof Element ? event.target.closest('a[href^="#/"]') : null;
  const href = link?.getAttribute('href');
  if (href === null || href === undefined) return;
  event.preventDefault();
  go(href);
}

export function usePlace(): Place {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    history.scrollRestoration = 'manual';
    const read = () => setHash(location.hash);
    const remember = () => scrolls.set(entryKey(), window.scrollY);
    for (const name of [moved, 'popstate', 'hashchange']) addEventListener(name, read);
    addEventListener('scrollend', remember);
    document.addEventListener('click', followLinks);
    return () => {
      for (const name of [moved, 'popstate', 'hashchange']) removeEventListener(name, read);
      removeEventListener('scrollend', remember);
      document.removeEventListener('click', followLinks);
    };
  }, []);
  return parsePlace(hash);
}
