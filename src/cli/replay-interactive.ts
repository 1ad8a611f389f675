/**
 * `entente replay` on a terminal: play, pause, step, jump. It uses the alternate screen and raw keys, and gives both back
 * on every way out: a key, the end of input, a signal, a failure.
 */
import { emitKeypressEvents, type Key } from 'node:readline';
import {
  type PlayedScene,
  type PlayerState,
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
      runPlayer(options, input, output, resolve, reject),
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

function runPlayer(
  { episode: first, neighbour, palette }: InteractiveOptions,
  input: Input,
  output: Output,
  resolve: (shown: readonly string[]) => void,
  reject: (error: unknown) => void,
): void {
  let episode = first;
  let scenes = episode.scenes(widthOf(output));
  let state = startPlayer(scenes.length);
  let timer: NodeJS.Timeout | undefined;

  /** A failure anywhere in here ends the playing; it must not leave a raw terminal behind. */
  const guarded =
    <A extends unknown[]>(act: (...args: A) => void) =>
    (...args: A) => {
      try {
        act(...args);
      } catch (error) {
        stop();
        reject(error);
      }
    };
  const become = (next: PlayerState) => {
    state = next;
    clearTimeout(timer);
    if (state.wants === 'quit') return finish();
    if (state.wants !== null) open(neighbour(episode, state.wants) ?? null);
    const size = { columns: output.columns ?? 80, rows: output.rows ?? 24 };
    output.write(`\u001b[H${screenOf(state, scenes, episode.title, size, palette).join('\u001b[K\r\n')}`);
    if (state.playing) timer = setTimeout(onTime, scenes[state.shown - 1]?.readingMs ?? 0);
  };
  const open = (next: Playable | null) => {
    state = { ...state, wants: null };
    if (next === null) return;
    episode = next;
    scenes = episode.scenes(widthOf(output));
    state = startPlayer(scenes.length);
  };
  const onTime = guarded(() => become(sceneOver(state, scenes.length)));
  const onKey = guarded((_text: string | undefined, key: Key) => {
    if (key.ctrl === true && key.name === 'c') {
      process.kill(process.pid, 'SIGINT');
      return;
    }
    const pressed = key.ctrl === true || key.meta === true ? null : playerKey(key.name);
    if (pressed !== null) become(pressKey(state, pressed, scenes));
  });
  const onResize = guarded(() => {
    scenes = episode.scenes(widthOf(output));
    output.write('\u001b[2J');
    become(state);
  });
  const stop = () => {
    clearTimeout(timer);
    input.off('keypress', onKey).off('end', finish);
    output.off('resize', onResize);
  };
  const finish = () => {
    stop();
    resolve(scenes.slice(0, state.shown).flatMap(({ lines }) => lines));
  };
  emitKeypressEvents(input as NodeJS.ReadStream);
  input.on('keypress', onKey).on('end', finish);
  output.on('resize', onResize);
  guarded(() => become(state))();
}
