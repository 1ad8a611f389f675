/** The body of a reply as text. No server can fill the memory with one, compressed or not. */
import { promisify } from 'node:util';
import { brotliDecompress, unzip } from 'node:zlib';
import { EntenteError } from '../errors.js';

/** Far beyond any chat completion: 100,000 tokens with their ids and log-probabilities are some 15 MB. */
export const maxBodyBytes = 32 * 1024 * 1024;

/** Compressed without having been asked for it: some gateways do, and may. */
const decoders: Readonly<Record<string, (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>>> = {
  gzip: promisify(unzip),
  'x-gzip': promisify(unzip),
  deflate: promisify(unzip),
  br: promisify(brotliDecompress),
};

/** Rejects with `bad_reply` where the bytes are not what `encoding`, their header, says. */
export function readText(bytes: Buffer, encoding: string | string[] | undefined): string | Promise<string> {
  const name = String(encoding ?? '')
    .trim()
    .toLowerCase();
  return name === '' || name === 'identity' ? bytes.toString('utf8') : decode(bytes, name);
}

async function decode(bytes: Buffer, encoding: string): Promise<string> {
  const decoder = decoders[encoding];
  if (decoder === undefined) throw unreadable(`in an encoding that was not asked for (${encoding.slice(0, 40)})`);
  try {
    return (await decoder(bytes, { maxOutputLength: maxBodyBytes })).toString('utf8');
  } catch (cause) {
    const tooLarge = (cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw unreadable(tooLarge ? overLimit : `no ${encoding}, as it claims to be`, cause);
  }
}

/** What is said of a body beyond `maxBodyBytes`. */
export const overLimit = `larger than ${maxBodyBytes / 1024 / 1024} MiB, and was given up`;

function unreadable(why: string, cause?: unknown): EntenteError {
  return new EntenteError('bad_reply', `the reply is ${why}`, { retryable: true, cause });
}
