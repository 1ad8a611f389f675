/** Runs whose episodes ended as a test says, written into a database without playing. */
import {
  type Call,
  dilemmaSchema,
  type EpisodeResult,
  personaPairSchema,
  resolveConfig,
  type Scenario,
  type TokenTrace,
  tiers,
} from '../../src/domain/index.js';
import { planGroups } from '../../src/run/plan.js';
import { makeScenario } from '../../src/scenarios/choose.js';
import { openStore, type RunRecord, type Store } from '../../src/store/index.js';

export interface StoredRun {
  path: string;
  store: Store;
  run: RunRecord;
}

export const noon = () => new Date('2030-01-01T12:00:00.000Z');

/** How an episode ended; null leaves it pending. What is not given is that of an ungraded agreement in round 1. */
export type Ending = Partial<EpisodeResult> | null;

/** A run of one group per inner list. */
export function storeEndings(path: string, groups: readonly (readonly Ending[])[], name = 'stored'): StoredRun {
  // The largest group decides the plan; what a smaller one lacks stays pending.
  const group_size = Math.max(...groups.map((endings) => endings.length));
  const { config } = resolveConfig({ groups: groups.length, group_size });
  const scenarios = groups.map((_, index) => scenarioNumber(index));
  const store = openStore(path, { mode: 'write', now: noon });
  const record = { runId: `${name}-id`, name, seed: 0, createdAt: noon().toISOString(), config, notice: null };
  store.createRun({ ...record, version: '0', prompts: [], groups: planGroups(record.runId, scenarios, group_size) });
  for (const planned of store.unfinishedEpisodes(record.runId)) {
    const ending = groups[planned.groupOrdinal]?.[planned.sampleIndex];
    if (ending != null) store.finishEpisode(planned.episodeId, { ...agreedUngraded, ...ending });
  }
  // What was not waited for above becomes durable with this.
  store.setRunStatus(record.runId, 'pending');
  return { path, store, run: { ...record, status: 'pending', finishedAt: null } };
}

const agreedUngraded: EpisodeResult = {
  status: 'done',
  outcome: 'agreed',
  rounds: 1,
  completion: 'what we will do',
  ca: null,
  reward: null,
  failure: null,
};

/** Tiers take turns. */
export function scenarioNumber(index: number): Scenario {
  const tier = tiers[index % tiers.length];
  const persona = (name: string) => ({ name, stance: `Stay ${name}. Say why.` });
  return makeScenario(
    dilemmaSchema.parse({
      id: `dilemma-${index}`,
      tier,
      domain: 'work',
      text: `What is to be done about case ${index}?`,
    }),
    personaPairSchema.parse({ id: `pair-${index}`, tension: 'more or less', a: persona('bold'), b: persona('mild') }),
  );
}

/** A turn as the journal keeps it: seat and round follow from its number. */
export function spokenCall(turn: number, tokens: TokenTrace | null): Call {
  return {
    key: { turn, kind: 'speak', sample: 0 },
    round: Math.floor(turn / 2) + 1,
    seat: turn % 2 === 0 ? 'A' : 'B',
    model: 'some-model',
    seed: 1,
    promptHash: 'hash',
    reply: {
      content: `turn ${turn}`,
      finishReason: 'stop',
      promptTokens: tokens?.promptIds?.length ?? null,
      completionTokens: tokens?.replyIds.length ?? null,
      tokens,
      latencyMs: 5,
      failedAttempts: [],
    },
    verdict: null,
  };
}

export function traceOf(
  promptIds: readonly number[],
  replyIds: readonly number[],
  logprobs: readonly number[] | null,
): TokenTrace {
  return {
    promptIds: Int32Array.from(promptIds),
    replyIds: Int32Array.from(replyIds),
    logprobs: logprobs === null ? null : Float32Array.from(logprobs),
    source: 'server',
  };
}
