/**
 * Who may ask. The server has no business with anybody but the page it serves itself: every request, of whatever method, must
 * name a host that is ours, and must not come from another site. Nothing is allowed across origins; no answer may be
 * sniffed, framed, kept or run anything but our own files.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Problem } from './api.js';

export interface Access {
  /** As the server listens; more names for itself than loopback only with a token. */
  hostname: string;
  /** Known once the server listens. */
  port: () => number;
  /** Null: loopback only, no token asked for. */
  token: string | null;
}

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers = {
  'Content-Security-Policy': policy,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
} as const;

const cookieName = 'entente_view';
const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'];

export function isLoopback(hostname: string): boolean {
  return ['127.0.0.1', '::1', 'localhost'].includes(hostname);
}

/** Refuses before anything is read, and puts the headers on every answer, refusals and errors among them. */
export function guard(access: Access): MiddlewareHandler {
  return async (context, next) => {
    const refusal = refusalOf(context, access);
    if (refusal === null) await next();
    else context.res = refusal;
    for (const [name, value] of Object.entries(headers)) context.res.headers.set(name, value);
    if (!context.res.headers.has('Cache-Control')) context.res.headers.set('Cache-Control', 'no-store');
  };
}

function refusalOf(context: Context, access: Access): Response | null {
  const { req } = context;
  const host = req.header('host')?.toLowerCase() ?? '';
  if (!allowsHost(host, access)) {
    return problem(context, 421, 'forbidden', 'this server does not answer to that Host; use the address it printed.');
  }
  const origin = req.header('origin');
  if (origin !== undefined && origin.toLowerCase() !== `http://${host}`)
    return problem(context, 403, 'forbidden', 'requests from other origins are refused.');
  const site = req.header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return problem(
      context,
      403,
      'forbidden',
      'requests from other sites are refused; paste the address into the address bar.',
    );
  if (req.method !== 'GET' && req.method !== 'HEAD') {
    context.header('Allow', 'GET, HEAD');
    return problem(context, 405, 'method', 'the viewer only reads: GET or HEAD.');
  }
  return access.token === null ? null : askForToken(context, access.token);
}

/** A name that resolves to this machine by the tricks of another site (DNS rebinding) is not in this list. */
function allowsHost(host: string, { hostname, port, token }: Access): boolean {
  const names = [...loopbackNames, hostname.includes(':') ? `[${hostname}]` : hostname.toLowerCase()];
  if (names.some((name) => host === `${name}:${port()}`)) return true;
  // Listening on every address, it cannot know its names. The cookie is bound to one name, so another site has none.
  return token !== null && (hostname === '0.0.0.0' || hostname === '::') && host.endsWith(`:${port()}`);
}

/** From the address once, from a cookie ever after: the address that stays in the bar and the history has no token. */
function askForToken(context: Context, token: string): Response | null {
  const given = context.req.query('token');
  if (given !== undefined && context.req.path === '/' && isSame(given, token)) {
    setCookie(context, cookieName, token, { httpOnly: true, sameSite: 'Strict', path: '/' });
    return context.redirect('/');
  }
  const bearer = context.req.header('authorization')?.replace(/^Bearer /, '');
  const shown = getCookie(context, cookieName) ?? bearer;
  if (shown !== undefined && isSame(shown, token)) return null;
  return problem(context, 401, 'unauthorised', 'open the address with ?token= that `entente view` printed.');
}

function isSame(given: string, token: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}

export function problem(context: Context, status: ContentfulStatusCode, code: string, message: string): Response {
  return context.json({ error: { code, message } } satisfies Problem, status);
}
