/** `entente judge study RUN --scorer SPEC --repeats k`: how far a judge's implicit weights drift, and what that costs. */
import type { Command } from 'commander';
import { type GradableEpisode, gradableEpisodes, repeatedScores, type ScoreMethod } from '../assess/index.js';
import { EntenteError } from '../errors.js';
import type { Grade } from '../judging/index.js';
import { type StudiedCompletion, studyWeighting, type WeightingStudy } from '../report/index.js';
import { openStore, type RunRecord } from '../store/index.js';
import { type JudgeFlags, judgeNotes, modelNameOf, numberArg, wholeArg, withJudgeOptions } from './connect-judge.js';
import { noteLines } from './cross-judge-text.js';
import { decimal, percent, plural } from './format.js';
import { failureNotes, gradeRun } from './grade-run.js';
import { dbOption } from './options.js';
import { say, sayJson } from './output.js';
import { findRun } from './references.js';
import { tableLines } from './table.js';
import { type Palette, paletteFor } from './terminal.js';

interface StudyFlags extends JudgeFlags {
  db: string;
  scorer: string;
  repeats: number;
  maxUsd?: number;
  json?: boolean;
}

const methods: readonly ScoreMethod[] = ['holistic', 'decomposed'];

export function addJudgeStudy(judge: Command, setExit: (code: number) => void): void {
  const command = judge
    .command('study')
    .description('score the same completions k times, holistically and by decomposition')
    .argument('<run>', 'a run scored by decomposition: name or id, or the beginning of one')
    .requiredOption('--scorer <spec>', 'rehearsal, MODEL@BASE_URL or MODEL')
    .option('--repeats <k>', 'how often each completion is scored', wholeArg(2, 64), 5);
  withJudgeOptions(command)
    .option('--max-usd <x>', "dollar budget, by the run's `prices`", numberArg(0, Number.MAX_VALUE))
    .addOption(dbOption())
    .option('--json', 'print one JSON document')
    .action(async (reference: string, flags: StudyFlags) => {
      const store = openStore(flags.db, { mode: 'write' });
      try {
        const run = findRun(store, reference);
        const episodes = weightedEpisodes(run, gradableEpisodes(store, run));
        const wish = { ...flags, spec: flags.scorer, samples: flags.repeats, prices: run.config.prices };
        const { grades, failed, grading } = await gradeRun({ store, run, episodes, methods, wish });
        const study = studyWeighting(
          episodes.flatMap((episode, index) => studied(run, episode, grades[index] ?? null)),
        );
        const notes = [
          ...judgeNotes(modelNameOf(flags.scorer), run),
          ...failureNotes({ failed }),
          ...studyNotes(study),
        ];
        const about = { run: run.name, run_id: run.runId, grading_id: grading.gradingId, judge: grading.judge };
        if (flags.json) sayJson({ ...about, ...study, notes });
        else say(...studyLines(about, study, notes, paletteFor(process.stdout)));
        setExit(failed.size > 0 ? 1 : 0);
      } finally {
        store.close();
      }
    });
}

/** Throws `usage` where there is nothing that decomposition could weigh. */
function weightedEpisodes({ name }: RunRecord, episodes: readonly GradableEpisode[]): GradableEpisode[] {
  const weighted = episodes.filter(({ weights }) => weights !== null);
  if (weighted.length > 0) return weighted;
  const why =
    episodes.length === 0 ? 'has no completion' : 'has no weights, which cannot be fixed once completions exist';
  throw new EntenteError('usage', `${name} ${why}; play one with --scorer-method decomposed, and study that.`);
}

function studied({ name }: RunRecord, episode: GradableEpisode, grade: Grade | null): StudiedCompletion[] {
  const { number, groupId, weights } = episode;
  if (grade === null || weights === null) return [];
  return [{ episode: `${name}/${number}`, group: groupId, weights, ...repeatedScores(grade) }];
}

/** Fewer than this, and a regression of two slopes says little. Ours. */
const fewCompletions = 10;

function studyNotes({ completions, unread, holistic, implicit }: WeightingStudy): string[] {
  return [
    ...(completions < fewCompletions
      ? [`only ${plural(completions, 'completion')}: study a run with ${fewCompletions} or more.`]
      : []),
    ...(implicit.fit === null
      ? ['implicit weights cannot be told: the utilities of the two sides do not vary apart.']
      : []),
    ...(holistic.comparisons === 0 ? ['no group has two completions, so no order could flip.'] : []),
    ...(unread > 0
      ? [`${plural(unread, 'verdict')} could not be read and ${unread === 1 ? 'is' : 'are'} left out.`]
      : []),
  ];
}

function studyLines(
  { run, judge }: { run: string; judge: string },
  study: WeightingStudy,
  notes: readonly string[],
  palette: Palette,
): string[] {
  const { completions, repeats, dispersion, implicit, drift } = study;
  const a = implicit.fit?.slopes[0];
  const b = implicit.fit?.slopes[1];
  return [
    '',
    `${palette.bold(run)}  scored by ${judge} · ${plural(completions, 'completion')} × ${plural(repeats, 'repeat')}`,
    '',
    ...noiseLines(study),
    '',
    ` holistic weights: A ${decimal(a?.estimate ?? null, 2)} and B ${decimal(b?.estimate ?? null, 2)}, a share of A of ${decimal(implicit.weight_a, 2)} (fixed before: ${decimal(implicit.fixed_weight_a, 2)})`,
    ` this share drifts by ${decimal(drift.weight_sd, 2)} (SD) from verdict to verdict, which is ${decimal(drift.mean_shift, 2)} points`,
    ` at the mean dispersion of ${decimal(dispersion, 2)}; all other noise is ${decimal(drift.score_sd, 2)} points (SD)`,
    '',
    ...bandLines(study),
    '',
    ...noteLines(notes, palette),
  ];
}

function noiseLines({ holistic, decomposed }: WeightingStudy): string[] {
  const right = 'right' as const;
  return tableLines(
    [
      { head: 'scored' },
      { head: 'variance', align: right },
      { head: 'SD', align: right },
      { head: 'order flips', align: right },
      { head: 'ties', align: right },
      { head: 'comparisons', align: right },
    ],
    Object.entries({ holistic, decomposed }).map(([name, noise]) => [
      name,
      decimal(noise.variance, 3),
      decimal(noise.sd, 2),
      percent(noise.order_flips),
      percent(noise.order_ties),
      String(noise.comparisons),
    ]),
  );
}

function bandLines({ bands }: WeightingStudy): string[] {
  const right = 'right' as const;
  return tableLines(
    [
      { head: 'sides apart' },
      { head: 'completions', align: right },
      { head: 'SD holistic', align: right },
      { head: 'decomposed', align: right },
      { head: 'shift', align: right },
    ],
    bands.map(({ from, to, completions, holistic_sd, decomposed_sd, shift }) => [
      to === null ? `${from} or more` : `${from} to ${to}`,
      String(completions),
      decimal(holistic_sd, 2),
      decimal(decomposed_sd, 2),
      decimal(shift, 2),
    ]),
  );
}
