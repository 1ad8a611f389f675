/** The bar above every page: the way here, whether the page is live, the theme and the keys. */
import { useState } from 'preact/hooks';
import { useLive } from '../data/live.js';
import { links } from '../routing/place.js';
import { applyTheme, readTheme, type Theme, themes } from '../theme.js';

export interface Crumb {
  label: string;
  /** Null for the page one is on. */
  href: string | null;
}

export function TopBar({ crumbs, onHelp }: { crumbs: readonly Crumb[]; onHelp: () => void }) {
  const { connected } = useLive();
  return (
    <header class="bar">
      <a class="brand" href={links.runs()}>
        entente
      </a>
      <nav aria-label="Path">
        <ol>
          {crumbs.map(({ label, href }) => (
            <li key={label}>{href === null ? <span aria-current="page">{label}</span> : <a href={href}>{label}</a>}</li>
          ))}
        </ol>
      </nav>
      <div class="tools">
        <span class={connected ? 'live on' : 'live'} role="status">
          {connected ? 'live' : 'not live'}
        </span>
        <ThemeChoice />
        <button type="button" class="plain" onClick={onHelp}>
          Keys <kbd>?</kbd>
        </button>
      </div>
    </header>
  );
}

function ThemeChoice() {
  const [theme, setTheme] = useState<Theme>(readTheme);
  const choose = (chosen: string) => {
    const found = themes.find((name) => name === chosen) ?? 'system';
    applyTheme(found);
    setTheme(found);
  };
  return (
    <label>
      Theme{' '}
      <select value={theme} onChange={(event) => choose(event.currentTarget.value)}>
        {themes.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
