/** The journal of one episode in the database: every finished call durable before the next begins, none ever twice. */
import type { Database } from 'better-sqlite3';
import type {
  Call,
  CallKey,
  CallKind,
  FailedCall,
  Journal,
  Seat,
  TokenSource,
  TokenTrace,
  Verdict,
  VerdictKind,
} from '../domain/index.js';
import type { FailedAttempt } from '../errors.js';
import { toBlob, toFloat32, toInt32 } from './blobs.js';
import type { GroupCommit } from './group-commit.js';

interface CallRow {
  turn: number;
  kind: CallKind;
  sample: number;
  round: number;
  seat: Seat | null;
  content: string;
  finish_reason: string;
  prompt_tokens: number | null;
  completion_tokens: number | null;
  token_source: TokenSource | null;
  prompt_ids: Buffer | null;
  reply_ids: Buffer | null;
  logprobs: Buffer | null;
  model: string;
  seed: number;
  prompt_hash: string;
  latency_ms: number;
  attempts_json: string | null;
  value: number | null;
  detail_json: string | null;
  parse_ok: 0 | 1 | null;
}

/** Bound by place: binding so many by name costs more than the insert itself. */
const columns = [
  ...([
    'turn',
    'kind',
    'sample',
    'round',
    'seat',
    'content',
    'finish_reason',
    'prompt_tokens',
    'completion_tokens',
  ] as const),
  ...(['token_source', 'prompt_ids', 'reply_ids', 'logprobs', 'model', 'seed', 'prompt_hash', 'latency_ms'] as const),
  ...(['attempts_json', 'value', 'detail_json', 'parse_ok'] as const),
] satisfies (keyof CallRow)[];

/** `now` stamps each call with the time it was finished, ISO 8601. */
export function createJournals(
  database: Database,
  now: () => Date,
  commits: GroupCommit,
): (episodeId: string) => Journal {
  const numberOf = database.prepare<[string], number>('SELECT episode FROM episodes WHERE episode_id = ?').pluck();
  const finished = database.prepare<[number | null], CallKey>('SELECT turn, kind, sample FROM calls WHERE episode = ?');
  const find = database.prepare<[number | null, number, string, number], CallRow>(
    'SELECT * FROM calls WHERE episode = ? AND turn = ? AND kind = ? AND sample = ?',
  );
  const insert = database.prepare(
    `INSERT INTO calls (episode, finished_at, ${columns.join(', ')}) VALUES (?, ?${', ?'.repeat(columns.length)})
     ON CONFLICT (episode, turn, kind, sample) DO NOTHING`,
  );
  const insertFailed = database.prepare(
    `INSERT INTO failed_calls (episode, turn, kind, sample, round, seat, model, seed, prompt_hash, code, message,
       attempts_json, failed_at)
     VALUES (@episode, @turn, @kind, @sample, @round, @seat, @model, @seed, @prompt_hash, @code, @message, @attempts_json, @failed_at)`,
  );
  return (episodeId) => {
    // Null is refused by the tables: there is no such episode.
    const episode = numberOf.get(episodeId) ?? null;
    // Most episodes are new, and asking the database for each of their calls would cost as much as recording it.
    const known = new Set(finished.all(episode).map(nameOf));
    return {
      recall: (key) => {
        const row = known.has(nameOf(key)) ? find.get(episode, key.turn, key.kind, key.sample) : undefined;
        return row === undefined ? null : callOf(row);
      },
      record: (call) =>
        commits.write(() => {
          const row = rowOf(call);
          insert.run(episode, now().toISOString(), ...columns.map((column) => row[column]));
          known.add(nameOf(call.key));
        }),
      recordFailure: (call) =>
        commits.write(() => void insertFailed.run({ ...failedRowOf(call), episode, failed_at: now().toISOString() })),
    };
  };
}

function nameOf({ turn, kind, sample }: CallKey): string {
  return `${turn} ${kind} ${sample}`;
}

function failedRowOf({ key, promptHash, attempts, ...call }: FailedCall) {
  return { ...key, ...call, prompt_hash: promptHash, attempts_json: JSON.stringify(attempts) };
}

function rowOf({ key, round, seat, model, seed, promptHash, reply, verdict }: Call): CallRow {
  const { tokens, failedAttempts } = reply;
  return {
    turn: key.turn,
    kind: key.kind,
    sample: key.sample,
    round,
    seat,
    content: reply.content,
    finish_reason: reply.finishReason,
    prompt_tokens: reply.promptTokens,
    completion_tokens: reply.completionTokens,
    token_source: tokens?.source ?? (reply.rehearsed ? 'rehearsal' : null),
    prompt_ids: tokens?.promptIds == null ? null : toBlob(tokens.promptIds),
    reply_ids: tokens === null ? null : toBlob(tokens.replyIds),
    logprobs: tokens?.logprobs == null ? null : toBlob(tokens.logprobs),
    model,
    seed,
    prompt_hash: promptHash,
    latency_ms: Math.round(reply.latencyMs),
    attempts_json: failedAttempts.length === 0 ? null : JSON.stringify(failedAttempts),
    value: verdict?.value ?? null,
    detail_json: verdict?.detail == null ? null : JSON.stringify(verdict.detail),
    parse_ok: verdict === null ? null : verdict.parseOk ? 1 : 0,
  };
}

export function callOf(row: CallRow): Call {
  return {
    key: { turn: row.turn, kind: row.kind, sample: row.sample },
    round: row.round,
    seat: row.seat,
    model: row.model,
    seed: row.seed,
    promptHash: row.prompt_hash,
    reply: {
      content: row.content,
      finishReason: row.finish_reason,
      promptTokens: row.prompt_tokens,
      completionTokens: row.completion_tokens,
      tokens: tokensOf(row),
      ...(row.token_source === 'rehearsal' && row.reply_ids === null ? { rehearsed: true } : {}),
      latencyMs: row.latency_ms,
      failedAttempts: row.attempts_json === null ? [] : (JSON.parse(row.attempts_json) as FailedAttempt[]),
    },
    verdict: verdictOf(row),
  };
}

export function tokensOf(
  row: Pick<CallRow, 'token_source' | 'prompt_ids' | 'reply_ids' | 'logprobs'>,
): TokenTrace | null {
  if (row.token_source === null || row.reply_ids === null) return null;
  return {
    promptIds: row.prompt_ids === null ? null : toInt32(row.prompt_ids),
    replyIds: toInt32(row.reply_ids),
    logprobs: row.logprobs === null ? null : toFloat32(row.logprobs),
    source: row.token_source,
  };
}

function verdictKindOf(kind: CallKind): VerdictKind {
  if (kind.startsWith('utility')) return 'utility';
  return kind.startsWith('ca') ? 'ca' : 'agreement';
}

function verdictOf(row: CallRow): Verdict | null {
  if (row.parse_ok === null) return null;
  return {
    kind: verdictKindOf(row.kind),
    round: row.round,
    value: row.value,
    detail: row.detail_json === null ? null : (JSON.parse(row.detail_json) as Record<string, unknown>),
    parseOk: row.parse_ok === 1,
  };
}
