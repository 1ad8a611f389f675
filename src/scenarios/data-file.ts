/**
 * Reads a YAML or JSONL file that somebody else wrote: capped in size, depth and aliases, with every complaint naming
 * file and line.
 */
import { readFileSync, statSync } from 'node:fs';
import { Composer, type Document, isNode, isScalar, Lexer, LineCounter, Parser, type Scalar, visit } from 'yaml';
import type { z } from 'zod';
import { EntenteError, toEntenteError } from '../errors.js';

const maxBytes = 1_000_000;
const maxDepth = 20;

export interface DataFile {
  path: string;
  value: unknown;
  /** 1-based line of a value, or of the nearest thing around it. */
  lineOf(path: readonly PropertyKey[]): number;
}

/** Throws `input` where the file cannot be read, is over 1 MB, or is not well-formed. */
export function readDataFile(path: string): DataFile {
  const text = readCapped(path);
  return path.endsWith('.jsonl') ? parseJsonl(path, text) : parseYaml(path, text);
}

/** Parses against a schema; throws `input` with one line: `file:line: key: what is wrong`. */
export function parseAs<T extends z.ZodType>(
  schema: T,
  file: DataFile,
  at: readonly PropertyKey[],
  value: unknown,
): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw inputError(file, at, describeIssue(result.error));
}

export function inputError(
  file: DataFile,
  at: readonly PropertyKey[],
  issue: { path: readonly PropertyKey[]; message: string },
): EntenteError {
  const where = [...at, ...issue.path];
  const key = issue.path.length > 0 ? `${issue.path.map(String).join('.')}: ` : '';
  return new EntenteError('input', `${file.path}:${file.lineOf(where)}: ${key}${issue.message}`);
}

/** The issue of a ZodError to tell first: an unknown key, often a misspelling that explains the others, at the key itself. */
export function describeIssue(error: z.ZodError): { path: PropertyKey[]; message: string } {
  const issue = error.issues.find(({ code }) => code === 'unrecognized_keys') ?? error.issues[0];
  if (issue === undefined) return { path: [], message: 'is not valid' };
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    return { path: [...issue.path, key], message: 'is not a key entente knows' };
  }
  return { path: [...issue.path], message: issue.message };
}

function readCapped(path: string): string {
  try {
    const { size } = statSync(path);
    if (size > maxBytes) {
      throw new EntenteError('input', `${path}: ${size} bytes is over the limit of ${maxBytes}; split the file.`);
    }
    // Editors on Windows put a byte order mark in front.
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    if (error instanceof EntenteError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    const reason = code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'is a folder' : `cannot be read (${code})`;
    throw new EntenteError('input', `${path}: ${reason}`, { cause: error });
  }
}

function parseYaml(path: string, text: string): DataFile {
  const lines = new LineCounter();
  // The composer's own check for unique keys takes minutes for a mapping of 1 MB.
  const composer = new Composer({ uniqueKeys: false });
  const [document, second] = composer.compose(yamlTokens(path, text, lines), true, text.length);
  if (document === undefined) throw new EntenteError('input', `${path}: is empty`);
  const problem = document.errors[0];
  if (problem !== undefined) {
    throw new EntenteError('input', `${path}:${lines.linePos(problem.pos[0]).line}: ${problem.message}`);
  }
  if (second !== undefined) {
    const { line } = lines.linePos(second.range[0]);
    throw new EntenteError('input', `${path}:${line}: a second document begins here; put it into a file of its own.`);
  }
  const twice = repeatedKey(document);
  if (twice !== null) {
    const { line } = lines.linePos(twice.range?.[0] ?? 0);
    throw new EntenteError('input', `${path}:${line}: the key "${twice.value}" stands there twice.`);
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 20 });
  } catch (error) {
    const unknown = /^Unresolved alias.*: (.+)$/.exec(toEntenteError(error).message)?.[1];
    const complaint =
      unknown === undefined
        ? ': too many aliases; write the values out.'
        : `:${lines.linePos(text.indexOf(`*${unknown}`)).line}: *${unknown} is an alias of nothing; quote it if it is text.`;
    throw new EntenteError('input', `${path}${complaint}`, { cause: error });
  }
  if (deeperThan(value, maxDepth)) throw tooDeep(path);
  return { path, value, lineOf: (at) => yamlLine(document, lines, at) };
}

/** The composer recurses over the tokens, and a stack that is full can end the process: what nests too deep stops here. */
function* yamlTokens(path: string, text: string, lines: LineCounter) {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > 2 * maxDepth) throw tooDeep(path);
  }
  yield* parser.end();
}

function repeatedKey(document: Document): Scalar | null {
  let found: Scalar | null = null;
  visit(document, {
    Map: (_, { items }) => {
      const keys = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (keys.has(key.value)) {
          found = key;
          return visit.BREAK;
        }
        keys.add(key.value);
      }
    },
  });
  return found;
}

function yamlLine(document: Document, lines: LineCounter, at: readonly PropertyKey[]): number {
  for (let length = at.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(at.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function parseJsonl(path: string, text: string): DataFile {
  const records: unknown[] = [];
  const lineOfRecord: number[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    try {
      records.push(JSON.parse(line));
    } catch (error) {
      throw new EntenteError('input', `${path}:${index + 1}: not valid JSON`, { cause: error });
    }
    lineOfRecord.push(index + 1);
  }
  if (deeperThan(records, maxDepth)) throw tooDeep(path);
  return { path, value: records, lineOf: (at) => lineOfRecord[Number(at[0])] ?? 1 };
}

function tooDeep(path: string): EntenteError {
  return new EntenteError('input', `${path}: nested more than ${maxDepth} deep.`);
}

function deeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depth === 0) return true;
  return Object.values(value).some((inner) => deeperThan(inner, depth - 1));
}
