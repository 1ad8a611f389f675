/** Two or more runs whose answers a test writes itself, and pairwise judges whose verdicts are known beforehand. */
import type { ChatModel, ChatRequest } from '../../src/chat/index.js';
import { askedQuestions, compareRuns, matchAll, roundRobin } from '../../src/compare/index.js';
import {
  defaultSampling,
  type PairwiseQuestion,
  type RunConfigInput,
  resolveConfig,
  type Scenario,
} from '../../src/domain/index.js';
import { planGroups } from '../../src/run/plan.js';
import type { RunRecord, Store } from '../../src/store/index.js';
import { noon, scenarioNumber, spokenCall } from './stored-runs.js';

export interface AnsweredRun {
  name: string;
  /** By task and sample; null: the episode failed without an answer. */
  answers: readonly (readonly (string | null)[])[];
  input?: RunConfigInput;
  /** Default: scenario 0, 1, 2, … in the first seating. */
  scenarios?: readonly Scenario[];
}

export async function storeAnswers(
  store: Store,
  { name, answers, input = {}, scenarios }: AnsweredRun,
): Promise<RunRecord> {
  const group_size = answers[0]?.length ?? 1;
  const { config } = resolveConfig({ mode: 'eval', groups: answers.length, group_size, ...input });
  const record = { runId: `${name}-id`, name, seed: 0, createdAt: noon().toISOString(), config, notice: null };
  const chosen = scenarios ?? answers.map((_, index) => scenarioNumber(index));
  store.createRun({ ...record, version: '0', prompts: [], groups: planGroups(record.runId, chosen, group_size) });
  await Promise.all(
    store.unfinishedEpisodes(record.runId).map(async ({ episodeId, groupOrdinal, sampleIndex }) => {
      const answer = answers[groupOrdinal]?.[sampleIndex] ?? null;
      if (answer === null) return;
      const call = spokenCall(2, null);
      const key = { turn: 2, kind: 'completion', sample: 0 } as const;
      await store.journal(episodeId).record({ ...call, key, round: 0, reply: { ...call.reply, content: answer } });
    }),
  );
  return { ...record, status: 'done', finishedAt: null };
}

/** What a request to a pairwise judge shows. */
export function shownIn({ messages }: ChatRequest): {
  dilemma: string;
  stances?: { name: string }[];
  first: string;
  second: string;
} {
  return JSON.parse(/```json\n(.*)\n```/.exec(messages[1]?.content ?? '')?.[1] ?? '{}');
}

export const judgedWinner = (winner: string) => JSON.stringify({ winner, reason: 'because' });

/** Prefers the greater of the numbers that the answers begin with; equal ones tie. Blind to order. */
export function preferGreater(request: ChatRequest): string {
  const { first, second } = shownIn(request);
  const lead = Number.parseInt(first, 10) - Number.parseInt(second, 10);
  return judgedWinner(lead === 0 ? 'tie' : lead > 0 ? 'first' : 'second');
}

export interface Comparing {
  questions?: readonly PairwiseQuestion[];
  repeats?: number;
  seed?: number;
  stopping?: AbortSignal;
}

/** Every run against every other. */
export async function compareStored(
  store: Store,
  runs: readonly RunRecord[],
  model: ChatModel,
  { questions = ['ca'], repeats = 1, seed = 0, stopping }: Comparing = {},
) {
  return await compareRuns({
    store,
    pairs: matchAll(store, roundRobin(runs)),
    questions: askedQuestions(store, questions, model, defaultSampling.judging),
    repeats,
    seed,
    concurrency: 2,
    ...(stopping === undefined ? {} : { stopping }),
  });
}
