/** Light, dark, or as the system has it; kept in the browser. */
export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const place = 'entente-theme';

export function readTheme(): Theme {
  try {
    const stored = localStorage.getItem(place);
    return themes.find((theme) => theme === stored) ?? 'system';
  } catch {
    return 'system';
  }
}

export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  try {
    localStorage.setItem(place, theme);
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
}
