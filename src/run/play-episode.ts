/**
 * Plays one episode, from the first turn to the reward. Read it top to bottom:
 *
 *   1. `playEpisode` gives the deliberation machine its actors, starts it, and grades what comes out.
 *   2. The actors say, judge, complete and score, from what was said so far. Saying and completing is one model call;
 *      judging and scoring may be several (`ask-judges.ts`).
 *   3. Every call passes `once`: found in the journal, it is not made again; made, it is durable before the next.
 *
 * So an interrupted episode is resumed by playing it again with the same journal: the calls it finished are replayed
 * into a fresh machine, and the first that is missing is the first that is made.
 */
import { type AnyActorRef, createActor, fromPromise, toPromise } from 'xstate';
import type { ChatModel } from '../chat/index.js';
import {
  type CompletionInput,
  completionMessages,
  type DeliberationInput,
  deliberationMachine,
  deliberationPrompts,
  type JudgeInput,
  type Scored,
  type ScoreInput,
  type SpeakInput,
  soloMessages,
  speakerMessages,
  type Window,
} from '../deliberation/index.js';
import {
  type CallKey,
  type EpisodeResult,
  type Journal,
  type Reply,
  roundOfTurn,
  type Sampling,
  type Scenario,
  type Seat,
  type SideWeights,
  type Verdict,
} from '../domain/index.js';
import { EntenteError } from '../errors.js';
import type { AgencyMaterial, AgreementMaterial, Grader, UtilityMaterial, Weigher } from '../judging/index.js';
import { rewardOf } from '../reward/index.js';
import { judgeAgreement, scoreCompletion } from './ask-judges.js';
import { isStop, once } from './call-once.js';

/** A seat's model, and how it is sampled. */
export interface Player {
  model: ChatModel;
  sampling: Sampling;
}

/** Everything around an episode that is the same for all episodes of a run. */
export interface Table extends DeliberationInput {
  window: Window;
  seats: Record<Seat, Player>;
  /** Sampling of the final answer, which seat A's model writes. */
  completion: Sampling;
  agreementJudge: Grader<AgreementMaterial>;
  /** Null: no CA score is asked for. */
  agencyScorer: Grader<AgencyMaterial> | null;
  /** Asked for each side alone; null: scoring is holistic. */
  utilityJudge: Grader<UtilityMaterial> | null;
  /** Fixes the weights of the sides before the first episode of a group; null where `utilityJudge` is. */
  weigher: Weigher | null;
}

export interface Episode {
  scenario: Scenario;
  /** Decides the seed of every call. */
  seed: number;
  journal: Journal;
  /** How much each side counts, fixed before; present where the table scores by decomposition. */
  weights?: SideWeights;
  /** Aborted: no further call starts. */
  stopping?: AbortSignal;
  /** Aborted: calls in flight are given up too. */
  aborted?: AbortSignal;
}

/**
 * Resolves to the graded result; a call that fails for good makes it `failed`, with the cause. Throws `interrupted` or
 * `budget` where the episode was stopped, and `storage` where the journal was: it can then be played on. Throws `weights`
 * before the first call where the table needs weights and there are none.
 */
export async function playEpisode(table: Table, episode: Episode): Promise<EpisodeResult> {
  const { protocol, mode, maxRounds } = table;
  const { weights } = episode;
  if (table.utilityJudge !== null && weights === undefined)
    throw new EntenteError('weights', 'scoring by decomposition needs weights, fixed before the episode is played.');
  const actor = createActor(machineFor(table), { input: { protocol, mode, maxRounds } });
  episodes.set(actor.system, episode);
  actor.start();
  const ending = await toPromise(actor);
  if (ending.status === 'failed' && ending.failure !== null && isStop(ending.failure.code)) {
    throw new EntenteError(ending.failure.code, ending.failure.message);
  }
  const unscored = weights === undefined ? {} : { stakeholders: { weights, utilities: { A: null, B: null } } };
  const result = { ...unscored, ...ending };
  return { ...result, reward: rewardOf(result) };
}

/** The machine with its actors, one for all episodes at a table: ten thousand of them would fill the heap. */
const machines = new WeakMap<Table, ReturnType<typeof createMachine>>();

/** Each episode is an actor system of its own; by it an actor finds the episode in which it acts. */
const episodes = new WeakMap<AnyActorRef['system'], Episode>();

function machineFor(table: Table) {
  const machine = machines.get(table) ?? createMachine(table);
  machines.set(table, machine);
  return machine;
}

function createMachine(table: Table) {
  const acting =
    <Input, Output>(act: (table: Table, episode: Episode, input: Input) => Promise<Output>) =>
    ({ input, system }: { input: Input; system: AnyActorRef['system'] }): Promise<Output> => {
      const episode = episodes.get(system);
      if (episode === undefined) throw new EntenteError('internal', 'an actor outside an episode');
      return act(table, episode, input);
    };
  return deliberationMachine.provide({
    actors: {
      speak: fromPromise<string, SpeakInput>(acting(speak)),
      judgeAgreement: fromPromise<Verdict, JudgeInput>(acting(judgeAgreement)),
      writeCompletion: fromPromise<string, CompletionInput>(acting(writeCompletion)),
      scoreCompletion: fromPromise<Scored, ScoreInput>(acting(scoreCompletion)),
    },
  });
}

async function speak(table: Table, episode: Episode, { seat, turns }: SpeakInput): Promise<string> {
  const { model, sampling } = table.seats[seat];
  const messages = speakerMessages(episode.scenario, seat, turns, table.window);
  const key: CallKey = { turn: turns.length, kind: 'speak', sample: 0 };
  const round = roundOfTurn(turns.length);
  const about = { key, round, seat, model: model.name, promptHash: deliberationPrompts.speaker.hash };
  const { reply } = await once(episode, about, (seed) =>
    say(model, { messages, sampling, seed, wantTokens: true }, episode),
  );
  return reply.content;
}

async function writeCompletion(table: Table, episode: Episode, { turns, outcome }: CompletionInput): Promise<string> {
  const { scenario } = episode;
  const solo = table.protocol === 'solo';
  const { model } = table.seats.A;
  const messages = solo ? soloMessages(scenario) : completionMessages(scenario, turns, outcome);
  const prompt = solo ? deliberationPrompts.solo : deliberationPrompts.completion;
  const key: CallKey = { turn: turns.length, kind: 'completion', sample: 0 };
  const about = { key, round: 0, seat: 'A' as const, model: model.name, promptHash: prompt.hash };
  const request = { messages, sampling: table.completion, wantTokens: false };
  const { reply } = await once(episode, about, (seed) => say(model, { ...request, seed }, episode));
  return reply.content;
}

async function say(
  model: ChatModel,
  request: Parameters<ChatModel['complete']>[0],
  episode: Episode,
): Promise<{ reply: Reply; verdict: null }> {
  return { reply: await model.complete({ ...request, affinity: episode }, episode.aborted), verdict: null };
}
