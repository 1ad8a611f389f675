/** The judges behind the rewards of an export, held against their latest audits (`entente judge audit`). */
import type { AuditedKind } from '../domain/index.js';
import type { ComponentName } from '../reward/index.js';
import type { RunRecord, Store } from '../store/index.js';
import { type Certificate, violate } from './certificate.js';
import type { ExportOptions } from './options.js';

/** Whose verdicts a component of a reward is made of, beside those that `reward` itself is made of. */
const judgedBy: Partial<Record<ComponentName, AuditedKind>> = {
  ca: 'ca',
  ...{ knowledge: 'ca', benevolence: 'ca', power: 'ca', vitality: 'ca' },
  ...{ utility_a: 'utility', utility_b: 'utility', utility_min: 'utility', utility_nash: 'utility' },
};

/** Notes each judge without an audit. Throws `uncertified` for one that fell short, unless that was allowed by name. */
export function certifyJudges(
  store: Store,
  run: RunRecord,
  options: Pick<ExportOptions, 'weights' | 'rewardFunction'>,
  certificate: Certificate,
): string[] {
  const kinds = judgedKinds(run, options);
  return store
    .judgesOfRun(run.runId)
    .filter(({ kind }) => kinds.has(kind))
    .flatMap((judge) => {
      const name = `${judge.model} as ${judge.kind} judge (prompt ${judge.promptHash})`;
      const audit = store.latestAudit(judge);
      if (audit === null) return [`${name} was never audited; \`entente judge audit SPEC\` tells whether it is fit.`];
      if (audit.passed) return [];
      const what = `${name} is below the thresholds of its audit of ${audit.auditedAt} (${audit.failed.join(', ')})`;
      violate(certificate, 'judge-audit', what);
      return [`${what}.`];
    });
}

function judgedKinds(
  { config }: RunRecord,
  { weights, rewardFunction }: Pick<ExportOptions, 'weights' | 'rewardFunction'>,
) {
  // What a function of the user's own looks at cannot be told.
  if (rewardFunction !== null) return new Set<AuditedKind>(['agreement', 'ca', 'utility']);
  const kinds = new Set<AuditedKind>(['agreement', config.scorer_method === 'decomposed' ? 'utility' : 'ca']);
  for (const [name, weight] of Object.entries(weights)) {
    const kind = judgedBy[name as ComponentName];
    if (kind !== undefined && weight !== 0) kinds.add(kind);
  }
  return kinds;
}
