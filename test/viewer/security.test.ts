import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EntenteError } from '../../src/errors.js';
import type { Viewer } from '../../src/viewer/index.js';
import { playStored } from '../support/played-runs.js';
import { ask, viewerForTest, viewerOn } from '../support/viewer.js';

const folder = mkdtempSync(join(tmpdir(), 'entente-viewer-'));
const path = join(folder, 'runs.db');
let viewer: Viewer;
let close: () => Promise<void>;
let port: string;

beforeAll(async () => {
  const { store } = await playStored(path, { name: 'one', groups: 1, group_size: 2 });
  store.close();
  ({ viewer, close } = await viewerOn(path));
  ({ port } = new URL(viewer.url));
});
afterAll(async () => {
  await close();
  rmSync(folder, { recursive: true });
});

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];
const addresses = ['/', '/api/live', '/api/episodes?run=one', '/nothing'];

describe.each(methods)('%s is refused, whatever is asked for,', (method) => {
  const refusedWith = async (headers: Record<string, string>) => {
    const answers = await Promise.all(addresses.map((address) => ask(viewer, address, { method, headers })));
    for (const { headers: sent } of answers) {
      expect(sent['access-control-allow-origin']).toBeUndefined();
      expect(sent['content-security-policy']).toContain("default-src 'none'");
    }
    return [...new Set(answers.map(({ status }) => status))];
  };

  test.each(['evil.example', 'evil.example:PORT', '127.0.0.1:1', 'localhost.evil.example:PORT'])(
    'under the Host "%s"',
    async (host) => expect(await refusedWith({ host: host.replace('PORT', port) })).toEqual([421]),
  );

  test.each(['http://evil.example', 'null', 'https://127.0.0.1:PORT', 'http://localhost:PORT'])(
    'from the origin %s',
    async (origin) => expect(await refusedWith({ origin: origin.replace('PORT', port) })).toEqual([403]),
  );

  test.each(['cross-site', 'same-site', 'anything'])('when the browser says %s', async (site) =>
    expect(await refusedWith({ 'sec-fetch-site': site })).toEqual([403]),
  );
});

test.each(methods.filter((method) => method !== 'GET' && method !== 'HEAD'))(
  '%s from the page itself changes nothing',
  async (method) => {
    const headers = { origin: `http://127.0.0.1:${port}`, 'sec-fetch-site': 'same-origin' };
    const { status, headers: sent } = await ask(viewer, '/api/runs', { method, headers });
    expect([status, sent.allow]).toEqual([405, 'GET, HEAD']);
  },
);

test.each(['127.0.0.1', 'localhost', '[::1]', 'LOCALHOST'])('the page itself is served to %s', async (host) => {
  const headers = { host: `${host}:${port}`, origin: `http://${host}:${port}`, 'sec-fetch-site': 'same-origin' };
  expect((await ask(viewer, '/api/runs', { headers })).status).toBe(200);
});

test.each(['127.0.0.1:PORT.evil', 'a b', '127.0.0.1:PORT@evil.example'])(
  'the Host "%s" is none at all',
  async (host) => {
    const { status } = await ask(viewer, '/', { headers: { host: host.replace('PORT', port) } });
    expect([400, 421]).toContain(status);
  },
);

test.each([
  '/../package.json',
  '/..%2fpackage.json',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/assets/../../../../etc/passwd',
  '/assets/..%5c..%5cindex.html',
  '/assets//etc/passwd',
  '/index.html%00.js',
  '/api/episodes/..%2f..%2f..%2fetc%2fpasswd',
  '/api/episodes/%2e%2e%2f%2e%2e',
  '/api/episodes/%00',
  '/api/episodes/%ff%fe',
  '/api/runs/one%00',
  '/api/runs/..%2fone',
  "/api/runs/one'--",
  '/api/runs/%25',
  '/api/groups/*',
  `/api/episodes/${'a'.repeat(8000)}`,
  'http://evil.example/api/nothing',
])('%s is not found', async (address) => {
  const { status, body } = await ask(viewer, address);
  expect(status).toBe(404);
  expect(JSON.parse(body).error.code).toBe('not_found');
});

test('every answer says what a browser may do with it, errors too', async () => {
  for (const address of ['/', '/api/runs', '/api/runs/none', '/api/episodes?run=one&limit=0', '/none']) {
    const { headers } = await ask(viewer, address);
    const policy = String(headers['content-security-policy']);
    for (const part of [
      "default-src 'none'",
      "script-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'none'",
    ])
      expect(policy).toContain(part);
    expect(policy).not.toMatch(/unsafe|data:|https?:|\*/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
    if (address.startsWith('/api/')) expect(headers['cache-control']).toBe('no-store');
  }
});

describe('beyond this machine', () => {
  test('nobody is served without a token', async () => {
    const failure = await viewerOn(path, { hostname: '0.0.0.0' }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EntenteError);
    expect((failure as EntenteError).message).toContain('ENTENTE_VIEW_TOKEN');
  });

  test('the token opens, once in the address and then as a cookie; anything else stays out', async () => {
    const guarded = await viewerForTest(path, { token: 'a secret' });
    expect(guarded.url).toContain('?token=a%20secret');
    for (const address of ['/', '/api/runs', '/?token=wrong', '/api/runs?token=a%20secret'])
      expect((await ask(guarded, address)).status).toBe(401);
    const opened = await ask(guarded, '/?token=a%20secret');
    expect([opened.status, opened.headers.location]).toEqual([302, '/']);
    const [cookie = ''] = opened.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    const shown = { cookie: cookie.split(';')[0] ?? '' };
    expect((await ask(guarded, '/api/runs', { headers: shown })).status).toBe(200);
    expect((await ask(guarded, '/api/runs', { headers: { ...shown, host: 'evil.example' } })).status).toBe(421);
    expect((await ask(guarded, '/api/runs', { headers: { authorization: 'Bearer a secret' } })).status).toBe(200);
  });
});
