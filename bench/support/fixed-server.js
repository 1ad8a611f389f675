/**
 * The server that every benchmark calls: OpenAI-compatible, fixed replies, in a process of its own, on bare sockets, so that
 * it takes as little as it can of the processor that it shares with what is measured.
 *
 * node fixed-server.js '{"latencyMs":0,"replies":"plain"}' prints its base URL, then serves until its stdin
 * closes, and last prints how many calls it got and how long these took: from the first to come to the last to go.
 */
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fixedReplies } from './fixed-replies.js';

/**
 * @typedef {object} ServerOptions
 * @property {number} latencyMs before each reply
 * @property {'plain' | 'tokens'} replies with `tokens`, turns carry ids and log-probabilities as vLLM gives them
 * @property {boolean} [agreed] what the agreement judge says; false by default
 * @property {string} [record] a file that gets the body of every request, one a line
 */

/** @type {ServerOptions} */
const { latencyMs, replies, agreed = false, record } = JSON.parse(process.argv[2] ?? '{}');
const { turn, agreement, agency, models } = fixedReplies(replies, agreed);
const endOfHead = Buffer.from('\r\n\r\n');

const served = { calls: 0, first: 0, last: 0 };

/** @param {Buffer} body */
function replyTo(body) {
  if (body.length === 0) return models;
  if (served.calls++ === 0) served.first = performance.now();
  if (record !== undefined) appendFileSync(record, `${body}\n`);
  // The name of the schema that an answer must follow, be it written with a space or without.
  if (body.includes('"collective_agency"')) return agency;
  return body.includes('"agreement"') ? agreement : turn;
}

/** @param {import('node:net').Socket} socket @param {Buffer} reply */
function answer(socket, reply) {
  socket.write(reply);
  served.last = performance.now();
}

/** @param {import('node:net').Socket} socket */
function serve(socket) {
  /** @type {Buffer} */
  let held = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (;;) {
      const head = held.indexOf(endOfHead);
      if (head === -1) return;
      const length = Number(/content-length: *(\d+)/i.exec(held.toString('latin1', 0, head))?.[1] ?? 0);
      const end = head + 4 + length;
      if (held.length < end) return;
      const reply = replyTo(held.subarray(head + 4, end));
      held = held.subarray(end);
      if (latencyMs === 0) answer(socket, reply);
      else setTimeout(answer, latencyMs, socket, reply);
    }
  });
}

const server = createServer({ keepAlive: false }, serve);
server.listen({ port: 0, host: '127.0.0.1', backlog: 16_384 }, () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  console.log(`http://127.0.0.1:${port}/v1`);
});
process.stdin
  .on('end', () => {
    const { calls, first, last } = served;
    process.stdout.write(`${JSON.stringify({ calls, spanMs: last - first })}\n`, () => process.exit(0));
  })
  .resume();
