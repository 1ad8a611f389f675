/** `entente judge calibrate --labels FILE`: the stored verdicts held against what people said of the same episodes. */
import type { Command } from 'commander';
import { readLabels } from '../assess/index.js';
import { EntenteError } from '../errors.js';
import {
  type AgreementCalibration,
  type AgreementRate,
  calibrateAgreement,
  calibrateScores,
  calibrationNotes,
  type Interval,
  type ScoreCalibration,
} from '../report/index.js';
import { type EpisodeRow, openStore, type RunRecord, type Store } from '../store/index.js';
import { noteLines } from './cross-judge-text.js';
import { decimal, percent, percentInterval, plural } from './format.js';
import { dbOption } from './options.js';
import { say, sayJson } from './output.js';
import { findEpisode, findRun } from './references.js';
import { tableLines } from './table.js';
import { paletteFor } from './terminal.js';

interface CalibrateFlags {
  db: string;
  labels: string;
  run?: string;
  json?: boolean;
}

export function addJudgeCalibrate(judge: Command): void {
  judge
    .command('calibrate')
    .description('hold stored verdicts against labels of people')
    .requiredOption('--labels <file>', 'JSONL: {"episode": "run/12", "agreed": true, "ca": 3}, one in a line')
    .option('--run <run>', 'the run that all labels are of; an episode may then be named by its number')
    .addOption(dbOption())
    .option('--json', 'print one JSON document')
    .action((flags: CalibrateFlags) => {
      const store = openStore(flags.db, { mode: 'read' });
      try {
        const report = calibrate(store, flags);
        if (flags.json) return sayJson(report);
        say(...reportLines(report));
      } finally {
        store.close();
      }
    });
}

function calibrate(store: Store, { labels: path, run: reference }: CalibrateFlags) {
  const only = reference === undefined ? null : findRun(store, reference);
  const labels = readLabels(path, (name) => findLabelled(store, name, only)).map(({ episode, ...label }) => {
    return { ...label, row: episode.row, run: episode.run };
  });
  const runs = [...new Map(labels.map(({ run }) => [run.runId, run])).values()];
  const settled = runs.flatMap(({ runId }) => store.episodes(runId)).filter(({ outcome }) => outcome !== null);
  const judged = { successes: settled.filter(({ outcome }) => outcome === 'agreed').length, trials: settled.length };
  const agreed = labels.flatMap(({ agreed: human, row }) =>
    human === null || row.outcome === null ? [] : [{ human, judge: row.outcome === 'agreed' }],
  );
  const scored = labels.flatMap(({ ca: human, row }) =>
    human === null || row.ca_score === null ? [] : [{ human, judge: row.ca_score }],
  );
  const wanted = labels.reduce((sum, { agreed: one, ca }) => sum + Number(one !== null) + Number(ca !== null), 0);
  const unused = wanted - agreed.length - scored.length;
  if (unused === wanted)
    throw new EntenteError('input', `${path}: none of the labelled episodes has a verdict to hold a label against.`);
  const agreement = calibrateAgreement(agreed, judged);
  const ca = calibrateScores(scored);
  const left = unused === 0 ? [] : [`${plural(unused, 'label')} of episodes without such a verdict left out.`];
  const notes = [...calibrationNotes(agreement, ca), ...left];
  return { runs: runs.map(({ name }) => name), labels: labels.length, agreement, ca, notes };
}

/** Throws `usage` for an episode that is not there, or of another run than the one named. */
function findLabelled(
  store: Store,
  name: string,
  only: RunRecord | null,
): { episode_id: string; row: EpisodeRow; run: RunRecord } {
  const reference = only !== null && /^\d+$/.test(name) ? `${only.name}/${name}` : name;
  const { run, episode } = findEpisode(store, reference);
  if (only !== null && run.runId !== only.runId)
    throw new EntenteError('usage', `${name} is of ${run.name}, not of ${only.name}; leave --run out, or the label.`);
  return { episode_id: episode.episode_id, row: episode, run };
}

function reportLines({ runs, labels, agreement, ca, notes }: ReturnType<typeof calibrate>): string[] {
  const palette = paletteFor(process.stdout);
  const rows = [...agreementRows(agreement), ...scoreRows(ca)];
  return [
    '',
    `${palette.bold(runs.join(', '))}  against people · ${plural(labels, 'label')}`,
    '',
    ...tableLines(
      [
        { head: '' },
        { head: 'found', align: 'right' },
        { head: '95 % interval', align: 'right' },
        { head: 'labels', align: 'right' },
      ],
      rows,
    ),
    '',
    ...noteLines(notes, palette),
  ];
}

function agreementRows(found: AgreementCalibration | null): string[][] {
  if (found === null) return [];
  const { labels, human_agreed, kappa, judged_rate, corrected } = found;
  const share = (name: string, { rate, interval }: AgreementRate, count: number) => [
    name,
    percent(rate),
    percentInterval(interval),
    String(count),
  ];
  return [
    share('agreement: the same', found.observed, labels),
    ['kappa', decimal(kappa.kappa, 2), spanOf(kappa.interval), String(labels)],
    share('sensitivity (YES where people say yes)', found.sensitivity, human_agreed),
    share('specificity (NO where people say no)', found.specificity, labels - human_agreed),
    [...share('agreement rate, as judged', judged_rate, 0).slice(0, 3), ''],
    ['agreement rate, corrected', percent(corrected.rate), percentInterval(corrected.interval), ''],
  ];
}

function scoreRows(found: ScoreCalibration | null): string[][] {
  if (found === null) return [];
  const { labels, exact, within_one, weighted_kappa, mean_difference } = found;
  const count = String(labels);
  return [
    ['CA: exact', percent(exact.rate), percentInterval(exact.interval), count],
    ['CA: within 1', percent(within_one.rate), percentInterval(within_one.interval), count],
    ['CA: weighted kappa (quadratic)', decimal(weighted_kappa.kappa, 2), spanOf(weighted_kappa.interval), count],
    ['CA: judge over people', decimal(mean_difference, 2), '–', count],
  ];
}

function spanOf(interval: Interval | null): string {
  return interval === null ? '–' : `${decimal(interval.low, 2)} to ${decimal(interval.high, 2)}`;
}
