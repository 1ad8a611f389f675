/** Plays the film: by step at a reader's pace, or in recorded time. */
import { useEffect, useState } from 'preact/hooks';
import { type Beat, type FilmPosition, lastStep, nextVerdict, positionAt, timeOf } from './timeline.js';

export type Pace = 'step' | 'recorded';
export const speeds = [0.1, 0.5, 1, 4, 16] as const;

const msPerStep = 1200;

export interface Playback extends FilmPosition {
  /** On the episode's own clock. */
  ms: number;
  pace: Pace;
  speed: number;
  playing: boolean;
  toggle(): void;
  /** Goes to a step and stops there. */
  seek(step: number): void;
  /** So many steps on, or back, and stops there. */
  move(by: number): void;
  seekMs(ms: number): void;
  toVerdict(): void;
  setPace(pace: Pace): void;
  setSpeed(speed: number): void;
}

interface State extends FilmPosition {
  ms: number;
  playing: boolean;
}

/** The state after `elapsed` real milliseconds of playing. */
export function advance(beats: readonly Beat[], now: State, elapsed: number, pace: Pace, speed: number): State {
  const last = lastStep(beats);
  if (pace === 'recorded') {
    const ms = now.ms + elapsed * speed;
    const position = positionAt(beats, ms);
    return { ...position, ms, playing: position.step < last };
  }
  const part = now.fraction + (elapsed * speed) / msPerStep;
  if (part < 1) return { ...now, fraction: part };
  const step = Math.min(last, now.step + 1);
  return { step, fraction: step === last ? 1 : 0, ms: timeOf(beats, step), playing: step < last };
}

export function usePlayback(beats: readonly Beat[], firstStep: number): Playback {
  const last = lastStep(beats);
  const [state, setState] = useState<State>(() => ({
    step: firstStep,
    fraction: 1,
    ms: timeOf(beats, firstStep),
    playing: false,
  }));
  const [pace, setPace] = useState<Pace>('step');
  const [speed, setSpeed] = useState<number>(1);
  useEffect(() => {
    if (!state.playing) return undefined;
    let frame = 0;
    let before = performance.now();
    const tick = (time: number) => {
      const elapsed = time - before;
      before = time;
      setState((now) => (now.playing ? advance(beats, now, elapsed, pace, speed) : now));
      frame = requestAnimationFrame(tick);
    };
    frame = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(frame);
  }, [state.playing, pace, speed, beats]);

  const still = (step: number): State => {
    const to = Math.max(0, Math.min(last, step));
    return { step: to, fraction: 1, ms: timeOf(beats, to), playing: false };
  };
  return {
    ...state,
    pace,
    speed,
    toggle: () =>
      setState((now) =>
        now.step >= last && !now.playing
          ? { step: 0, fraction: 1, ms: 0, playing: beats.length > 0 }
          : { ...now, playing: !now.playing },
      ),
    seek: (step) => setState(still(step)),
    move: (by) => setState((now) => still(now.step + by)),
    seekMs: (ms) => setState({ ...positionAt(beats, ms), ms, playing: false }),
    toVerdict: () => setState((now) => still(nextVerdict(beats, now.step))),
    setPace,
    setSpeed,
  };
}
