/** The built page as a fixed map from address to bytes, read once at the start: no request ever becomes a path on the disk. */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EntenteError } from '../errors.js';

export interface PageFile {
  bytes: Uint8Array<ArrayBuffer>;
  type: string;
  /** True: its name changes with its content. */
  isHashed: boolean;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/** `src/` and `dist/` lie equally deep. */
const builtPage = fileURLToPath(new URL('../../dist/viewer/page/', import.meta.url));

/** Throws `input` where the page has not been built. */
export function readPage(folder = builtPage): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>();
  for (const name of listFiles(folder)) {
    const type = types[extname(name)];
    if (type === undefined) continue;
    const bytes = Uint8Array.from(readFileSync(join(folder, name)));
    files.set(name === 'index.html' ? '/' : `/${name}`, { bytes, type, isHashed: name.startsWith('assets/') });
  }
  if (!files.has('/')) throw new EntenteError('input', `${folder}: the page is not there; \`npm run build\` makes it.`);
  return files;
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length).replaceAll('\\', '/'));
  } catch {
    return [];
  }
}
