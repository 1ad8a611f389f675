/**
 * Where the reader is, as an address that can be shared: `#/episodes/ID?at=3`. Pure text in, plain data out, and back.
 * Addresses are only ever made here, from our own path segments, so nothing a model wrote can become one.
 */
export interface Place {
  /** Decoded segments; empty for the list of runs. */
  path: readonly string[];
  params: Readonly<Record<string, string>>;
}

export type Params = Readonly<Record<string, string | number | null | undefined>>;

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not ours, then: as it stands it names nothing.
    return text;
  }
}

export function parsePlace(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split(/\?(.*)/s);
  return {
    path: path
      .split('/')
      .filter((segment) => segment !== '')
      .map(decode),
    params: Object.fromEntries(new URLSearchParams(query)),
  };
}

/** A link to a place of this page. Parameters that are empty, null or undefined are left out. */
export function hrefTo(path: readonly (string | number)[], params: Params = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== null && value !== undefined && value !== '') query.set(name, String(value));
  }
  const text = query.toString();
  return `#/${path.map((segment) => encodeURIComponent(segment)).join('/')}${text === '' ? '' : `?${text}`}`;
}

export const links = {
  runs: () => hrefTo([]),
  run: (run: string) => hrefTo(['runs', run]),
  episodes: (run: string, params: Params = {}) => hrefTo(['runs', run, 'episodes'], params),
  judges: (run: string) => hrefTo(['runs', run, 'judges']),
  group: (group: string, params: Params = {}) => hrefTo(['groups', group], params),
  episode: (episode: string, params: Params = {}) => hrefTo(['episodes', episode], params),
  compare: (runs: readonly string[]) => hrefTo(['compare', ...runs]),
};
