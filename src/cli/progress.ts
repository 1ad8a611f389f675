/** Progress of a run on stderr: one block redrawn in place on a terminal, else a plain line every ten seconds. */
import { createLogUpdate } from 'log-update';
import type { Budget, Connections } from '../chat/index.js';
import { type EpisodeResult, everyRole, type RunConfig } from '../domain/index.js';
import type { RunObserver } from '../run/index.js';
import type { RunRecord } from '../store/index.js';
import { decimal, dollars, duration, percent, plural, quantity } from './format.js';
import { cutText, type Palette, paletteFor, widthOf } from './terminal.js';

/** Running totals, fed by the run. */
interface Tally {
  finished: number;
  inFlight: number;
  agreed: number;
  deadlocked: number;
  failed: number;
  rounds: number;
  scores: number;
  scoreSum: number;
  scoreSquares: number;
}

export interface Progress {
  observer: RunObserver;
  start(): void;
  /** Adds a line for people: to the block, or on its own. */
  announce(line: string): void;
  /** Clears the block. */
  stop(): void;
}

export interface ProgressOptions {
  run: RunRecord;
  /** Episodes in all, and those finished before (a resumed run). */
  episodes: number;
  before: number;
  budget: Budget;
  /** Failed tries that were followed by another, by cause; counted while the run plays. */
  retries: ReadonlyMap<string, number>;
  pressure: Connections['pressure'];
}

const redrawMs = 100;
const plainMs = 10_000;

export function createProgress({ run, episodes, before, budget, retries, pressure }: ProgressOptions): Progress {
  const stream = process.stderr;
  const palette = paletteFor(stream);
  const tally: Tally = {
    finished: 0,
    inFlight: 0,
    agreed: 0,
    deadlocked: 0,
    failed: 0,
    rounds: 0,
    scores: 0,
    scoreSum: 0,
    scoreSquares: 0,
  };
  const update = createLogUpdate(stream);
  const head = headLines(run, episodes, palette);
  const spentBefore = budget.spent().tokens;
  let started = 0;
  const announced: string[] = [];
  let timer: NodeJS.Timeout | undefined;

  function body(): string[] {
    const elapsed = performance.now() - started;
    return bodyLines(
      {
        tally,
        elapsed,
        episodes,
        before,
        budget,
        retries,
        pressure: pressure(),
        tokens: budget.spent().tokens - spentBefore,
        config: run.config,
      },
      palette,
    );
  }

  return {
    observer: {
      episodeStarted: () => void tally.inFlight++,
      episodeFinished: (_episode, result) => count(tally, result),
    },
    start: () => {
      started = performance.now();
      const redraw = () =>
        update([...head, '', ...body(), ...announced].map((line) => cutText(line, widthOf(stream) - 1)).join('\n'));
      const plain = () =>
        stream.write(
          `${body()
            .map((line) => line.trim())
            .join(' · ')}\n`,
        );
      if (!stream.isTTY) stream.write(`${head.join('\n')}\n`);
      timer = setInterval(stream.isTTY ? redraw : plain, stream.isTTY ? redrawMs : plainMs);
    },
    announce: (line) => {
      if (stream.isTTY) announced.push('', line);
      else stream.write(`${line}\n`);
    },
    stop: () => {
      clearInterval(timer);
      if (stream.isTTY) update.clear();
    },
  };
}

function count(tally: Tally, { status, outcome, rounds, ca }: EpisodeResult): void {
  tally.inFlight--;
  tally.finished++;
  if (status === 'failed') tally.failed++;
  if (outcome === 'deadlocked') tally.deadlocked++;
  if (outcome === 'agreed') {
    tally.agreed++;
    tally.rounds += rounds;
  }
  if (ca !== null) {
    tally.scores++;
    tally.scoreSum += ca.overall;
    tally.scoreSquares += ca.overall ** 2;
  }
}

export function headLines({ name, config }: RunRecord, episodes: number, palette: Palette): string[] {
  const { protocol, mode, groups, group_size, seed, roles } = config;
  const shown = (spec: string) => spec.replace(/@https?:\/\//, ' @ ').replace(/\/v1\/?$/, '');
  const named = [...new Set(Object.values(everyRole(roles)).map(({ model }) => model))];
  const models =
    named.length === 1
      ? `all roles ${shown(named[0] ?? '')}`
      : Object.entries(everyRole(roles))
          .map(([role, { model }]) => `${role} ${shown(model)}`)
          .join('   ');
  const size =
    episodes === groups * group_size ? `${plural(groups, 'scenario')} × ${group_size}` : plural(episodes, 'episode');
  return [`${palette.bold(name)}  ${protocol} · ${mode} · ${size} · seed ${seed}`, palette.dim(models)];
}

interface Moment {
  tally: Tally;
  /** Milliseconds. */
  elapsed: number;
  episodes: number;
  before: number;
  budget: Budget;
  retries: ReadonlyMap<string, number>;
  pressure: ReturnType<Connections['pressure']>;
  /** Spent since this process began. */
  tokens: number;
  config: RunConfig;
}

function bodyLines(
  { tally, elapsed, episodes, before, budget, retries, pressure, tokens, config }: Moment,
  palette: Palette,
): string[] {
  const done = before + tally.finished;
  const filled = Math.round((36 * done) / Math.max(1, episodes));
  const bar = `${palette.blue('█'.repeat(filled))}${palette.dim('░'.repeat(36 - filled))}`;
  const eta = tally.finished === 0 ? '' : `   ETA ${duration((elapsed / tally.finished) * (episodes - done))}`;
  const mean = tally.scores === 0 ? null : tally.scoreSum / tally.scores;
  const sd = mean === null ? null : Math.sqrt(Math.max(0, tally.scoreSquares / tally.scores - mean ** 2));
  const settled = tally.agreed + tally.deadlocked;
  const { usd } = budget.spent();
  const cost =
    config.max_usd !== null ? `   ${dollars(usd)} of ${dollars(config.max_usd)}` : usd > 0 ? `   ${dollars(usd)}` : '';
  const retried = [...retries].map(([cause, times]) => `${times} × ${cause}`).join(', ');
  return [
    ` ${bar}  ${done}/${episodes} episodes   ${tally.inFlight} in flight${eta}`,
    ` agreed ${tally.agreed} (${percent(settled === 0 ? null : tally.agreed / settled)})   deadlocked ${tally.deadlocked}   failed ${tally.failed}   rounds ${decimal(tally.agreed === 0 ? null : tally.rounds / tally.agreed)}   CA ${decimal(mean)} ± ${decimal(sd)}`,
    ` ${quantity(tokens / Math.max(0.001, elapsed / 1000))} tok/s   ${quantity(tokens)} tokens${cost}${retried === '' ? '' : `   retries ${retried}`}${pressureText(pressure)}`,
  ];
}

/** How many calls the servers get at a time, of how many they may. */
function pressureText(pressure: ReturnType<Connections['pressure']>): string {
  if (pressure === null) return '';
  const away = pressure.away === 0 ? '' : ` (${plural(pressure.away, 'server')} away)`;
  return `   limit ${pressure.current}/${pressure.ceiling}${away}`;
}
