/**
 * Every way in which a server misbehaves here, and what entente makes of it. The list is the specification: a way that
 * has a `code` ends as that cause and no other, after one try or after all of them; one whose code is null is odd but
 * proper, and its reply is kept.
 */
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { ErrorCode } from '../../../src/errors.js';
import type { Misdeed } from './fault-server.js';

export interface Way {
  what: string;
  does: Misdeed;
  /** The cause that is recorded; null: the reply is kept, word for word. */
  code: ErrorCode | null;
  /** Whether the call is tried again. */
  retried: boolean;
  /** Milliseconds that the server asks to be left alone, as far as they are honoured. */
  asks?: number;
  /** It takes the whole deadline of a try. */
  slow?: true;
  /** It takes longer than other faults, but not for ever. */
  heavy?: true;
}

/** Words that stand in bad replies only: none may ever be stored as an answer. */
export const spoiled = 'SPOILED';

type Headers = Readonly<Record<string, string>>;
const jsonType = { 'content-type': 'application/json' };

function send(status: number, body: string | Buffer, headers: Headers = jsonType): Misdeed {
  return (response) => response.writeHead(status, headers).end(body);
}

const fault = (status: number, headers: Headers = {}, message = `${spoiled} on purpose`): Misdeed =>
  send(status, JSON.stringify({ error: { message, type: 'x', code: null } }), { ...jsonType, ...headers });

const page = `<!doctype html><html><body><h1>${spoiled}: sign in</h1></body></html>`;

/** The proper reply with parts overwritten: of the first choice, of its message, of the whole. */
function altered(choice: object, message: object | null = {}, rest: object = {}): Misdeed {
  return (response, proper) => {
    const body = JSON.parse(proper);
    const [first] = body.choices;
    const said = message === null ? {} : { message: { ...first.message, content: `${spoiled} half`, ...message } };
    const reply = { ...body, choices: [{ ...first, ...said, ...choice }], ...rest };
    response.writeHead(200, jsonType).end(JSON.stringify(reply));
  };
}

/** Bytes past Node's own idea of a response. */
function raw(write: (socket: NonNullable<Parameters<Misdeed>[0]['socket']>, proper: string) => void): Misdeed {
  return (response, proper) => {
    if (response.socket !== null) write(response.socket, proper);
  };
}

const head = (length: number) =>
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
const size = (text: string) => Buffer.byteLength(text);

/** Something that goes on until the client leaves. */
function every(ms: number, step: (nth: number) => void, until: { on(event: 'close', listener: () => void): void }) {
  let nth = 0;
  const timer = setInterval(() => step(nth++), ms);
  until.on('close', () => clearInterval(timer));
}

const inAnHour = () => new Date(Date.now() + 3_600_000).toUTCString();

const statuses: Way[] = [
  { what: '408', does: fault(408), code: 'server_error', retried: true },
  { what: '409', does: fault(409), code: 'server_error', retried: true },
  { what: '429', does: fault(429), code: 'rate_limited', retried: true },
  {
    what: '429, wait 2 seconds',
    does: fault(429, { 'retry-after': '2' }),
    code: 'rate_limited',
    retried: true,
    asks: 2000,
  },
  {
    what: '429, wait 1,500 milliseconds',
    does: fault(429, { 'retry-after-ms': '1500', 'retry-after': '9' }),
    code: 'rate_limited',
    retried: true,
    asks: 1500,
  },
  {
    what: '429, wait until a date an hour ahead',
    does: (response, proper) => fault(429, { 'retry-after': inAnHour() })(response, proper),
    code: 'rate_limited',
    retried: true,
    asks: 60_000,
  },
  {
    what: '429, wait thirty years',
    does: fault(429, { 'retry-after': '1000000000' }),
    code: 'rate_limited',
    retried: true,
    asks: 60_000,
  },
  {
    what: '429, wait minus five seconds',
    does: fault(429, { 'retry-after': '-5' }),
    code: 'rate_limited',
    retried: true,
  },
  { what: '429, wait "soon"', does: fault(429, { 'retry-after': 'soon' }), code: 'rate_limited', retried: true },
  {
    what: '429, the quota is spent',
    does: send(429, JSON.stringify({ error: { message: spoiled, code: 'insufficient_quota' } })),
    code: 'rate_limited',
    retried: false,
  },
  { what: '500', does: fault(500), code: 'server_error', retried: true },
  {
    what: '502 with a web page',
    does: send(502, page, { 'content-type': 'text/html' }),
    code: 'server_error',
    retried: true,
  },
  {
    what: '503, wait 1 second',
    does: fault(503, { 'retry-after': '1' }),
    code: 'server_error',
    retried: true,
    asks: 1000,
  },
  { what: '504 without a body', does: send(504, ''), code: 'server_error', retried: true },
  { what: '400', does: fault(400), code: 'rejected', retried: false },
  { what: '401 in the midst of a run', does: fault(401), code: 'endpoint', retried: false },
  { what: '403', does: fault(403), code: 'endpoint', retried: false },
  { what: '404', does: fault(404), code: 'endpoint', retried: false },
  { what: '422', does: fault(422), code: 'rejected', retried: false },
  {
    what: '400, the context overflows',
    does: fault(400, {}, "This model's maximum context length is 8192 tokens."),
    code: 'context_overflow',
    retried: false,
  },
  {
    what: 'a redirect',
    does: send(307, '', { location: 'http://127.0.0.1:9/v1/chat/completions' }),
    code: 'endpoint',
    retried: false,
  },
];

const connections: Way[] = [
  {
    what: 'a reset before the headers',
    does: raw((socket) => socket.resetAndDestroy()),
    code: 'connection',
    retried: true,
  },
  { what: 'a close before the headers', does: raw((socket) => socket.end()), code: 'connection', retried: true },
  {
    what: 'a reset in the midst of the body',
    does: raw((socket, proper) => {
      socket.write(head(size(proper)) + proper.slice(0, 60), () => socket.resetAndDestroy());
    }),
    code: 'connection',
    retried: true,
  },
  {
    what: 'JSON cut short, of a length that promised more',
    does: raw((socket, proper) => socket.end(head(size(proper)) + proper.slice(0, -20))),
    code: 'connection',
    retried: true,
  },
  {
    what: 'JSON cut short in chunks, the last one missing',
    does: raw((socket, proper) => {
      const part = proper.slice(0, 80);
      socket.end(
        `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${size(part).toString(16)}\r\n${part}\r\n`,
      );
    }),
    code: 'connection',
    retried: true,
  },
  {
    what: 'no HTTP at all',
    does: raw((socket) => socket.end(`220 smtp.example ESMTP ${spoiled}\r\n`)),
    code: 'connection',
    retried: true,
  },
  {
    what: 'headers without end',
    does: raw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      every(1, (nth) => socket.write(`x-${nth}: ${'y'.repeat(1000)}\r\n`), socket);
    }),
    code: 'connection',
    retried: true,
  },
  { what: 'no answer, ever', does: () => {}, code: 'timeout', retried: true, slow: true },
  {
    what: 'headers that drip (slow loris)',
    does: raw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-slow: ');
      every(20, () => socket.write('y'), socket);
    }),
    code: 'timeout',
    retried: true,
    slow: true,
  },
  {
    what: 'a body that drips (slow loris)',
    does: (response, proper) => {
      response.writeHead(200, jsonType);
      every(20, (nth) => response.write(proper[nth] ?? ' '), response);
    },
    code: 'timeout',
    retried: true,
    slow: true,
  },
];

const bodies: Way[] = [
  {
    what: 'a web page at 200',
    does: send(200, page, { 'content-type': 'text/html' }),
    code: 'bad_reply',
    retried: true,
  },
  { what: 'a web page that calls itself JSON', does: send(200, page), code: 'bad_reply', retried: true },
  {
    what: 'JSON cut short, of the length sent',
    does: (response, proper) => response.writeHead(200, jsonType).end(proper.slice(0, -20)),
    code: 'bad_reply',
    retried: true,
  },
  {
    what: 'JSON longer than the length sent',
    does: raw((socket, proper) => socket.write(head(size(proper) - 20) + proper)),
    code: 'bad_reply',
    retried: true,
  },
  { what: '{"error": …} at 200', does: fault(200), code: 'bad_reply', retried: true },
  { what: 'nothing at 200', does: send(200, ''), code: 'bad_reply', retried: true },
  { what: '204', does: send(204, ''), code: 'bad_reply', retried: true },
  { what: 'null', does: send(200, 'null'), code: 'bad_reply', retried: true },
  {
    what: 'JSON nested a million deep',
    does: send(200, `{"choices":${'['.repeat(1e6)}`),
    code: 'bad_reply',
    retried: true,
  },
  {
    what: 'a stream of events',
    does: (response, proper) =>
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`data: ${proper}\n\ndata: [DONE]\n\n`),
    code: 'bad_reply',
    retried: true,
  },
  { what: 'no choices', does: altered({}, {}, { choices: [] }), code: 'bad_reply', retried: true },
  { what: 'choices that are null', does: altered({}, {}, { choices: null }), code: 'bad_reply', retried: true },
  { what: 'no finish_reason', does: altered({ finish_reason: undefined }), code: 'bad_reply', retried: true },
  { what: 'a finish_reason of null', does: altered({ finish_reason: null }), code: 'bad_reply', retried: true },
  { what: 'a tool call', does: altered({ finish_reason: 'tool_calls' }), code: 'bad_reply', retried: false },
  { what: 'content of null', does: altered({}, { content: null }), code: 'empty', retried: false },
  { what: 'blank content', does: altered({}, { content: ' \n ' }), code: 'empty', retried: false },
  { what: 'content in parts', does: altered({}, { content: [{ text: spoiled }] }), code: 'bad_reply', retried: true },
  { what: 'a refusal', does: altered({}, { refusal: 'I cannot help with that.' }), code: 'refused', retried: false },
  { what: 'a content filter', does: altered({ finish_reason: 'content_filter' }), code: 'refused', retried: false },
  { what: 'token ids that are words', does: altered({ token_ids: [spoiled] }, null), code: 'bad_reply', retried: true },
  { what: 'token ids that are an object', does: altered({ token_ids: {} }, null), code: 'bad_reply', retried: true },
  {
    what: 'log-probabilities that are words',
    does: altered({ logprobs: { content: [{ token: 'x', logprob: 'low' }] } }, null),
    code: 'bad_reply',
    retried: true,
  },
  {
    what: 'log-probabilities that are NaN',
    does: (response, proper) =>
      response.writeHead(200, jsonType).end(proper.replace(/"logprob":-?[\d.]+/, '"logprob":NaN')),
    code: 'bad_reply',
    retried: true,
  },
  {
    what: 'a gzip that is none',
    does: (response, proper) => response.writeHead(200, { ...jsonType, 'content-encoding': 'gzip' }).end(proper),
    code: 'bad_reply',
    retried: true,
  },
  {
    what: 'a bomb: 100 MB in 100 kB of gzip',
    does: send(200, gzipSync(Buffer.alloc(100 * 2 ** 20, 32)), { ...jsonType, 'content-encoding': 'gzip' }),
    code: 'bad_reply',
    retried: true,
    heavy: true,
  },
  {
    what: 'an encoding that nobody asked for',
    does: send(200, Buffer.from('zstd'), { ...jsonType, 'content-encoding': 'zstd' }),
    code: 'bad_reply',
    retried: true,
  },
  {
    what: 'a body without end',
    does: (response) => {
      response.writeHead(200, jsonType);
      const chunk = Buffer.alloc(2 ** 20, 32);
      const pour = () => {
        if (!response.destroyed) response.write(chunk, () => setImmediate(pour));
      };
      pour();
    },
    code: 'bad_reply',
    retried: true,
    heavy: true,
  },
];

const kept = { code: null, retried: false } as const;
const proper: Way[] = [
  {
    what: 'good JSON that is called text',
    does: (response, body) => response.writeHead(200, { 'content-type': 'text/plain' }).end(body),
    ...kept,
  },
  { what: 'good JSON that is called nothing', does: (response, body) => response.writeHead(200).end(body), ...kept },
  {
    what: 'good JSON in gzip, unasked',
    does: (response, body) => response.writeHead(200, { ...jsonType, 'content-encoding': 'gzip' }).end(gzipSync(body)),
    ...kept,
  },
  {
    what: 'good JSON in brotli, unasked',
    does: (response, body) =>
      response.writeHead(200, { ...jsonType, 'content-encoding': 'br' }).end(brotliCompressSync(body)),
    ...kept,
  },
  {
    what: 'good JSON a byte at a time',
    does: (response, body) => {
      response.writeHead(200, jsonType);
      for (const byte of Buffer.from(body)) response.write(Buffer.of(byte));
      response.end();
    },
    ...kept,
  },
  {
    what: 'a hint before the reply',
    does: (response, body) => {
      response.writeProcessing();
      response.writeHead(200, jsonType).end(body);
    },
    ...kept,
  },
  {
    what: 'the reply delivered twice at once',
    does: raw((socket, body) => socket.write((head(size(body)) + body).repeat(2))),
    ...kept,
  },
  {
    what: 'the reply and some rubbish after it',
    does: raw((socket, body) => socket.write(`${head(size(body))}${body}${spoiled}`)),
    ...kept,
  },
  {
    what: 'a connection that is closed after each reply, unannounced',
    does: raw((socket, body) => socket.end(head(size(body)) + body)),
    ...kept,
  },
];

export const ways: readonly Way[] = [...statuses, ...connections, ...bodies, ...proper];
