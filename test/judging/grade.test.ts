import { describe, expect, test } from 'vitest';
import { deriveSeed, type RunConfigInput, resolveConfig } from '../../src/domain/index.js';
import { type Asking, askingAfresh, connectScorers, gradeCompletion } from '../../src/judging/index.js';
import { judgedScore, roleOf, scriptedModel } from '../support/scripted-model.js';
import { listener, measurer } from '../support/small-scenario.js';

const subject = { dilemma: 'Who rows?', personas: { A: measurer, B: listener }, completion: 'Both row, in turns.' };
const keepFor = (kind: string) =>
  askingAfresh(({ sample, repair }: Asking) => deriveSeed(kind, sample, Number(repair)));
const judgedUtility = (utility: number) => JSON.stringify({ utility, rationale: 'r' });

async function grade(input: RunConfigInput, utilities: readonly string[] = [judgedUtility(4), judgedUtility(1)]) {
  let asked = 0;
  const model = scriptedModel((request) =>
    roleOf(request) === 'Stakeholder judge' ? (utilities[asked++] ?? '?') : judgedScore(3),
  );
  const { config } = resolveConfig(input);
  const scorers = connectScorers(config.roles.scorer, model, config);
  return { model, scorers, grade: await gradeCompletion(scorers, subject, keepFor) };
}

describe('a completion outside of a run', () => {
  test('is graded holistically by one call', async () => {
    const { model, grade: graded, scorers } = await grade({});
    expect(graded).toMatchObject({ ca: { overall: 3, power: 3 }, utilities: null });
    expect(model.requests).toHaveLength(1);
    expect(scorers.weigher).toBeNull();
  });

  test('is graded by decomposition side by side with the holistic score', async () => {
    const { grade: graded } = await grade({ scorer_method: 'decomposed' });
    expect(graded).toMatchObject({ ca: { overall: 3 }, utilities: { A: 4, B: 1 } });
    expect(graded.verdicts.map(({ kind }) => kind)).toEqual(['ca', 'utility.A', 'utility.B']);
  });

  test('is graded by decomposition alone where that is asked for', async () => {
    const { model, grade: graded } = await grade({ scorer_method: 'decomposed', also_holistic: false });
    expect(graded).toMatchObject({ ca: null, utilities: { A: 4, B: 1 } });
    expect(new Set(model.requests.map(roleOf))).toEqual(new Set(['Stakeholder judge']));
  });

  test('is shown to each stakeholder’s judge with this one side alone', async () => {
    const { model } = await grade({ scorer_method: 'decomposed', also_holistic: false });
    const shown = model.requests.map(({ messages }) => JSON.parse(messages[1]?.content.split('\n')[3] ?? ''));
    expect(shown).toEqual([
      { dilemma: subject.dilemma, persona: measurer, answer: subject.completion },
      { dilemma: subject.dilemma, persona: listener, answer: subject.completion },
    ]);
    expect(JSON.stringify(model.requests[0]?.messages)).not.toContain(listener.stance);
  });

  test('leaves null what cannot be read, and keeps the other side', async () => {
    const unread = ['?', 'utility: 5', judgedUtility(1)];
    expect((await grade({ scorer_method: 'decomposed' }, unread)).grade.utilities).toEqual({ A: null, B: 1 });
    const over = [judgedUtility(6), judgedUtility(5), judgedUtility(0)];
    expect((await grade({ scorer_method: 'decomposed' }, over)).grade.utilities).toEqual({ A: 5, B: 0 });
  });

  test('of several samples has each of the five scores reduced on its own', async () => {
    const { grade: graded } = await grade({ scorer: { model: 'm', samples: 2 } });
    expect(graded.ca).toEqual({ knowledge: 1, benevolence: 2, power: 3, vitality: 4, overall: 3 });
    expect(graded.verdicts[0]?.said.judges[0]?.verdicts).toHaveLength(2);
  });
});
