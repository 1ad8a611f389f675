/**
 * The interactive replay without its terminal: what a key does, and what the screen then shows. Pure.
 * Invariants: at least one scene is shown; nothing plays once all are; the status is always the last line of a screen.
 */
import stringWidth from 'string-width';
import { cutText, type Palette } from './terminal.js';

/** What the player has to know of a scene. */
export interface PlayedScene {
  lines: readonly string[];
  readingMs: number;
  isVerdict: boolean;
}

export interface PlayerState {
  /** Scenes shown, at least 1. */
  shown: number;
  playing: boolean;
  /** Lines between the end of what is shown and the foot of the screen; 0 while it plays. */
  scrolled: number;
  /** What the terminal is to do now; null: go on. */
  wants: 'quit' | 'next' | 'previous' | null;
}

export type PlayerKey = 'play' | 'step' | 'back' | 'verdict' | 'next' | 'previous' | 'up' | 'down' | 'quit';

/** Names as `node:readline` gives them to key presses. */
const keys = new Map<string, PlayerKey>(
  Object.entries({
    space: 'play',
    right: 'step',
    left: 'back',
    v: 'verdict',
    n: 'next',
    p: 'previous',
    up: 'up',
    down: 'down',
    q: 'quit',
    escape: 'quit',
  } as const),
);

/** Null where the key means nothing here. */
export function playerKey(name: string | undefined): PlayerKey | null {
  return keys.get(name ?? '') ?? null;
}

export function startPlayer(sceneCount: number): PlayerState {
  return { shown: 1, playing: sceneCount > 1, scrolled: 0, wants: null };
}

/** The time of a scene is over: the next one appears. */
export function sceneOver(state: PlayerState, sceneCount: number): PlayerState {
  return state.playing ? show(state, state.shown + 1, sceneCount, true) : state;
}

export function pressKey(state: PlayerState, key: PlayerKey, scenes: readonly PlayedScene[]): PlayerState {
  const count = scenes.length;
  switch (key) {
    case 'play':
      // At the end it begins anew.
      return state.shown >= count ? startPlayer(count) : { ...state, playing: !state.playing, scrolled: 0 };
    case 'step':
      return show(state, state.shown + 1, count, false);
    case 'back':
      return show(state, state.shown - 1, count, false);
    case 'verdict': {
      const next = scenes.findIndex(({ isVerdict }, index) => isVerdict && index >= state.shown);
      return show(state, next < 0 ? count : next + 1, count, false);
    }
    case 'up':
      return { ...state, playing: false, scrolled: state.scrolled + 1 };
    case 'down':
      return { ...state, scrolled: Math.max(0, state.scrolled - 1) };
    case 'next':
    case 'previous':
    case 'quit':
      return { ...state, wants: key };
  }
}

function show(state: PlayerState, shown: number, count: number, playing: boolean): PlayerState {
  const within = Math.max(1, Math.min(count, shown));
  return { ...state, shown: within, playing: playing && within < count, scrolled: 0 };
}

export interface ScreenSize {
  columns: number;
  rows: number;
}

/** Exactly `rows` lines: the end of what has been shown, and the status at the foot. */
export function screenOf(
  state: PlayerState,
  scenes: readonly PlayedScene[],
  title: string,
  { columns, rows }: ScreenSize,
  palette: Palette,
): string[] {
  const lines = scenes.slice(0, state.shown).flatMap((scene) => scene.lines);
  const room = Math.max(1, rows - 1);
  const end = Math.max(Math.min(room, lines.length), lines.length - state.scrolled);
  const visible = lines.slice(Math.max(0, end - room), end);
  const empty = Array.from({ length: room - visible.length }, () => '');
  return [...visible, ...empty, palette.inverse(statusLine(state, scenes.length, title, columns))];
}

/** Where it stands, and the keys; where there is no room for all of them, how to quit stays. */
export function statusLine({ shown, playing }: PlayerState, count: number, title: string, columns: number): string {
  const now = shown >= count ? 'end' : playing ? 'playing' : 'paused';
  const play = `space ${playing ? 'pause' : shown >= count ? 'again' : 'play'}`;
  const others = ['←→ step', 'v verdict', 'n/p group'];
  const lines = [3, 2, 1, 0].map((kept) =>
    [` ${title}`, `${now} ${shown}/${count}`, play, ...others.slice(0, kept), 'q quit'].join('  '),
  );
  const line = lines.find((candidate) => stringWidth(candidate) <= columns) ?? cutText(lines.at(-1) ?? '', columns);
  return line + ' '.repeat(Math.max(0, columns - stringWidth(line)));
}
