/**
 * The prompt of a recorded call, made again by the functions that made it then: from the frozen scenario, what was said before
 * it, and the config. A judge is asked as it was, through a model that only notes the question. What this version's
 * templates did not make is not guessed at.
 */
import type { ChatModel, ChatRequest, Message } from '../chat/index.js';
import { completionMessages, deliberationPrompts, soloMessages, speakerMessages } from '../deliberation/index.js';
import {
  personaAt,
  type Reply,
  type RunConfig,
  roundOfTurn,
  type Sampling,
  type Scenario,
  type Turn,
} from '../domain/index.js';
import { createAgencyScorer, createAgreementJudge, type Judge } from '../judging/index.js';
import type { RecordedCall } from '../store/index.js';

export interface RebuiltPrompt {
  /** Null where `reason` says why. */
  messages: readonly Message[] | null;
  reason: string | null;
  sampling: Sampling;
}

export interface EpisodeMaterial {
  config: RunConfig;
  scenario: Scenario;
  /** All calls of the episode. */
  calls: readonly RecordedCall[];
}

export async function rebuildPrompt(material: EpisodeMaterial, call: RecordedCall): Promise<RebuiltPrompt> {
  const { messages, hash, sampling } = await promptOf(material, call);
  if (messages === null)
    return {
      messages: null,
      reason: `this version does not know how a call of the kind ${call.kind} is made`,
      sampling,
    };
  if (hash !== call.prompt_hash) {
    const reason = `it was made with the templates ${call.prompt_hash}, and this version has ${hash}; the table prompts has the run's own`;
    return { messages: null, reason, sampling };
  }
  return { messages, reason: null, sampling };
}

interface Remade {
  messages: readonly Message[] | null;
  hash: string | null;
  sampling: Sampling;
}

async function promptOf(material: EpisodeMaterial, call: RecordedCall): Promise<Remade> {
  const { config, scenario, calls } = material;
  const said = turnsBefore(calls, call.turn);
  switch (call.kind) {
    case 'speak': {
      const seat = call.seat ?? 'A';
      return {
        messages: speakerMessages(scenario, seat, said, config.window),
        hash: deliberationPrompts.speaker.hash,
        sampling: config.roles[seat === config.learner ? 'policy' : 'opponent'].sampling,
      };
    }
    case 'completion': {
      const solo = config.protocol === 'solo';
      return {
        messages: solo
          ? soloMessages(scenario)
          : completionMessages(scenario, said, hasAgreed(calls) ? 'agreed' : 'deadlocked'),
        hash: (solo ? deliberationPrompts.solo : deliberationPrompts.completion).hash,
        sampling: config.completion,
      };
    }
    case 'agreement':
    case 'agreement.repair': {
      const [a, b] = said.slice(-2);
      const latest = { A: a?.content ?? '', B: b?.content ?? '' };
      const { sampling } = config.roles.judge;
      const asked = { dilemma: scenario.dilemma.text, latest };
      return askedOf((model) => createAgreementJudge(model, sampling), asked, material, call, sampling);
    }
    case 'ca':
    case 'ca.repair': {
      const personas = { A: personaAt(scenario, 'A'), B: personaAt(scenario, 'B') };
      const answer = calls.find(({ kind }) => kind === 'completion')?.content ?? '';
      const { sampling } = config.roles.scorer;
      const asked = { dilemma: scenario.dilemma.text, personas, answer };
      return askedOf((model) => createAgencyScorer(model, sampling), asked, material, call, sampling);
    }
    default:
      return { messages: null, hash: null, sampling: config.roles.judge.sampling };
  }
}

function turnsBefore(calls: readonly RecordedCall[], turn: number): Turn[] {
  return calls.flatMap((call) =>
    call.kind === 'speak' && call.seat !== null && call.turn < turn
      ? [{ turnIndex: call.turn, round: roundOfTurn(call.turn), seat: call.seat, content: call.content }]
      : [],
  );
}

function hasAgreed(calls: readonly RecordedCall[]): boolean {
  return calls.some(({ kind, value }) => kind.startsWith('agreement') && value === 1);
}

/** Asks a judge of a model that notes the request and gives the recorded reply. */
async function askedOf<Material>(
  create: (model: ChatModel) => Judge<Material>,
  asked: Material,
  { calls }: EpisodeMaterial,
  call: RecordedCall,
  sampling: Sampling,
): Promise<Remade> {
  const noted: ChatRequest[] = [];
  const judge = create({
    name: call.model,
    baseUrl: null,
    complete: async (request) => {
      noted.push(request);
      return replyOf(call);
    },
  });
  const options = { seed: call.seed, round: call.round };
  if (call.kind.endsWith('.repair')) {
    const unread = calls.find(
      ({ kind, turn, sample }) => `${kind}.repair` === call.kind && turn === call.turn && sample === call.sample,
    );
    if (unread !== undefined) await judge.repair?.(asked, replyOf(unread), options);
  } else {
    await judge.judge(asked, options);
  }
  return { messages: noted[0]?.messages ?? null, hash: judge.promptHash, sampling };
}

function replyOf({
  content,
  finish_reason,
  prompt_tokens,
  completion_tokens,
  latency_ms,
  attempts,
}: RecordedCall): Reply {
  return {
    content,
    finishReason: finish_reason,
    promptTokens: prompt_tokens,
    completionTokens: completion_tokens,
    tokens: null,
    latencyMs: latency_ms,
    failedAttempts: attempts as Reply['failedAttempts'],
  };
}
