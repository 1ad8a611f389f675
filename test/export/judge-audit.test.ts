import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { auditedKinds } from '../../src/domain/index.js';
import { failureOf } from '../support/chat.js';
import { emptyFolder } from '../support/cli.js';
import { exportedAs } from '../support/exports.js';
import { playStored } from '../support/played-runs.js';

async function playedRun(input: Parameters<typeof playStored>[1] = {}) {
  const folder = emptyFolder();
  const played = await playStored(join(folder, 'runs.db'), { groups: 1, group_size: 2, ...input });
  const { store, run } = played;
  const judges = store.judgesOfRun(run.runId);
  const audit = (kind: string, passed: boolean) => {
    for (const judge of judges.filter((one) => one.kind === kind))
      store.recordAudit({ ...judge, passed, failed: passed ? [] : ['parrot', 'false_yes'], report: {}, version: 'v' });
  };
  const exported = (parts: Parameters<typeof exportedAs>[2] = {}) =>
    exportedAs(played, join(folder, 'rows.jsonl'), parts).then(({ manifest }) => manifest);
  return { judges, audit, exported };
}

describe('an export of rewards', () => {
  test('is refused where a judge fell short in its latest audit, and written where that was allowed by name', async () => {
    const { audit, exported } = await playedRun();
    audit('ca', true);
    audit('ca', false);
    const failure = await failureOf(exported());
    expect(failure.code).toBe('uncertified');
    expect(failure.message).toMatch(
      /rehearsal as ca judge .* below the thresholds .*parrot, false_yes.*--allow judge-audit/,
    );
    const manifest = await exported({ options: { allow: ['judge-audit'] } });
    expect(manifest.certificate.find(({ rule }) => rule === 'judge-audit')).toMatchObject({ held: false, allowed: 1 });
    audit('ca', true);
    expect((await exported()).certificate.find(({ rule }) => rule === 'judge-audit')).toMatchObject({ held: true });
  });

  test('says in the manifest which judges were never audited', async () => {
    const { audit, exported } = await playedRun();
    expect((await exported()).warnings).toEqual([
      expect.stringMatching(/^rehearsal as agreement judge .* never audited/),
      expect.stringMatching(/^rehearsal as ca judge .* never audited/),
    ]);
    for (const kind of auditedKinds) audit(kind, true);
    expect((await exported()).warnings).toEqual([]);
  });

  test('asks for those judges only whose verdicts are in the reward', async () => {
    const { judges, audit, exported } = await playedRun({ scorer_method: 'decomposed', mode: 'eval' });
    expect(judges.map(({ kind }) => kind)).toEqual(['agreement', 'ca', 'utility']);
    audit('ca', false);
    await exported();
    expect((await failureOf(exported({ options: { weights: { ca: 1 } } }))).code).toBe('uncertified');
    await exported({ format: 'prompts' });
  });
});
