import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gradableEpisodes, gradeEpisodes, gradingOf, repeatedScores } from '../../src/assess/index.js';
import { deriveSeed, resolveConfig, seededRandom } from '../../src/domain/index.js';
import { connectScorers } from '../../src/judging/index.js';
import { studyWeighting } from '../../src/report/index.js';
import { emptyFolder } from '../support/cli.js';
import { playStored } from '../support/played-runs.js';
import { judgedScore, judgedYes, roleOf, scriptedModel } from '../support/scripted-model.js';

const known = { weight: 0.75, weightSd: 0.15, scoreSd: 0.1, utilitySd: 0.05 };

function normals(seed: number): () => number {
  const random = seededRandom(deriveSeed('normal', seed));
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Writes answers that say how well they serve A and B, and judges them with noise that hangs on the seed alone. */
const simulated = scriptedModel((request) => {
  const role = roleOf(request);
  const text = request.messages.map(({ content }) => content).join('\n');
  if (role === 'Joint answer') {
    const random = seededRandom(request.seed);
    return `It gives A ${(1 + 3 * random()).toFixed(3)} and B ${(1 + 3 * random()).toFixed(3)}.`;
  }
  if (role === 'Agreement judge') return judgedYes;
  if (role === 'Stakeholder weigher') {
    const roles = text.match(/"stance":/g) ?? [];
    return JSON.stringify({ importance: roles.map(() => 5), rationale: 'alike' });
  }
  const [, a = '0', b = '0'] = /gives A (\d\.\d+) and B (\d\.\d+)/.exec(text) ?? [];
  const draw = normals(request.seed);
  const within = (value: number) => Math.max(0, Math.min(5, value));
  if (role === 'Stakeholder judge') {
    const own = text.includes('"name":"bold"') ? Number(a) : Number(b);
    return JSON.stringify({ utility: within(own + known.utilitySd * draw()), rationale: 'by rule' });
  }
  if (role !== 'Collective Agency scorer') return 'Let us see.';
  const weight = known.weight + known.weightSd * draw();
  return judgedScore(within(weight * Number(a) + (1 - weight) * Number(b) + known.scoreSd * draw()));
}, 'simulated');

test('a simulated judge, asked through the store, gives back its weights and its noise', async () => {
  const input = { groups: 20, group_size: 4, scorer_method: 'decomposed', max_rounds: 1 } as const;
  const models = { policy: simulated, opponent: simulated, judge: simulated, scorer: simulated };
  const { store, run } = await playStored(join(emptyFolder(), 'runs.db'), input, models);
  const episodes = gradableEpisodes(store, run);
  const { config } = resolveConfig({ scorer: { model: 'rehearsal', samples: 6 }, scorer_method: 'decomposed' });
  const { grades } = await gradeEpisodes({
    ...{ store, episodes, concurrency: 16 },
    grading: gradingOf(run, config.roles.scorer, [simulated], 0),
    graders: connectScorers(config.roles.scorer, simulated, config),
  });
  const study = studyWeighting(
    episodes.flatMap(({ groupId, weights, number }, index) => {
      const grade = grades[index];
      if (grade == null || weights === null) return [];
      return [{ episode: String(number), group: groupId, weights, ...repeatedScores(grade) }];
    }),
  );
  store.close();
  expect(study).toMatchObject({ completions: 80, repeats: 6, unread: 0 });
  expect(Math.abs((study.implicit.weight_a ?? 0) - known.weight)).toBeLessThan(0.05);
  expect(Math.abs((study.drift.weight_sd ?? 0) - known.weightSd)).toBeLessThan(0.04);
  expect(Math.abs((study.drift.score_sd ?? 0) - known.scoreSd)).toBeLessThan(0.04);
  expect(study.decomposed.variance).toBeLessThan((study.holistic.variance ?? 0) / 2);
});
