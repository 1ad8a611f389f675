import { expect, test } from 'vitest';
import { createRehearsalModel } from '../../src/chat/index.js';
import { type EpisodeResult, resolveConfig } from '../../src/domain/index.js';
import { createMemoryJournal, episodeSeed, playEpisode, scenariosFor, tableFor } from '../../src/run/index.js';

/** What a first `npm start` shows must look like what real runs show, or it would rehearse nothing. */
test('over the scenarios that ship, the rehearsal agrees about as often and as fast as real models, with spread in most groups', async () => {
  const { config } = resolveConfig({ groups: 60, group_size: 8, seed: 7 });
  const model = createRehearsalModel();
  const table = tableFor(config, { policy: model, opponent: model, judge: model, scorer: model });
  const groups: EpisodeResult[][] = [];
  for (const [ordinal, scenario] of scenariosFor(config).entries()) {
    const samples = Array.from({ length: config.group_size }, (_, sample) =>
      playEpisode(table, {
        scenario,
        seed: episodeSeed(config.seed, ordinal, sample),
        journal: createMemoryJournal(),
      }),
    );
    groups.push(await Promise.all(samples));
  }
  const episodes = groups.flat();
  expect(episodes.map(({ status }) => status)).toEqual(Array.from({ length: 480 }, () => 'done'));

  const agreed = episodes.filter(({ outcome }) => outcome === 'agreed');
  expect(agreed.length / episodes.length).toBeGreaterThanOrEqual(0.8);
  expect(agreed.length / episodes.length).toBeLessThanOrEqual(0.97);

  const rounds = agreed.reduce((sum, episode) => sum + episode.rounds, 0) / agreed.length;
  expect(rounds).toBeGreaterThanOrEqual(1.8);
  expect(rounds).toBeLessThanOrEqual(3.5);

  expect([...new Set(agreed.map(({ ca }) => ca?.overall))].sort()).toEqual([0, 1, 2, 3, 4, 5]);

  const spread = groups.filter((group) => new Set(group.map(({ reward }) => reward)).size > 1);
  expect(spread.length / groups.length).toBeGreaterThanOrEqual(0.6);
  expect(spread.length / groups.length).toBeLessThanOrEqual(0.9);
});
