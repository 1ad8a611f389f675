/** The bar at the foot of an episode: its calls on one line, where the film stands, and the machine's state. */
import type { EpisodeAnswer } from '../../../api.js';
import { duration, words } from '../../format.js';
import { percentOf } from '../../scales.js';
import { StateDiagram } from './state-diagram.js';
import { type Beat, lastStep, type MachineState, stateAt } from './timeline.js';
import { type Playback, speeds } from './use-playback.js';

interface Props {
  answer: EpisodeAnswer;
  beats: readonly Beat[];
  playback: Playback;
  final: MachineState;
}

export function Scrubber({ answer, beats, playback, final }: Props) {
  const state = stateAt(beats, playback.step, final);
  const before = stateAt(beats, playback.step - 1, final);
  if (beats.length === 0) return null;
  return (
    <section class="scrubber" aria-label="Playback">
      <div class="scrubber-inner">
        <div class="film">
          <Track
            beats={beats}
            playback={playback}
            duration={answer.duration_ms}
            text={positionText(playback, beats, state, final)}
          />
          <Controls beats={beats} playback={playback} />
          <p class="where small">
            <strong>{words(state).replace('speaking.a', 'A speaks').replace('speaking.b', 'B speaks')}</strong>{' '}
            <span class="soft">{placeText(playback, beats, answer.duration_ms)}</span>
          </p>
        </div>
        <StateDiagram protocol={answer.protocol} mode={answer.mode} state={state} before={before} />
      </div>
    </section>
  );
}

function placeText({ pace, step, ms }: Playback, beats: readonly Beat[], length: number): string {
  if (pace === 'recorded') return `${duration(Math.min(ms, length))} of ${duration(length)}`;
  return step >= lastStep(beats) ? `all ${beats.length} calls` : `call ${step} of ${beats.length}`;
}

function positionText({ step }: Playback, beats: readonly Beat[], state: MachineState, final: MachineState): string {
  if (step >= lastStep(beats)) return `End: ${final}`;
  const round = beats[step - 1]?.round ?? 0;
  return `Call ${step} of ${beats.length}, ${words(state)}${round > 0 ? `, round ${round}` : ''}`;
}

function Track({
  beats,
  playback,
  duration: length,
  text,
}: {
  beats: readonly Beat[];
  playback: Playback;
  duration: number;
  text: string;
}) {
  const recorded = playback.pace === 'recorded';
  const end = recorded ? Math.max(1, length) : lastStep(beats);
  const from = (beat: Beat, index: number) => (recorded ? beat.startedMs : index);
  const to = (beat: Beat, index: number) => (recorded ? beat.endedMs : index + 1);
  const value = recorded ? playback.ms : playback.step - 1 + playback.fraction;
  const seek = (at: number) => (recorded ? playback.seekMs(at) : playback.seek(Math.round(at)));
  return (
    <div class="film-track">
      <div class="beats" aria-hidden="true">
        {beats.map((beat, index) => (
          <i
            key={beat.callId}
            class={beat.state.replace('.', '-')}
            style={{
              insetInlineStart: percentOf(from(beat, index), 0, end),
              width: percentOf(to(beat, index) - from(beat, index), 0, end),
            }}
          />
        ))}
        <b style={{ insetInlineStart: percentOf(Math.max(0, value), 0, end) }} />
      </div>
      <input
        type="range"
        min={0}
        max={end}
        step={recorded ? Math.max(1, Math.round(length / 500)) : 1}
        value={recorded ? playback.ms : playback.step}
        aria-label="Position in the episode"
        aria-valuetext={text}
        onInput={(event) => seek(Number(event.currentTarget.value))}
      />
    </div>
  );
}

function Controls({ beats, playback }: { beats: readonly Beat[]; playback: Playback }) {
  const { step, playing, pace, speed } = playback;
  const last = lastStep(beats);
  return (
    <div class="controls">
      <button type="button" class="play" onClick={playback.toggle}>
        {playing ? 'Pause' : 'Play'}
      </button>
      <button type="button" onClick={() => playback.move(-1)} disabled={step <= 0}>
        Back
      </button>
      <button type="button" onClick={() => playback.move(1)} disabled={step >= last}>
        Step
      </button>
      <button type="button" onClick={playback.toVerdict} title="On to the next verdict" disabled={step >= last}>
        Verdict
      </button>
      <label>
        <span class="sr">Pace</span>
        <select
          value={pace}
          onChange={(event) => playback.setPace(event.currentTarget.value === 'recorded' ? 'recorded' : 'step')}
        >
          <option value="step">by step</option>
          <option value="recorded">as recorded</option>
        </select>
      </label>
      <label class="speed">
        <span class="sr">Speed</span>
        <select value={String(speed)} onChange={(event) => playback.setSpeed(Number(event.currentTarget.value))}>
          {speeds.map((value) => (
            <option key={value} value={String(value)}>
              {value} ×
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
