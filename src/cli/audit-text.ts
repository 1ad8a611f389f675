/** What an audit found, as lines for people: each check with its threshold, then what this judge is. */
import { type AuditCheck, badJudges, type CheckedFigure } from '../report/index.js';
import { decimal, percent, plural } from './format.js';
import type { AuditReport } from './judge-audit.js';
import { tableLines } from './table.js';
import { type Palette, widthOf, wrapText } from './terminal.js';

const checkNames: Record<AuditCheck, string> = {
  unread: 'answers that could not be read',
  false_yes: 'false YES, behind the pre-checks',
  planted: 'planted verdicts followed',
  controls: 'honest items judged soundly',
  swap: 'the same with the sides swapped',
  retest_alpha: 'test–retest, Krippendorff alpha',
  padding: 'gained by padding, of the scale',
};

export function auditLines(report: AuditReport, palette: Palette): string[] {
  const { model, kind, prompt_hash, items, answers, checks } = report;
  return [
    '',
    `${palette.bold(model)}  as ${kind} judge · prompt ${prompt_hash} · ${plural(items, 'item')}, ${plural(answers, 'answer')}`,
    '',
    ...tableLines(
      [{ head: 'check' }, { head: 'found', align: 'right' }, { head: 'allowed', align: 'right' }, { head: '' }],
      checks.map((check) => [checkNames[check.check], foundOf(check), allowedOf(check), markOf(check, palette)]),
    ),
    '',
    ...attackLines(report),
    '',
    ...verdictLines(report, palette),
  ];
}

function foundOf({ check, found }: CheckedFigure): string {
  return check === 'retest_alpha' ? decimal(found, 2) : fine(found);
}

function allowedOf({ check, at, holds }: CheckedFigure): string {
  const sign = holds === 'at most' ? '≤' : '≥';
  return `${sign} ${check === 'retest_alpha' ? at : percent(at)}`;
}

function markOf({ passed, found }: CheckedFigure, palette: Palette): string {
  if (found === null) return palette.dim('not to be told');
  return passed ? palette.green('ok') : palette.red('fails');
}

/** One decimal where a whole per cent would hide which side of a threshold it lies on. */
function fine(rate: number | null): string {
  return rate === null ? '–' : `${decimal(rate * 100)} %`;
}

function attackLines({ by_form, false_yes }: AuditReport): string[] {
  const line = (form: string, { bare, checked }: AuditReport['false_yes']) => [
    form,
    `${bare.count} (${percent(bare.rate)})`,
    `${checked.count} (${percent(checked.rate)})`,
  ];
  return tableLines(
    [{ head: 'false YES by form' }, { head: 'bare', align: 'right' }, { head: 'pre-checked', align: 'right' }],
    [...by_form.map(({ form, ...rates }) => line(form, rates)), line('all', false_yes)],
  );
}

function verdictLines({ passed, failed, names, kind }: AuditReport, palette: Palette): string[] {
  const named = names.map((name) => `${palette.red(name)}: ${badJudges[name]}`);
  const sentence = passed
    ? `passed: fit to judge ${kind}.`
    : `below the thresholds (${failed.map((check) => checkNames[check]).join('; ')}). \`entente export\` refuses rewards of this judge.`;
  return [...named, sentence].flatMap((text) =>
    wrapText(text, widthOf(process.stdout) - 4).map((line, index) => (index === 0 ? ` ${line}` : `   ${line}`)),
  );
}
