/**
 * An episode as a film: one beat per call, in the order in which they were made. Step 0 is before the first beat, step k shows
 * the first k beats, and the step after the last beat is the end, where the outcome is known. Pure.
 */
import type { CallLine, EpisodeAnswer } from '../../../api.js';

export type MachineState =
  | 'opening'
  | 'speaking.a'
  | 'speaking.b'
  | 'judging'
  | 'completing'
  | 'scoring'
  | 'agreed'
  | 'deadlocked'
  | 'answered'
  | 'failed'
  | 'unfinished';

export interface Beat {
  callId: string;
  state: MachineState;
  round: number;
  startedMs: number;
  endedMs: number;
}

/** Where the film stands: in which step, and how much of that step's beat has been heard, 0 to 1. */
export interface FilmPosition {
  step: number;
  fraction: number;
}

/** The machine's state while a call was under way. */
export function stateOfCall({ kind, seat }: Pick<CallLine, 'kind' | 'seat'>): MachineState {
  if (kind === 'speak') return seat === 'B' ? 'speaking.b' : 'speaking.a';
  if (kind === 'completion') return 'completing';
  return kind.startsWith('agreement') ? 'judging' : 'scoring';
}

export function beatsOf(calls: readonly CallLine[]): Beat[] {
  return calls.map((call) => ({
    callId: call.call_id,
    state: stateOfCall(call),
    round: call.round,
    startedMs: call.started_ms,
    endedMs: call.ended_ms,
  }));
}

export function finalState({ episode, protocol }: Pick<EpisodeAnswer, 'episode' | 'protocol'>): MachineState {
  if (episode.status === 'failed') return 'failed';
  if (episode.status !== 'done') return 'unfinished';
  return episode.outcome ?? (protocol === 'solo' ? 'answered' : 'unfinished');
}

export function lastStep(beats: readonly Beat[]): number {
  return beats.length + 1;
}

/** The position at a time of the episode's own clock. */
export function positionAt(beats: readonly Beat[], ms: number): FilmPosition {
  const last = beats.at(-1);
  if (last === undefined || ms >= last.endedMs) return { step: lastStep(beats), fraction: 1 };
  const index = beats.findLastIndex(({ startedMs }) => startedMs <= ms);
  const beat = beats[index];
  if (beat === undefined) return { step: 0, fraction: 1 };
  const length = beat.endedMs - beat.startedMs;
  return { step: index + 1, fraction: length <= 0 ? 1 : Math.min(1, (ms - beat.startedMs) / length) };
}

/** The time at which a step has been heard in full. */
export function timeOf(beats: readonly Beat[], step: number): number {
  if (step <= 0) return 0;
  return (beats[Math.min(step, beats.length) - 1] ?? beats.at(-1))?.endedMs ?? 0;
}

export function stateAt(beats: readonly Beat[], step: number, final: MachineState): MachineState {
  if (step <= 0) return 'opening';
  return beats[step - 1]?.state ?? final;
}

/** The next step that is a verdict, or the end. */
export function nextVerdict(beats: readonly Beat[], step: number): number {
  const index = beats.findIndex(({ state }, at) => at >= step && state === 'judging');
  return index < 0 ? lastStep(beats) : index + 1;
}

/** How much of a call has been heard, 0 to 1; a call that is no beat of this film counts as heard. */
export function heard(beats: readonly Beat[], { step, fraction }: FilmPosition, callId: string): number {
  const index = beats.findIndex((beat) => beat.callId === callId);
  if (index < 0 || index < step - 1) return 1;
  return index === step - 1 ? fraction : 0;
}

/** A step from an address; the end where there is none, or none that could be. */
export function stepFrom(text: string | undefined, last: number): number {
  if (text === undefined || !/^\d{1,6}$/.test(text)) return last;
  return Math.min(last, Number(text));
}
