/** From a judge's role and its model to audits of it: one for each question that it may be asked. */
import type { ChatModel } from '../../chat/index.js';
import type { AuditedKind, PanelRole, Verdict } from '../../domain/index.js';
import { connectAgreementPanel, connectScorers } from '../connect.js';
import type { JudgeCall } from '../judge.js';
import { askPanel, type Keep, type Panel } from '../panel.js';
import { type AuditItem, agencyItems, agreementItems, utilityItems } from './items.js';

/** An item that can be put to the judge it was made for. */
export interface AuditQuestion extends Omit<AuditItem<never>, 'material'> {
  /** The value that the pre-checks settle on, as they would in a run; null where they leave it to the judge. */
  settled: number | null;
  /** Asks the judge itself, past the pre-checks, so many times. */
  ask(samples: number, keep: Keep, call: Omit<JudgeCall, 'seed' | 'round'>): Promise<readonly Verdict[]>;
}

export interface Audit {
  kind: AuditedKind;
  /** Model and prompt are the judge's version. */
  model: string;
  promptHash: string;
  /** The highest value there is: 1, or 5 for scores. */
  top: number;
  questions: readonly AuditQuestion[];
}

/** Audits of the first judge of the role. */
export function connectAudits(role: PanelRole, model: ChatModel, kinds: readonly AuditedKind[]): Audit[] {
  const scorers = connectScorers(role, model, { scorer_method: 'decomposed', also_holistic: true });
  return kinds.flatMap((kind): Audit[] => {
    if (kind === 'agreement') return auditOf(kind, 1, connectAgreementPanel(role, model), agreementItems());
    if (kind === 'ca') return auditOf(kind, 5, scorers.agency, agencyItems());
    return auditOf(kind, 5, scorers.utility, utilityItems());
  });
}

function auditOf<Material>(
  kind: AuditedKind,
  top: number,
  panel: Panel<Material> | null,
  items: readonly AuditItem<Material>[],
): Audit[] {
  const member = panel?.members[0];
  if (member === undefined) return [];
  const questions = items.map(({ material, ...item }): AuditQuestion => {
    return {
      ...item,
      settled: panel?.precheck?.(material).settled?.value ?? null,
      ask: async (samples, keep, call) => {
        const alone = { members: [{ ...member, samples }], reducer: member.reducer, precheck: null };
        const { judges } = await askPanel(alone, material, { ...call, round: 0 }, keep);
        return judges.flatMap(({ verdicts }) => verdicts);
      },
    };
  });
  return [{ kind, model: member.judge.name, promptHash: member.judge.promptHash, top, questions }];
}
