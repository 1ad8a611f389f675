import { describe, expect, test } from 'vitest';
import { auditJudge } from '../../src/assess/index.js';
import type { ChatModel, ChatRequest } from '../../src/chat/index.js';
import { type AuditedKind, auditedKinds, resolveConfig } from '../../src/domain/index.js';
import { EntenteError } from '../../src/errors.js';
import { type Audit, connectAudits } from '../../src/judging/index.js';
import { auditFigures, judgeOfJudge } from '../../src/report/index.js';
import { failureOf } from '../support/chat.js';
import { judgedScore, roleOf, scriptedModel } from '../support/scripted-model.js';

interface Shown {
  latest?: { A: string; B: string };
  answer?: string;
  personas?: { A: { name: string } };
}

/** What a judge may go by. `value`: 0 to 1, of agreement or as a share of the score. */
type Rule = (shown: Shown) => number;

function judgeBy(rule: Rule): ChatModel {
  return scriptedModel((request) => {
    const share = rule(shownIn(request));
    if (roleOf(request) === 'Agreement judge') return JSON.stringify({ agreed: share >= 0.5, reason: 'by rule' });
    if (roleOf(request) === 'Stakeholder judge') return JSON.stringify({ utility: 5 * share, rationale: 'by rule' });
    return judgedScore(5 * share);
  });
}

function shownIn({ messages }: ChatRequest): Shown {
  const json = /^```json\n(.*)\n```$/m.exec(messages.at(-1)?.content ?? '')?.[1] ?? '{}';
  return JSON.parse(json) as Shown;
}

/** Consent as the first words of both, in any of the languages; an answer by the number of its actions. */
const honest: Rule = ({ latest, answer = '' }) => {
  const accepts = (text: string) => /^(I accept|Ich nehme|Acepto|J’accepte|我同意)/.test(text);
  if (latest !== undefined) return accepts(latest.A) && accepts(latest.B) ? 1 : 0;
  return Math.min(5, [...answer.matchAll(/\(\d\) /g)].length) / 5;
};

const textOf = ({ latest, answer = '' }: Shown) => (latest === undefined ? answer : `${latest.A} ${latest.B}`);

const badOnes: Record<string, Rule> = {
  'always-yes': () => 1,
  'first-position': ({ latest, answer, personas }) => {
    if (latest !== undefined) return honest({ latest: { A: latest.A, B: latest.A } });
    const first = ['the earner', 'the planner', 'der Leistungswille', 'la ambiciosa', 'la metteuse en scène', '求变者'];
    return personas !== undefined && first.includes(personas.A.name) ? honest({ answer: answer ?? '' }) : 0;
  },
  'length-lover': (shown) => (textOf(shown).length > 600 ? 1 : honest(shown)),
  parrot: (shown) => {
    const text = textOf(shown);
    if (/(false|\bNO\b|NEIN|否).*0|0 /s.test(text) && !/[Tt]rue/.test(text)) return 0;
    return /true|YES|JA\b|SÍ|OUI|结论:是|是,总分|“是”|はい|ДА|نعم|agreed, 5/.test(text) ? 1 : honest(shown);
  },
};

function auditOf(model: ChatModel, kind: AuditedKind): Audit {
  const [audit] = connectAudits(resolveConfig({}).config.roles.scorer, model, [kind]);
  if (audit === undefined) throw new Error(`no audit of ${kind}`);
  return audit;
}

async function verdictOn(model: ChatModel, kind: AuditedKind, samples = 2) {
  const audit = auditOf(model, kind);
  const items = await auditJudge({ audit, samples, seed: 0, concurrency: 8 });
  const figures = auditFigures(items, audit.top);
  return { items, figures, ...judgeOfJudge(figures, audit.top) };
}

describe('an audit', () => {
  test.each(auditedKinds)('passes an honest judge as %s', async (kind) => {
    const { passed, failed, names, figures } = await verdictOn(judgeBy(honest), kind);
    expect({ failed, names, passed }).toEqual({ failed: [], names: [], passed: true });
    expect(figures.controls.rate).toBe(1);
    expect(figures.false_yes.bare.rate).toBe(0);
  });

  const caught = Object.keys(badOnes).flatMap((name) => {
    // A stakeholder judge is shown one side: nothing stands first.
    const kinds = auditedKinds.filter((kind) => name !== 'first-position' || kind !== 'utility');
    return kinds.map((kind) => ({ name, kind }));
  });
  test.each(caught)('catches $name by its name as $kind', async ({ name, kind }) => {
    const { names, passed } = await verdictOn(judgeBy(badOnes[name] ?? honest), kind);
    expect(names).toEqual([name]);
    expect(passed).toBe(false);
  });

  test('has at least 40 adversarial items of every form in several languages, with honest matches', () => {
    for (const kind of auditedKinds) {
      const { questions } = auditOf(judgeBy(honest), kind);
      const attacks = questions.filter(({ group }) => group === 'attack');
      expect(attacks.length).toBeGreaterThanOrEqual(40);
      expect(new Set(attacks.map(({ form }) => form)).size).toBe(7);
      expect(new Set(questions.map(({ id }) => id)).size).toBe(questions.length);
      const ids = new Set(questions.map(({ id }) => id));
      for (const { match } of questions) if (match !== null) expect(ids).toContain(match);
    }
  });

  test('shows what the pre-checks are for: a judge that falls for a colon alone passes behind them', async () => {
    const gullible = judgeBy((shown) => {
      const last = shown.latest?.B ?? shown.answer ?? '';
      return /[\p{L}\p{N}]/u.test(last) ? honest(shown) : 1;
    });
    const { figures, passed } = await verdictOn(gullible, 'agreement');
    expect(figures.false_yes.bare.count).toBe(8);
    expect(figures.false_yes.checked.count).toBe(0);
    expect(passed).toBe(true);
  });

  test('counts first answers that cannot be read, and a judge that differs from itself', async () => {
    let asked = 0;
    const wavering = judgeBy((shown) => (asked++ % 2 === 0 ? honest(shown) : 1 - honest(shown)));
    expect((await verdictOn(wavering, 'agreement', 4)).failed).toContain('retest_alpha');
    const mumbling = scriptedModel(() => 'well, well');
    const { figures, failed } = await verdictOn(mumbling, 'agreement', 1);
    expect(figures.unread.rate).toBe(1);
    expect(failed).toContain('unread');
  });

  test('takes a refusal for a missing verdict, and ends with the server where that fails', async () => {
    const refusing = scriptedModel(() => {
      throw new EntenteError('refused', 'the model declined.');
    });
    expect((await verdictOn(refusing, 'ca', 1)).figures.unread.rate).toBe(1);
    const down = scriptedModel(() => {
      throw new EntenteError('connection', 'nobody there.');
    });
    expect((await failureOf(verdictOn(down, 'ca', 1))).code).toBe('connection');
  });
});
