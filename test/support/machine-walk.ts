/** Drives the pure deliberation machine: no actor runs, each answer is the event that its actor would send. */
import { initialTransition, transition } from 'xstate';
import { type DeliberationInput, deliberationMachine } from '../../src/deliberation/machine.js';

/** What an actor comes back with. */
export type Answer = { output: unknown } | { error: unknown };

export interface Asked {
  actor: string;
  input: unknown;
}

export interface Standing {
  /** Such as `speaking.a`. */
  state: string;
  /** The actors started on the way here, with what they were told. */
  asked: Asked[];
  snapshot: ReturnType<typeof initialTransition<typeof deliberationMachine>>[0];
}

export function begin(input: DeliberationInput): Standing {
  return standing(initialTransition(deliberationMachine, input));
}

/** The one actor of this state answers. */
export function answer({ state, snapshot }: Standing, given: Answer): Standing {
  const actorId = `0.deliberation.${state}`;
  const kind = 'output' in given ? 'done' : 'error';
  // Actors' events are no part of the machine's public event type.
  const event = { type: `xstate.${kind}.actor.${actorId}`, actorId, ...given } as never;
  return standing(transition(deliberationMachine, snapshot, event));
}

export function answerAll(from: Standing, answers: readonly Answer[]): Standing {
  return answers.reduce(answer, from);
}

function standing([snapshot, actions]: ReturnType<typeof initialTransition<typeof deliberationMachine>>): Standing {
  const asked = actions.flatMap(({ type, params }) => {
    if (type !== 'xstate.spawnChild') return [];
    const { src, input } = params as { src: string; input?: unknown };
    return [{ actor: src, input }];
  });
  return { state: nameOf(snapshot.value), asked, snapshot };
}

function nameOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return Object.entries(value as object)
    .map(([parent, child]) => `${parent}.${nameOf(child)}`)
    .join();
}

const verdict = (value: 0 | 1) => ({
  output: { kind: 'agreement', round: 1, value, detail: { agreed: value === 1, reason: '' }, parseOk: true },
});
export const yes: Answer = verdict(1);
export const no: Answer = verdict(0);
export const says = (content: string): Answer => ({ output: content });
/** Both speak. */
export const round: readonly Answer[] = [says('a'), says('b')];
export const fails = (error: unknown): Answer => ({ error });

export const scores = { knowledge: 1, benevolence: 2, power: 3, vitality: 4, overall: 5 };
export const scored: Answer = { output: { ca: scores, failure: null } };
