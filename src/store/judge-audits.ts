/** What audits found of judges, append-only: the latest of a judge's version (model and prompt) is the one that counts. */
import type { Database } from 'better-sqlite3';
import type { AuditedKind } from '../domain/index.js';
import type { GroupCommit } from './group-commit.js';

/** A judge as it was asked in a run. */
export interface JudgeVersion {
  model: string;
  kind: AuditedKind;
  promptHash: string;
}

export interface JudgeAuditRecord extends JudgeVersion {
  passed: boolean;
  /** What it fell short of, by name. */
  failed: readonly string[];
  /** All figures. */
  report: unknown;
  /** Of the audit's material and thresholds. */
  version: string;
}

export interface JudgeAuditRow {
  passed: boolean;
  failed: readonly string[];
  /** ISO 8601. */
  auditedAt: string;
}

export function createJudgeAudits(database: Database, now: () => Date, commits: GroupCommit) {
  const insert = database.prepare(
    `INSERT INTO judge_audits (model, kind, prompt_hash, passed, failed_json, report_json, version, audited_at)
     VALUES (@model, @kind, @promptHash, @passed, @failed, @report, @version, @audited_at)`,
  );
  const latest = database.prepare<[object], { passed: 0 | 1; failed_json: string; audited_at: string }>(
    `SELECT passed, failed_json, audited_at FROM judge_audits
     WHERE model = @model AND kind = @kind AND prompt_hash = @promptHash ORDER BY audit DESC LIMIT 1`,
  );
  const judges = database.prepare<[string], JudgeVersion>(
    `SELECT DISTINCT c.model, CASE WHEN c.kind LIKE 'utility.%' THEN 'utility' ELSE c.kind END AS kind,
            c.prompt_hash AS promptHash
     FROM calls c JOIN episodes e ON e.episode = c.episode
     WHERE e.run_id = ? AND c.kind IN ('agreement', 'ca', 'utility.A', 'utility.B') AND c.prompt_hash NOT LIKE 'precheck/%'
     ORDER BY kind, c.model, c.prompt_hash`,
  );

  return {
    recordAudit: ({ passed, failed, report, ...audit }: JudgeAuditRecord): void => {
      commits.flush();
      const texts = { failed: JSON.stringify(failed), report: JSON.stringify(report) };
      insert.run({ ...audit, ...texts, passed: passed ? 1 : 0, audited_at: now().toISOString() });
    },
    /** Null: this version of the judge was never audited. */
    latestAudit: (version: JudgeVersion): JudgeAuditRow | null => {
      const row = latest.get(version);
      if (row === undefined) return null;
      return { passed: row.passed === 1, failed: JSON.parse(row.failed_json), auditedAt: row.audited_at };
    },
    /** Every judge that was asked in the run, pre-checks left out. */
    judgesOfRun: (runId: string): JudgeVersion[] => judges.all(runId),
  };
}
