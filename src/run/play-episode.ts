/**
 * Plays one episode, from the first turn to the reward. Read it top to bottom:
 *
 *   1. `playEpisode` gives the deliberation machine its actors, starts it, and grades what comes out.
 *   2. The actors say, judge, complete and score: each makes one model call from what was said so far.
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
  type Call,
  type CallAbout,
  type CallKey,
  deriveSeed,
  type EpisodeResult,
  type Journal,
  personaAt,
  type Reply,
  roundOfTurn,
  type Sampling,
  type Scenario,
  type Seat,
  type Verdict,
} from '../domain/index.js';
import { EntenteError, toEntenteError } from '../errors.js';
import { type AgencyMaterial, type AgreementMaterial, agencyOf, type Judge, type Judged } from '../judging/index.js';
import { rewardOf } from '../reward/index.js';

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
  agreementJudge: Judge<AgreementMaterial>;
  agencyScorer: Judge<AgencyMaterial>;
}

export interface Episode {
  scenario: Scenario;
  /** Decides the seed of every call. */
  seed: number;
  journal: Journal;
  /** Aborted: no further call starts. */
  stopping?: AbortSignal;
  /** Aborted: calls in flight are given up too. */
  aborted?: AbortSignal;
}

/**
 * Resolves to the graded result; a call that fails for good makes it `failed`, with the cause. Throws `interrupted` or
 * `budget` where the episode was stopped, and `storage` where the journal was: it can then be played on.
 */
export async function playEpisode(table: Table, episode: Episode): Promise<EpisodeResult> {
  const { protocol, mode, maxRounds } = table;
  const actor = createActor(machineFor(table), { input: { protocol, mode, maxRounds } });
  episodes.set(actor.system, episode);
  actor.start();
  const ending = await toPromise(actor);
  if (ending.status === 'failed' && ending.failure !== null && isStop(ending.failure.code)) {
    throw new EntenteError(ending.failure.code, ending.failure.message);
  }
  return { ...ending, reward: rewardOf(ending) };
}

type Stop = 'interrupted' | 'budget' | 'storage';

/** These end the run, not the episode. */
function isStop(code: string): code is Stop {
  return code === 'interrupted' || code === 'budget' || code === 'storage';
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

async function judgeAgreement(table: Table, episode: Episode, { turns }: JudgeInput): Promise<Verdict> {
  const [a, b] = turns.slice(-2);
  const latest = { A: a?.content ?? '', B: b?.content ?? '' };
  const material = { dilemma: episode.scenario.dilemma.text, latest };
  const key = { turn: turns.length, kind: 'agreement', sample: 0 } as const;
  const verdict = await ask(table.agreementJudge, material, key, roundOfTurn(turns.length - 1), episode);
  if (verdict.parseOk) return verdict;
  throw new EntenteError(
    'unparsable',
    `the agreement verdict of round ${verdict.round} could not be read, even after a repair try`,
  );
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

async function scoreCompletion(table: Table, episode: Episode, { completion }: ScoreInput): Promise<Scored> {
  const { scenario } = episode;
  const personas = { A: personaAt(scenario, 'A'), B: personaAt(scenario, 'B') };
  const material = { dilemma: scenario.dilemma.text, personas, answer: completion };
  const verdict = await ask(table.agencyScorer, material, { turn: 0, kind: 'ca', sample: 0 }, 0, episode);
  const ca = agencyOf(verdict);
  if (ca !== null) return { ca, failure: null };
  const message = verdict.parseOk
    ? `the verdict of ${table.agencyScorer.name} lacks an overall score, one of the four aspects, or its rationale`
    : 'the CA score could not be read, even after a repair try';
  return { ca: null, failure: { code: 'unparsable', message } };
}

/** Asks a judge, and once more where its answer could not be read. Each of the two is a call of its own. */
async function ask<Material>(
  judge: Judge<Material>,
  material: Material,
  key: { turn: number; kind: 'agreement' | 'ca'; sample: number },
  round: number,
  episode: Episode,
): Promise<Verdict> {
  const about = { key, round, seat: null, model: judge.name, promptHash: judge.promptHash };
  const options = { round, affinity: episode, ...(episode.aborted === undefined ? {} : { signal: episode.aborted }) };
  const first = await once(episode, about, (seed) => judge.judge(material, { ...options, seed }));
  const repair = judge.repair?.bind(judge);
  if (first.verdict?.parseOk || repair === undefined) return verdictOf(first);
  const again = { ...about, key: { ...key, kind: `${key.kind}.repair` as const } };
  return verdictOf(await once(episode, again, (seed) => repair(material, first.reply, { ...options, seed })));
}

function verdictOf({ key, verdict }: Call): Verdict {
  if (verdict === null)
    throw new EntenteError('internal', `the journal has no verdict for its ${key.kind} call at turn ${key.turn}`);
  return verdict;
}

async function say(
  model: ChatModel,
  request: Parameters<ChatModel['complete']>[0],
  episode: Episode,
): Promise<{ reply: Reply; verdict: null }> {
  return { reply: await model.complete({ ...request, affinity: episode }, episode.aborted), verdict: null };
}

/** The call from the journal, or made now under its own seed and recorded before anything follows from it. */
async function once(
  episode: Episode,
  about: Omit<CallAbout, 'seed'>,
  make: (seed: number) => Promise<Judged | { reply: Reply; verdict: null }>,
): Promise<Call> {
  const { journal, stopping } = episode;
  const known = journal.recall(about.key);
  if (known !== null) return known;
  if (stopping?.aborted) throw new EntenteError('interrupted', 'stopped');
  const seed = deriveSeed('call', episode.seed, about.key.kind, about.key.turn, about.key.sample);
  try {
    const { reply, verdict } = await make(seed);
    const call: Call = { ...about, seed, reply, verdict };
    await journal.record(call);
    return call;
  } catch (thrown) {
    const { code, message, attempts } = toEntenteError(thrown);
    if (!isStop(code)) await journal.recordFailure({ ...about, seed, code, message, attempts });
    throw thrown;
  }
}
