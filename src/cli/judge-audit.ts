/** `entente judge audit SPEC`: adversarial and honest items put to a judge; what it is fit for is kept with its version. */
import { type Command, Option } from 'commander';
import { type AuditedItem, auditJudge } from '../assess/index.js';
import { rehearsalName } from '../chat/index.js';
import { type AuditedKind, auditedKinds } from '../domain/index.js';
import { type Audit, auditVersion, connectAudits } from '../judging/index.js';
import { type AuditFigures, type AuditVerdict, auditFigures, judgeOfJudge } from '../report/index.js';
import { openStore } from '../store/index.js';
import { auditLines } from './audit-text.js';
import { startCallProgress } from './call-progress.js';
import { connectJudge, type JudgeFlags, judgeRole, wholeArg, withJudgeOptions } from './connect-judge.js';
import { noteLines } from './cross-judge-text.js';
import { dbOption } from './options.js';
import { say, sayJson } from './output.js';
import { listenForSignals, stoppingLine } from './signals.js';
import { paletteFor } from './terminal.js';

interface AuditFlags extends JudgeFlags {
  db: string;
  kind: AuditedKind[];
  samples: number;
  json?: boolean;
}

/** What was found of a judge as one kind. */
export interface AuditReport extends AuditFigures, AuditVerdict {
  model: string;
  kind: AuditedKind;
  prompt_hash: string;
  samples: number;
  temperature: number;
  seed: number;
  version: string;
}

export function addJudgeAudit(judge: Command, setExit: (code: number) => void): void {
  const command = judge
    .command('audit')
    .description('adversarial texts, swapped sides, padding and repeats; kept with the judge’s version')
    .argument('<spec>', 'rehearsal, MODEL@BASE_URL or MODEL')
    .addOption(
      new Option('--kind <kind...>', 'what it is audited as').choices([...auditedKinds]).default([...auditedKinds]),
    )
    .option('--samples <k>', 'how often each honest item is asked', wholeArg(2, 64), 3);
  withJudgeOptions(command)
    .addOption(dbOption())
    .option('--json', 'print one JSON document')
    .action(async (spec: string, flags: AuditFlags) => {
      const store = openStore(flags.db, { mode: 'write' });
      try {
        const reports = await performAudit(spec, flags);
        for (const report of reports) {
          const { model, kind, prompt_hash: promptHash, passed, failed, names, version } = report;
          store.recordAudit({ model, kind, promptHash, passed, failed: [...names, ...failed], report, version });
        }
        if (flags.json) sayJson(reports);
        else show(reports);
        setExit(reports.every(({ passed }) => passed) ? 0 : 1);
      } finally {
        store.close();
      }
    });
}

async function performAudit(spec: string, flags: AuditFlags): Promise<AuditReport[]> {
  const { seed, concurrency, samples } = flags;
  // One verdict is asked for at a time, as a run mostly does: the samples are there to see it waver.
  const wish = { ...flags, spec, samples: 1 };
  const role = judgeRole(wish);
  const { connections, model } = connectJudge(wish, { tokens: 0, usd: 0 });
  const audits = connectAudits(role, model, flags.kind);
  const signals = listenForSignals();
  const { stopping, aborted } = signals;
  const progress = startCallProgress(
    audits.reduce((sum, { questions }) => sum + questions.length, 0),
    'items',
  );
  stopping.addEventListener('abort', () => progress.announce(stoppingLine), { once: true });
  try {
    await connections.preflight(stopping);
    const reports: AuditReport[] = [];
    for (const audit of audits) {
      const items = await auditJudge({ audit, samples, seed, concurrency, onItem: progress.count, stopping, aborted });
      reports.push(reportOn(audit, items, { samples, temperature: role.sampling.temperature, seed }));
    }
    return reports;
  } finally {
    progress.stop();
    signals.close();
    await connections.close();
  }
}

function reportOn(
  { model, kind, promptHash, top }: Audit,
  items: readonly AuditedItem[],
  asked: Pick<AuditReport, 'samples' | 'temperature' | 'seed'>,
): AuditReport {
  const figures = auditFigures(items, top);
  const about = { model, kind, prompt_hash: promptHash, ...asked, version: auditVersion };
  return { ...about, ...judgeOfJudge(figures, top), ...figures };
}

function show(reports: readonly AuditReport[]): void {
  const palette = paletteFor(process.stdout);
  for (const report of reports) say(...auditLines(report, palette));
  const rehearsed = reports.some(({ model }) => model === rehearsalName);
  const note =
    'rehearsal: rules over the plans that the rehearsal writes. It knows no other text and no other language.';
  say(...(rehearsed ? noteLines([note], palette) : []), '');
}
