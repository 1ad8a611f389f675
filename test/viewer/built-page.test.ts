import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readPage } from '../../src/viewer/page-files.js';

const folder = fileURLToPath(new URL('../../dist/viewer/page/', import.meta.url));

test('the built page weighs less than 120 kB gzipped, all of its files together', () => {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const weights = files.map((entry) => gzipSync(readFileSync(join(entry.parentPath, entry.name))).length);
  expect(files.length).toBeGreaterThan(1);
  expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeLessThan(120_000);
});

test('it loads nothing from elsewhere and holds no script or style within the document', () => {
  const page = Buffer.from(readPage().get('/')?.bytes ?? []).toString();
  expect(page).toMatch(/<script type="module" [^>]*src="\/assets\//);
  expect(page).not.toMatch(/<script(?![^>]*\ssrc=)/);
  expect(page).not.toMatch(/<style|\sstyle=|\son\w+=|https?:\/\/|data:/);
});
