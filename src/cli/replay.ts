/** `entente replay EPISODE`: plays a dialogue back in the terminal, like a play. */
import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Scenario } from '../domain/index.js';
import { EntenteError } from '../errors.js';
import { groupAdvantages } from '../reward/index.js';
import {
  type EpisodeDetail,
  type FailedCallRow,
  openStore,
  type RunRecord,
  type Store,
  type TurnRow,
  type VerdictRow,
} from '../store/index.js';
import { episodePage } from '../viewer/index.js';
import { dbOption } from './options.js';
import { remark, say, sayJson } from './output.js';
import { findEpisode } from './references.js';
import { type InteractiveOptions, isInteractive, type Playable, playInteractively } from './replay-interactive.js';
import { type Scene, type SceneOptions, scenes } from './replay-text.js';
import { paletteFor, widthOf } from './terminal.js';

/** An episode with all that was said and judged. */
export interface StoredEpisode {
  run: RunRecord;
  episode: EpisodeDetail;
  scenario: Scenario;
  turns: TurnRow[];
  verdicts: VerdictRow[];
  failedCalls: FailedCallRow[];
  /** Null where the reward is. */
  advantage: number | null;
}

interface ReplayFlags {
  db: string;
  json?: boolean;
  tokens?: boolean;
  instant?: boolean;
  html?: string;
}

export function addReplay(program: Command): void {
  program
    .command('replay')
    .description('play a dialogue back')
    .argument('<episode>', 'RUN/NUMBER, or an episode id')
    .option('--tokens', 'show token ids and log-probabilities of each turn')
    .option('--instant', 'do not wait between speeches')
    .option('--html <file>', 'write it as one self-contained page')
    .addOption(dbOption())
    .option('--json', 'print one JSON document')
    .action(async (reference: string, flags: ReplayFlags) => {
      const store = openStore(flags.db, { mode: 'read' });
      try {
        if (flags.html !== undefined) return await writePage(store, reference, flags.html);
        const stored = readEpisode(store, reference);
        if (flags.json) return sayJson(episodeJson(stored, flags.tokens ?? false));
        const options = { palette: paletteFor(process.stdout), tokens: flags.tokens ?? false };
        const paced = !flags.instant && process.stdout.isTTY === true;
        if (paced && isInteractive(process.stdin, process.stdout)) {
          return await playInteractively(playables(store, stored, options), process.stdin, process.stdout);
        }
        await perform(scenes(stored, { ...options, width: widthOf(process.stdout) }), paced);
      } finally {
        store.close();
      }
    });
}

/** The episode asked for, and the way from one to the next of its group. */
function playables(store: Store, first: StoredEpisode, options: Omit<SceneOptions, 'width'>): InteractiveOptions {
  const { run } = first;
  const group = store.episodes(run.runId).filter(({ group_id }) => group_id === first.episode.group_id);
  const references = group.map(({ number }) => `${run.name}/${number}`);
  const playable = (stored: StoredEpisode): Playable => ({
    title: `${run.name}/${stored.episode.number}`,
    scenes: (width) => scenes(stored, { ...options, width }),
  });
  return {
    episode: playable(first),
    neighbour(of, way) {
      const reference = references[references.indexOf(of.title) + (way === 'next' ? 1 : -1)];
      return reference === undefined ? null : playable(readEpisode(store, reference));
    },
    palette: options.palette,
  };
}

async function writePage(store: Store, reference: string, file: string): Promise<void> {
  const { run, episode } = findEpisode(store, reference);
  const page = await episodePage(store, run, episode.episode_id);
  try {
    writeFileSync(file, page);
  } catch (error) {
    throw new EntenteError('usage', `${file}: cannot be written (${(error as NodeJS.ErrnoException).code}).`);
  }
  remark(`wrote ${file}`);
}

function readEpisode(store: Store, reference: string): StoredEpisode {
  const { run, episode } = findEpisode(store, reference);
  const group = store.episodesOfGroup(episode.group_id);
  const advantages = groupAdvantages(group.map(({ reward }) => reward));
  return {
    run,
    episode,
    scenario: store.scenario(episode.group_id),
    turns: store.turns(episode.episode_id),
    verdicts: store.verdicts(episode.episode_id),
    failedCalls: store.failedCalls(episode.episode_id),
    advantage: advantages[group.findIndex(({ episode_id }) => episode_id === episode.episode_id)] ?? null,
  };
}

/** At a reader's pace on a terminal; all at once in a pipe. */
async function perform(play: readonly Scene[], paced: boolean): Promise<void> {
  for (const { lines, readingMs } of play) {
    say(...lines);
    if (paced) await delay(readingMs);
  }
}

function episodeJson(
  { run, episode, scenario, turns, verdicts, failedCalls, advantage }: StoredEpisode,
  withTokens: boolean,
) {
  return {
    ...episode,
    run_id: run.runId,
    run: run.name,
    notice: run.notice,
    advantage,
    dilemma: scenario.dilemma,
    pair: scenario.pair,
    swapped: scenario.swapped,
    turns: turns.map(({ tokens, ...turn }) => ({
      ...turn,
      ...(withTokens && tokens !== null
        ? {
            prompt_ids: tokens.promptIds === null ? null : [...tokens.promptIds],
            reply_ids: [...tokens.replyIds],
            logprobs: tokens.logprobs === null ? null : [...tokens.logprobs],
          }
        : {}),
    })),
    verdicts,
    failed_calls: failedCalls,
  };
}
