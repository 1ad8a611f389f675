/** Everything about one episode: what was said, how it was judged, every call, and the raw prompt and reply of one of them. */
import { personaAt, type RunConfig, type Scenario } from '../domain/index.js';
import { agencyOf } from '../judging/index.js';
import type { FailedCallRow, ListedEpisode, RecordedCall, RunRecord, Store } from '../store/index.js';
import type {
  CallAnswer,
  CallLine,
  EpisodeAnswer,
  FailedCallLine,
  ScenarioText,
  Sibling,
  TurnLine,
  VerdictLine,
} from './api.js';
import { playbackSpans } from './clock.js';
import { quoted } from './commands.js';
import { episodeLines, runReference } from './episode-lines.js';
import { rebuildPrompt } from './prompts.js';

export interface FoundEpisode {
  run: RunRecord;
  episode: ListedEpisode;
}

export function episodeAnswer(store: Store, { run, episode }: FoundEpisode, dbFlag: string): EpisodeAnswer {
  const { config, runId } = run;
  const calls = store.recordedCalls(episode.episode_id);
  const lines = callLines(calls);
  const { siblings, own } = groupLines(store, run, episode);
  const completion = calls.find(({ kind }) => kind === 'completion');
  return {
    command: `entente replay ${quoted(`${run.name}/${episode.number}`)}${dbFlag}`,
    run: runReference(run),
    protocol: config.protocol,
    mode: config.mode,
    max_rounds: config.max_rounds,
    learner: config.learner,
    episode: { ...own, failure_message: episode.failure_message },
    stakeholders: stakeholdersOf(store, run, episode),
    scenario: scenarioText(store.scenario(episode.group_id)),
    siblings,
    previous: store.episodeIdAt(runId, episode.number - 1),
    next: store.episodeIdAt(runId, episode.number + 1),
    turns: turnLines(calls),
    verdicts: verdictLines(calls),
    completion:
      completion === undefined
        ? null
        : {
            content: completion.content,
            model: completion.model,
            finish_reason: completion.finish_reason,
            call_id: callId(completion),
          },
    calls: lines,
    failed_calls: store.failedCalls(episode.episode_id).map(failedCallLine),
    duration_ms: lines.at(-1)?.ended_ms ?? 0,
  };
}

function failedCallLine({ turn_index, attempts, ...call }: FailedCallRow): FailedCallLine {
  return { ...call, turn: turn_index, attempts: [...attempts] };
}

/** Empty where the run does not score each side apart. */
function stakeholdersOf(store: Store, run: RunRecord, { number }: ListedEpisode): EpisodeAnswer['stakeholders'] {
  const detail = store.episode(run.runId, number);
  if (detail === null || run.config.scorer_method !== 'decomposed') return [];
  return [
    { seat: 'A', utility: detail.utility_a, weight: detail.weight_a },
    { seat: 'B', utility: detail.utility_b, weight: detail.weight_b },
  ];
}

export function scenarioText(scenario: Scenario): ScenarioText {
  return { ...scenario, personas: { A: personaAt(scenario, 'A'), B: personaAt(scenario, 'B') } };
}

function groupLines(store: Store, run: RunRecord, episode: ListedEpisode) {
  const lines = episodeLines(store, run, store.listedGroup(episode.group_id));
  const own =
    lines.find(({ episode_id }) => episode_id === episode.episode_id) ?? episodeLines(store, run, [episode])[0];
  if (own === undefined) throw new Error(`no line for ${episode.episode_id}`);
  const siblings = lines.map(
    ({ episode_id, number, sample_index, status, outcome, rounds, reward, advantage }): Sibling => ({
      ...{ episode_id, number, sample_index, status, outcome, rounds, reward, advantage },
    }),
  );
  return { siblings, own };
}

export function callId({ turn, kind, sample }: Pick<RecordedCall, 'turn' | 'kind' | 'sample'>): string {
  return `${turn}.${kind}.${sample}`;
}

export function callLines(calls: readonly RecordedCall[]): CallLine[] {
  const spans = playbackSpans(calls);
  return calls.map((call, index) => ({
    call_id: callId(call),
    kind: call.kind,
    turn: call.turn,
    sample: call.sample,
    round: call.round,
    seat: call.seat,
    model: call.model,
    started_ms: spans[index]?.started_ms ?? 0,
    ended_ms: spans[index]?.ended_ms ?? 0,
    finished_at: call.finished_at,
    latency_ms: call.latency_ms,
    prompt_tokens: call.prompt_tokens,
    completion_tokens: call.completion_tokens,
    finish_reason: call.finish_reason,
    attempts: call.attempts,
    parse_ok: call.parse_ok === null ? null : call.parse_ok === 1,
  }));
}

function turnLines(calls: readonly RecordedCall[]): TurnLine[] {
  return calls.flatMap((call): TurnLine[] =>
    call.kind !== 'speak' || call.seat === null
      ? []
      : [
          {
            call_id: callId(call),
            turn_index: call.turn,
            round: call.round,
            seat: call.seat,
            content: call.content,
            finish_reason: call.finish_reason,
            prompt_tokens: call.prompt_tokens,
            completion_tokens: call.completion_tokens,
            model: call.model,
            token_source: call.token_source,
          },
        ],
  );
}

/** A repaired verdict is one verdict: what the second answer says, and the first answer beside it. */
/** What a first answer of each kind of call is a verdict of; repairs stand beside their first answer. */
const verdictKinds: Readonly<Partial<Record<RecordedCall['kind'], VerdictLine['kind']>>> = {
  agreement: 'agreement',
  ca: 'ca',
  'utility.A': 'utility',
  'utility.B': 'utility',
};

export function verdictLines(calls: readonly RecordedCall[]): VerdictLine[] {
  return calls.flatMap((first): VerdictLine[] => {
    const kind = verdictKinds[first.kind];
    if (kind === undefined) return [];
    const repair = calls.find(
      (call) => call.kind === `${first.kind}.repair` && call.turn === first.turn && call.sample === first.sample,
    );
    const call = repair ?? first;
    const verdict = { kind, round: first.round, value: call.value, detail: call.detail, parseOk: call.parse_ok === 1 };
    const ca = kind === 'ca' ? agencyOf(verdict) : null;
    return [
      {
        call_id: callId(call),
        kind,
        stakeholder: kind === 'utility' ? first.seat : null,
        round: first.round,
        sample_index: first.sample,
        value: call.value,
        reason: textIn(call.detail, kind === 'agreement' ? 'reason' : 'rationale'),
        aspects:
          ca === null
            ? null
            : { knowledge: ca.knowledge, benevolence: ca.benevolence, power: ca.power, vitality: ca.vitality },
        raw: call.content,
        raw_before_repair: repair === undefined ? null : first.content,
        model: call.model,
        prompt_hash: call.prompt_hash,
      },
    ];
  });
}

export function textIn(detail: RecordedCall['detail'], field: string): string | null {
  const text = detail?.[field];
  return typeof text === 'string' ? text : null;
}

/** Null where the episode has no such call. */
export async function callAnswer(
  store: Store,
  { run, episode }: FoundEpisode,
  wanted: string,
  dbFlag: string,
): Promise<CallAnswer | null> {
  const calls = store.recordedCalls(episode.episode_id);
  const index = calls.findIndex((call) => callId(call) === wanted);
  const call = calls[index];
  const line = callLines(calls)[index];
  if (call === undefined || line === undefined) return null;
  const config: RunConfig = run.config;
  const prompt = await rebuildPrompt({ config, scenario: store.scenario(episode.group_id), calls }, call);
  return {
    command: `entente replay ${quoted(`${run.name}/${episode.number}`)} --json${dbFlag}`,
    episode_id: episode.episode_id,
    call: line,
    prompt: {
      messages: prompt.messages?.map((message) => ({ ...message })) ?? null,
      reason: prompt.reason,
      hash: call.prompt_hash,
    },
    sampling: { ...prompt.sampling },
    seed: call.seed,
    reply: call.content,
  };
}
