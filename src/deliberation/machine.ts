/**
 * The deliberation as a state machine (XState v5). It knows who acts next and when it is over; what acting means is
 * supplied by `provide({ actors })`. Without actors it is pure: `transition()` alone drives it in tests and draws it.
 *
 * Invariants: turns alternate from A; a judge is asked after every full round; context holds plain data only.
 */
import { assign, fromPromise, setup } from 'xstate';
import {
  type CollectiveAgency,
  type EpisodeResult,
  type Failure,
  type Outcome,
  roundOfTurn,
  type Seat,
  type StakeholderScores,
  seatOfTurn,
  type Turn,
  type Verdict,
} from '../domain/index.js';
import { toEntenteError } from '../errors.js';

export interface DeliberationInput {
  protocol: 'deliberation' | 'solo';
  mode: 'train' | 'eval';
  maxRounds: number;
}

interface Context extends DeliberationInput {
  status: EpisodeResult['status'];
  turns: readonly Turn[];
  outcome: Outcome | null;
  completion: string | null;
  ca: CollectiveAgency | null;
  stakeholders?: StakeholderScores;
  failure: Failure | null;
}

/** What the actors are told. `turns` is the whole dialogue so far; windows are cut where prompts are made. */
export interface SpeakInput {
  seat: Seat;
  turns: readonly Turn[];
}
export interface JudgeInput {
  turns: readonly Turn[];
}
export interface CompletionInput {
  turns: readonly Turn[];
  outcome: Outcome | null;
}
export interface ScoreInput {
  completion: string;
}
/** A score that could not be read, or was not asked for, leaves `ca` null; the episode is over all the same. */
export interface Scored {
  ca: CollectiveAgency | null;
  stakeholders?: StakeholderScores;
  failure: Failure | null;
}

const unprovided = async (): Promise<never> => {
  throw new Error('this actor must be provided');
};

const machineSetup = setup({
  types: {
    input: {} as DeliberationInput,
    context: {} as Context,
    output: {} as Omit<EpisodeResult, 'reward'>,
  },
  actors: {
    /** One utterance of the seat whose turn it is. */
    speak: fromPromise<string, SpeakInput>(unprovided),
    /** Have the two agreed? A verdict that cannot be read is thrown, never taken for NO. */
    judgeAgreement: fromPromise<Verdict, JudgeInput>(unprovided),
    writeCompletion: fromPromise<string, CompletionInput>(unprovided),
    scoreCompletion: fromPromise<Scored, ScoreInput>(unprovided),
  },
  guards: {
    isSolo: ({ context }) => context.protocol === 'solo',
    saidYes: (_, { verdict }: { verdict: Verdict }) => verdict.value === 1,
    hasAgreed: ({ context }) => context.outcome === 'agreed',
    hasRoundsLeft: ({ context }) => context.turns.length < 2 * context.maxRounds,
    isTraining: ({ context }) => context.mode === 'train',
  },
  actions: {
    /** An Error in a context would serialise to `{}`, so it becomes data here. */
    noteFailure: assign((_, { error }: { error: unknown }) => {
      const { code, message } = toEntenteError(error);
      return { status: 'failed' as const, failure: { code, message } };
    }),
    noteTurn: assign(({ context }, { content }: { content: string }) => {
      const turnIndex = context.turns.length;
      const turn: Turn = { turnIndex, round: roundOfTurn(turnIndex), seat: seatOfTurn(turnIndex), content };
      return { turns: [...context.turns, turn] };
    }),
    noteOutcome: assign((_, { outcome }: { outcome: Outcome }) => ({ outcome })),
    noteCompletion: assign((_, { completion }: { completion: string }) => ({ completion })),
    noteScore: assign((_, scored: Scored) => ({ ...scored })),
  },
});

export const deliberationMachine = machineSetup.createMachine({
  id: 'deliberation',
  context: ({ input }) => ({
    ...input,
    status: 'done',
    turns: [],
    outcome: null,
    completion: null,
    ca: null,
    failure: null,
  }),
  initial: 'opening',
  on: {
    // Whatever an actor throws ends the episode here, as data.
    'xstate.error.actor.*': {
      target: '.failed',
      actions: { type: 'noteFailure', params: ({ event }) => ({ error: event['error'] }) },
    },
  },
  states: {
    opening: { always: [{ guard: 'isSolo', target: 'completing' }, { target: 'speaking' }] },
    speaking: {
      initial: 'a',
      states: {
        a: {
          invoke: {
            src: 'speak',
            input: ({ context }) => ({ seat: 'A' as const, turns: context.turns }),
            onDone: { target: 'b', actions: { type: 'noteTurn', params: ({ event }) => ({ content: event.output }) } },
          },
        },
        b: {
          invoke: {
            src: 'speak',
            input: ({ context }) => ({ seat: 'B' as const, turns: context.turns }),
            onDone: {
              target: '#deliberation.judging',
              actions: { type: 'noteTurn', params: ({ event }) => ({ content: event.output }) },
            },
          },
        },
      },
    },
    judging: {
      invoke: {
        src: 'judgeAgreement',
        input: ({ context }) => ({ turns: context.turns }),
        onDone: [
          {
            guard: { type: 'saidYes', params: ({ event }) => ({ verdict: event.output }) },
            target: 'completing',
            actions: { type: 'noteOutcome', params: { outcome: 'agreed' } },
          },
          { guard: 'hasRoundsLeft', target: 'speaking' },
          {
            guard: 'isTraining',
            target: 'deadlocked',
            actions: { type: 'noteOutcome', params: { outcome: 'deadlocked' } },
          },
          { target: 'completing', actions: { type: 'noteOutcome', params: { outcome: 'deadlocked' } } },
        ],
      },
    },
    completing: {
      invoke: {
        src: 'writeCompletion',
        input: ({ context }) => ({ turns: context.turns, outcome: context.outcome }),
        onDone: {
          target: 'scoring',
          actions: { type: 'noteCompletion', params: ({ event }) => ({ completion: event.output }) },
        },
      },
    },
    scoring: {
      invoke: {
        src: 'scoreCompletion',
        input: ({ context }) => ({ completion: context.completion ?? '' }),
        onDone: { target: 'settled', actions: { type: 'noteScore', params: ({ event }) => event.output } },
      },
    },
    settled: {
      always: [
        { guard: 'isSolo', target: 'answered' },
        { guard: 'hasAgreed', target: 'agreed' },
        { target: 'deadlocked' },
      ],
    },
    agreed: { type: 'final' },
    deadlocked: { type: 'final' },
    /** The end of a solo episode: nothing was negotiated. */
    answered: { type: 'final' },
    failed: { type: 'final' },
  },
  output: ({ context: { status, turns, outcome, completion, ca, stakeholders, failure } }) => ({
    status,
    outcome: status === 'failed' ? null : outcome,
    rounds: Math.ceil(turns.length / 2),
    completion,
    ca,
    ...(stakeholders === undefined ? {} : { stakeholders }),
    failure,
  }),
});
