/**
 * Asks pairwise judges about matched answers: every task in both orders, one after the other, so many tasks at a time.
 * Each finished call is durable before the next of its task, and what is known already is not asked again, so that a
 * stopped comparison is continued by starting it again.
 */
import { setMaxListeners } from 'node:events';
import PQueue from 'p-queue';
import { deriveSeed, type PairwiseKey, type PairwiseQuestion } from '../domain/index.js';
import { EntenteError, toEntenteError } from '../errors.js';
import type { Judge, PairwiseMaterial } from '../judging/index.js';
import type { PairwiseCall, Store } from '../store/index.js';
import type { Task } from './match-runs.js';

/** A question, whom it is asked, and under which number the store keeps the verdicts. */
export interface AskedQuestion {
  question: PairwiseQuestion;
  judge: Judge<PairwiseMaterial>;
  id: number;
}

export interface JudgePairsOptions {
  store: Store;
  tasks: readonly Task[];
  questions: readonly AskedQuestion[];
  /** Judged runs: how often everything is asked, each time under seeds of its own. */
  repeats: number;
  seed: number;
  /** Tasks in flight. */
  concurrency: number;
  /** Told of each verdict that is in, asked now or known before. */
  onVerdict?: () => void;
  /** Aborted: what is in flight is finished and kept, nothing new starts. */
  stopping?: AbortSignal;
  /** Aborted: what is in flight is given up. */
  aborted?: AbortSignal;
}

/** Calls that failed for good, by cause. They have no verdict; the next time they are asked again. */
export type FailedCalls = ReadonlyMap<string, { calls: number; message: string }>;

/** Throws `interrupted`, `budget` or `storage` where it had to stop. */
export async function judgePairs(options: JudgePairsOptions): Promise<FailedCalls> {
  const { tasks, questions, repeats, concurrency, stopping, aborted } = options;
  const halt = new AbortController();
  const failed = new Map<string, { calls: number; message: string }>();
  let stopped: EntenteError | null = null;
  const onStopping = () => halt.abort();
  stopping?.addEventListener('abort', onStopping, { once: true });
  if (stopping?.aborted) halt.abort();
  // One listener for each call in flight is no leak.
  if (aborted !== undefined) setMaxListeners(0, aborted);

  async function judge(task: Task, asked: AskedQuestion, repeat: number): Promise<void> {
    try {
      await judgeBothOrders(options, task, asked, repeat, halt.signal);
    } catch (thrown) {
      const error = toEntenteError(thrown);
      if (endsAll(error)) {
        stopped ??= error;
        halt.abort();
      } else failed.set(error.code, { calls: (failed.get(error.code)?.calls ?? 0) + 1, message: error.message });
    }
  }

  const queue = new PQueue({ concurrency });
  const repeated = Array.from({ length: repeats }, (_, repeat) => repeat);
  const work = repeated.flatMap((repeat) =>
    questions.flatMap((asked) => tasks.map((task) => () => judge(task, asked, repeat))),
  );
  try {
    await queue.addAll(work);
  } finally {
    stopping?.removeEventListener('abort', onStopping);
  }
  const ending = stopped ?? (stopping?.aborted ? new EntenteError('interrupted', 'the comparison was stopped.') : null);
  if (ending !== null) throw ending;
  return failed;
}

function endsAll({ code }: EntenteError): boolean {
  return code === 'interrupted' || code === 'budget' || code === 'storage' || code === 'internal';
}

async function judgeBothOrders(
  options: JudgePairsOptions,
  { a, b }: Task,
  { question, judge, id }: AskedQuestion,
  repeat: number,
  halted: AbortSignal,
): Promise<void> {
  const { scenario, sampleIndex } = a;
  const { text: dilemma } = scenario.dilemma;
  // Of the task and not of the episodes' ids, which tell the time: the same runs are judged alike in any database.
  const callSeed = (repair: boolean) =>
    deriveSeed('pairwise', options.seed, question, scenario.key, sampleIndex, repeat, repair ? 1 : 0);
  const asking = { ...options, halted, affinity: {}, callSeed };
  for (const [first, second] of [
    [a, b],
    [b, a],
  ] as const) {
    const key = { question, first: first.episodeId, second: second.episodeId, seed: options.seed, repeat };
    const answers = { first: first.completion, second: second.completion };
    const stances = [scenario.pair.a, scenario.pair.b] as const;
    const material = question === 'ca' ? { dilemma, ...answers } : { dilemma, stances, ...answers };
    await ask(asking, { judge, id }, material, key);
    options.onVerdict?.();
  }
}

interface Asking extends Pick<JudgePairsOptions, 'store' | 'aborted'> {
  halted: AbortSignal;
  affinity: object;
  callSeed: (repair: boolean) => number;
}

/** Asks, and once more where the answer could not be read. Each of the two is a call of its own. */
async function ask(
  asking: Asking,
  { judge, id }: Pick<AskedQuestion, 'judge' | 'id'>,
  material: PairwiseMaterial,
  about: Omit<PairwiseKey, 'repair'>,
): Promise<void> {
  const { affinity, aborted } = asking;
  const call = { round: 0, affinity, ...(aborted === undefined ? {} : { signal: aborted }) };
  const first = await once(asking, id, { ...about, repair: false }, (seed) => judge.judge(material, { ...call, seed }));
  const repair = judge.repair?.bind(judge);
  if (first.verdict.parseOk || repair === undefined) return;
  await once(asking, id, { ...about, repair: true }, (seed) => repair(material, first.reply, { ...call, seed }));
}

async function once(
  { store, halted, callSeed }: Asking,
  judge: number,
  key: PairwiseKey,
  make: (seed: number) => Promise<Omit<PairwiseCall, 'seed'>>,
): Promise<PairwiseCall> {
  const known = store.recallPairwise(judge, key);
  if (known !== null) return known;
  if (halted.aborted) throw new EntenteError('interrupted', 'the comparison was stopped.');
  const seed = callSeed(key.repair);
  const call = { seed, ...(await make(seed)) };
  await store.recordPairwise(judge, key, call);
  return call;
}
