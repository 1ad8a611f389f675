import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadDilemmas, loadPersonaPairs } from '../../src/scenarios/index.js';
import { type Ending, entente } from '../support/cli.js';
import { type Exchange, type IndependentServer, startIndependentServer } from '../support/independent-server.js';

const dilemmas = new Map(loadDilemmas().map((dilemma) => [dilemma.id, dilemma]));
const pairs = new Map(loadPersonaPairs().map((pair) => [pair.id, pair]));

function play(cwd: string, url: string, ...more: string[]) {
  const roles = ['policy', 'opponent', 'judge', 'scorer'].flatMap((role) => [`--${role}`, `${role}@${url}`]);
  return entente(['run', ...roles, '--groups', '20', '--group-size', '8', '--seed', '5', '--json', ...more], { cwd });
}

function query<T>(cwd: string, sql: string, ...values: unknown[]): T[] {
  const database = new Database(join(cwd, 'runs/entente.db'), { readonly: true });
  try {
    return database.prepare(sql).all(...values) as T[];
  } finally {
    database.close();
  }
}

interface StoredTurn {
  episode_id: string;
  dilemma_id: string;
  pair_id: string;
  turn_index: number;
  seat: 'A' | 'B';
  content: string;
  model: string;
  prompt_ids: Buffer;
  reply_ids: Buffer;
  logprobs: Buffer;
  seed: number;
}

const turnsSql = `SELECT e.dilemma_id, e.pair_id, t.* FROM v_turns t JOIN v_episodes e USING (episode_id) ORDER BY e.number, t.turn_index`;

const ints = (blob: Buffer) => [...new Int32Array(Uint8Array.from(blob).buffer)];
const floats = (blob: Buffer) => [...new Float32Array(Uint8Array.from(blob).buffer)];
const say = (exchange: Exchange) => exchange.body.messages.map(({ content }) => content).join('\n');

describe('a run against an independent OpenAI-compatible server', () => {
  let server: IndependentServer;
  let cwd: string;
  let ending: Ending;
  let exchanges: Exchange[];

  beforeAll(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'entente-test-'));
    server = await startIndependentServer();
    ending = await play(cwd, server.url, '--concurrency', '64');
    exchanges = [...server.exchanges];
  });
  afterAll(async () => {
    await server.close();
    rmSync(cwd, { recursive: true, force: true });
  });

  test('plays every episode', () => {
    expect(ending.code).toBe(0);
    expect(JSON.parse(ending.stdout).overall).toMatchObject({ episodes: 160, graded: 160, failed: 0 });
  });

  test('keeps every token as sent, and shows each speaker what it may see', () => {
    const byRequest = new Map(exchanges.map((exchange) => [`${exchange.model} ${exchange.body.seed}`, exchange]));
    const turns = query<StoredTurn>(cwd, turnsSql);
    expect(turns.length).toBeGreaterThan(400);
    let episode: StoredTurn[] = [];
    for (const turn of turns) {
      if (turn.turn_index === 0) episode = [];
      const sent = byRequest.get(`${turn.model} ${turn.seed}`)!;
      expect(turn.model).toBe(turn.seat === 'A' ? 'policy' : 'opponent');
      expect(turn.content).toBe(sent.content);
      expect(ints(turn.prompt_ids)).toEqual(sent.promptIds);
      expect(ints(turn.reply_ids)).toEqual(sent.replyIds);
      expect(floats(turn.logprobs)).toEqual(sent.logprobs.map(Math.fround));

      const prompt = say(sent);
      const pair = pairs.get(turn.pair_id)!;
      const [own, other] = turn.seat === 'A' ? [pair.a, pair.b] : [pair.b, pair.a];
      expect(prompt).toContain(own.stance);
      expect(prompt).not.toContain(other.stance);
      expect(prompt).toContain(dilemmas.get(turn.dilemma_id)!.text);
      const seen = episode.filter(({ content }) => prompt.includes(content)).map(({ turn_index }) => turn_index);
      expect(seen).toEqual(episode.slice(-2).map(({ turn_index }) => turn_index));
      episode.push(turn);
    }
  });

  test('every reward follows from its verdicts', () => {
    const graded = query<{
      outcome: string;
      rounds: number;
      reward: number;
      ca: number | null;
      last: number;
      yes: number;
    }>(
      cwd,
      `SELECT e.outcome, e.rounds, e.reward,
              (SELECT value FROM v_verdicts v WHERE v.episode_id = e.episode_id AND kind = 'ca') AS ca,
              (SELECT value FROM v_verdicts v WHERE v.episode_id = e.episode_id AND kind = 'agreement' ORDER BY round DESC LIMIT 1) AS last,
              (SELECT count(*) FROM v_verdicts v WHERE v.episode_id = e.episode_id AND kind = 'agreement' AND value = 1) AS yes
       FROM v_episodes e`,
    );
    expect(graded).toHaveLength(160);
    expect(new Set(graded.map(({ outcome }) => outcome))).toEqual(new Set(['agreed', 'deadlocked']));
    for (const { outcome, rounds, reward, ca, last, yes } of graded) {
      if (outcome === 'agreed') expect({ reward, last, yes }).toEqual({ reward: ca, last: 1, yes: 1 });
      else expect({ reward, ca, last, yes, rounds }).toEqual({ reward: 0, ca: null, last: 0, yes: 0, rounds: 7 });
    }
  });

  test('every sampling field and a seed of its own go with every call', () => {
    for (const { body, model } of exchanges) {
      const speaking = model === 'policy' || model === 'opponent';
      expect(body).toMatchObject({
        top_k: -1,
        min_p: 0,
        presence_penalty: 0,
        frequency_penalty: 0,
        repetition_penalty: 1,
      });
      expect([0.7, 0.1, 0]).toContain(body['temperature']);
      expect(body['top_p']).toBe(speaking ? 0.95 : 1);
      expect(body['max_tokens']).toBeGreaterThan(0);
    }
    const seeds = exchanges.map(({ body, model }) => `${model} ${body.seed}`);
    expect(new Set(seeds).size).toBe(seeds.length);
  });

  test('the same seed gives the same dialogues, at another concurrency', async () => {
    const dialogues = () =>
      query<{ run: string; number: number; turn_index: number; content: string; seed: number; model: string }>(
        cwd,
        `SELECT r.name AS run, e.number, t.turn_index, t.content, t.seed, t.model
         FROM v_turns t JOIN v_episodes e USING (episode_id) JOIN v_runs r USING (run_id) ORDER BY e.number, t.turn_index`,
      );
    const first = dialogues().filter(({ number }) => number <= 40);
    await play(cwd, server.url, '--concurrency', '5', '--name', 'again', '--groups', '5');
    const again = dialogues().filter(({ run }) => run === 'again');
    expect(again.map((turn) => ({ ...turn, run: '' }))).toEqual(first.map((turn) => ({ ...turn, run: '' })));
  });
});
