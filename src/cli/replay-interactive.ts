/**
 * `entente replay` on a terminal: play, pause, step, jump. It uses the alternate screen and raw keys, and gives both back
 * on every way out: a key, the end of input, a signal, a failure.
 */
import { emitKeypressEvents, type Key } from 'node:readline';
import {
  type PlayedScene,
  type PlayerKey,
  playerKey,
  pressKey,
  sceneOver,
  screenOf,
  startPlayer,
} from './replay-player.js';
import { type Palette, widthOf } from './terminal.js';

/** One episode ready to be played; `scenes` are laid out anew when the width changes, but are always as many. */
export interface Playable {
  title: string;
  scenes(width: number): readonly PlayedScene[];
}

export interface InteractiveOptions {
  /** The first one, then what `next` and `previous` ask for; null where there is none that way. */
  episode: Playable;
  neighbour(of: Playable, way: 'next' | 'previous'): Playable | null;
  palette: Palette;
}

type Input = Pick<NodeJS.ReadStream, 'on' | 'off' | 'setRawMode' | 'resume' | 'pause'>;
type Output = Pick<NodeJS.WriteStream, 'on' | 'off' | 'write' | 'columns' | 'rows'>;

const enter = '\u001b[?1049h\u001b[?25l';
const leave = '\u001b[?25h\u001b[?1049l';
const home = '\u001b[H';
const clear = '\u001b[2J';
const nextLine = '\u001b[K\r\n';
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Can both be had: keys, and a screen to draw on? */
export function isInteractive(input: { isTTY?: boolean }, output: { isTTY?: boolean }): boolean {
  return input.isTTY === true && output.isTTY === true;
}

/** Plays until the user quits. What had been shown of the last episode stays on the terminal. */
export async function playInteractively(options: InteractiveOptions, input: Input, output: Output): Promise<void> {
  const restore = takeTerminal(input, output);
  try {
    const shown = await new Promise<readonly string[]>((resolve, reject) =>
      runStage(createStage(options, output), input, output, resolve, reject),
    );
    restore();
    output.write(`${shown.join('\n')}\n`);
  } finally {
    restore();
  }
}

/** Returns what gives the terminal back; calling it again does nothing. */
function takeTerminal(input: Input, output: Output): () => void {
  let taken = true;
  const restore = () => {
    if (!taken) return;
    taken = false;
    process.off('exit', restore);
    for (const signal of signals) process.off(signal, onSignal);
    input.setRawMode(false);
    input.pause();
    output.write(leave);
  };
  // The signal's own effect follows once the terminal is as it was.
  const onSignal = (signal: NodeJS.Signals) => {
    restore();
    process.kill(process.pid, signal);
  };
  process.on('exit', restore);
  for (const signal of signals) process.on(signal, onSignal);
  input.setRawMode(true);
  input.resume();
  output.write(enter);
  return restore;
}

interface Stage {
  press(key: PlayerKey): void;
  sceneOver(): void;
  /** Lays everything out again for the width there is now. */
  layOut(): void;
  draw(): void;
  /** Until the next scene; null while nothing plays. */
  waitMs(): number | null;
  hasEnded(): boolean;
  /** What has been shown so far. */
  lines(): readonly string[];
}

/** The episode that is on, and where it stands. */
function createStage({ episode: first, neighbour, palette }: InteractiveOptions, output: Output): Stage {
  let episode = first;
  let scenes = episode.scenes(widthOf(output));
  let state = startPlayer(scenes.length);
  const follow = (way: 'next' | 'previous') => {
    const next = neighbour(episode, way);
    state = { ...state, wants: null };
    if (next === null) return;
    episode = next;
    scenes = episode.scenes(widthOf(output));
    state = startPlayer(scenes.length);
  };
  return {
    press(key) {
      state = pressKey(state, key, scenes);
      if (state.wants === 'next' || state.wants === 'previous') follow(state.wants);
    },
    sceneOver() {
      state = sceneOver(state, scenes.length);
    },
    layOut() {
      scenes = episode.scenes(widthOf(output));
      output.write(clear);
    },
    draw() {
      const size = { columns: output.columns ?? 80, rows: output.rows ?? 24 };
      output.write(home + screenOf(state, scenes, episode.title, size, palette).join(nextLine));
    },
    waitMs: () => (state.playing ? (scenes[state.shown - 1]?.readingMs ?? 0) : null),
    hasEnded: () => state.wants === 'quit',
    lines: () => scenes.slice(0, state.shown).flatMap((scene) => scene.lines),
  };
}

/** Calls one of the last two once, when it is over; no listener and no timer is left then. */
function runStage(
  stage: Stage,
  input: Input,
  output: Output,
  resolve: (shown: readonly string[]) => void,
  reject: (error: unknown) => void,
): void {
  let timer: NodeJS.Timeout | undefined;
  const act = (change: () => void) => {
    try {
      clearTimeout(timer);
      change();
      if (stage.hasEnded()) return finish();
      stage.draw();
      const wait = stage.waitMs();
      if (wait !== null) timer = setTimeout(() => act(stage.sceneOver), wait);
    } catch (error) {
      stop();
      reject(error);
    }
  };
  const onKey = (_text: string | undefined, { ctrl, meta, name }: Key) => {
    // Raw keys come without their signals.
    if (ctrl === true && name === 'c') process.kill(process.pid, 'SIGINT');
    const pressed = ctrl === true || meta === true ? null : playerKey(name);
    if (pressed !== null) act(() => stage.press(pressed));
  };
  const onResize = () => act(stage.layOut);
  const stop = () => {
    clearTimeout(timer);
    input.off('keypress', onKey).off('end', finish);
    output.off('resize', onResize);
  };
  const finish = () => {
    stop();
    resolve(stage.lines());
  };
  emitKeypressEvents(input as NodeJS.ReadStream);
  input.on('keypress', onKey).on('end', finish);
  output.on('resize', onResize);
  act(() => {});
}
