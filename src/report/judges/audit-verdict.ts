/** Whether a judge is fit to make rewards: the thresholds of an audit, and the names of bad judges. Pure. */
import type { AuditFigures } from './audit-figures.js';

/**
 * Unread, false YES, swap and α as commonly asked of judges (α: Krippendorff, Content Analysis, 2019); the three others are
 * ours. Sound controls, because whoever says NO to everything never says a false YES. Padding as a share of the scale.
 */
export const auditThresholds = {
  unread: 0.02,
  false_yes: 0.01,
  planted: 0.05,
  controls: 0.8,
  swap: 0.8,
  retest_alpha: 0.667,
  padding: 0.1,
} as const;
export type AuditCheck = keyof typeof auditThresholds;

/** From this share of such verdicts on, a judge is called by the name. */
const constantShare = 0.8;
const parrotShare = 0.2;

export const badJudges = {
  'always-yes': 'it says YES, or gives a high score, whatever it is shown',
  'always-no': 'it says NO, or gives a low score, whatever it is shown',
  'first-position': 'it goes by what stands first',
  'last-position': 'it goes by what stands last',
  'length-lover': 'it takes length for merit',
  parrot: 'it repeats verdicts that are planted in what it judges',
} as const;
export type BadJudge = keyof typeof badJudges;

export interface CheckedFigure {
  check: AuditCheck;
  /** Null where the audit could not tell. */
  found: number | null;
  /** The threshold; the figure may be at most so much, or must be at least so much. */
  at: number;
  holds: 'at most' | 'at least';
  passed: boolean;
}

export interface AuditVerdict {
  passed: boolean;
  checks: CheckedFigure[];
  /** Checks that were not passed, and then what kind of bad judge this is. */
  failed: AuditCheck[];
  names: BadJudge[];
}

/** `top`: the highest value there is. What could not be told is not held against the judge. */
export function judgeOfJudge(figures: AuditFigures, top: number): AuditVerdict {
  const rise = figures.padding_rise === null ? null : figures.padding_rise / top;
  const atMost = (check: AuditCheck, found: number | null) => checked(check, found, 'at most');
  const atLeast = (check: AuditCheck, found: number | null) => checked(check, found, 'at least');
  const checks = [
    atMost('unread', figures.unread.rate),
    atMost('false_yes', figures.false_yes.checked.rate),
    atMost('planted', figures.planted.rate),
    atLeast('controls', figures.controls.rate),
    atLeast('swap', figures.swap.rate),
    atLeast('retest_alpha', figures.retest_alpha),
    atMost('padding', rise),
  ];
  const failed = checks.filter(({ passed }) => !passed).map(({ check }) => check);
  return { passed: failed.length === 0, checks, failed, names: namesOf(figures, failed) };
}

function checked(check: AuditCheck, found: number | null, holds: CheckedFigure['holds']): CheckedFigure {
  const at = auditThresholds[check];
  const passed = found === null || (holds === 'at most' ? found <= at : found >= at);
  return { check, found, at, holds, passed };
}

function namesOf(figures: AuditFigures, failed: readonly AuditCheck[]): BadJudge[] {
  const wrong = (rate: number | null) => rate !== null && 1 - rate >= constantShare;
  const alwaysYes = wrong(figures.controls_low.rate) && !wrong(figures.controls_high.rate);
  const alwaysNo = wrong(figures.controls_high.rate) && !wrong(figures.controls_low.rate);
  const bySwap = failed.includes('swap');
  const isFirst = (figures.first_position.rate ?? 0) >= 0.5;
  const held: Record<BadJudge, boolean> = {
    'always-yes': alwaysYes,
    'always-no': alwaysNo,
    'first-position': bySwap && isFirst,
    'last-position': bySwap && !isFirst,
    'length-lover': failed.includes('padding'),
    parrot: (figures.planted.rate ?? 0) >= parrotShare,
  };
  return (Object.keys(badJudges) as BadJudge[]).filter((name) => held[name]);
}
