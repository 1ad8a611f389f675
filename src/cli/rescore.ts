/** `entente rescore RUN --scorer SPEC`: stored episodes graded again by another judge, and how far the two agree. */
import { type Command, Option } from 'commander';
import { type GradableEpisode, gradableEpisodes, type ScoreMethod, stratifiedSample } from '../assess/index.js';
import { EntenteError } from '../errors.js';
import type { Grade } from '../judging/index.js';
import { crossJudge, type ScoredTwice, wholeScore } from '../report/index.js';
import { decomposedReward } from '../reward/index.js';
import { openStore, type RunRecord } from '../store/index.js';
import { type JudgeFlags, judgeNotes, modelNameOf, numberArg, wholeArg, withJudgeOptions } from './connect-judge.js';
import { crossJudgeLines } from './cross-judge-text.js';
import { failureNotes, gradeRun } from './grade-run.js';
import { dbOption } from './options.js';
import { say, sayJson } from './output.js';
import { findRun } from './references.js';
import { paletteFor } from './terminal.js';

interface RescoreFlags extends JudgeFlags {
  db: string;
  scorer: string;
  scorerMethod?: ScoreMethod;
  samples: number;
  sample?: number;
  maxUsd?: number;
  json?: boolean;
}

export function addRescore(program: Command, setExit: (code: number) => void): void {
  const command = program
    .command('rescore')
    .description('grade stored episodes again with another judge; the run keeps its own scores')
    .argument('<run>', 'name or id, or the beginning of one')
    .requiredOption('--scorer <spec>', 'rehearsal, MODEL@BASE_URL or MODEL')
    .addOption(
      new Option('--scorer-method <method>', "how it scores (default: as the run's own scorer)").choices([
        'holistic',
        'decomposed',
      ]),
    )
    .option('--samples <k>', 'how often it is asked for one verdict', wholeArg(1, 64), 1)
    .option('--sample <n>', 'only so many episodes, drawn evenly over the scores that they have', wholeArg(1));
  withJudgeOptions(command)
    .option('--max-usd <x>', "dollar budget, by the run's `prices`", numberArg(0, Number.MAX_VALUE))
    .addOption(dbOption())
    .option('--json', 'print one JSON document')
    .action(async (reference: string, flags: RescoreFlags) => {
      const store = openStore(flags.db, { mode: 'write' });
      try {
        const run = findRun(store, reference);
        const method = flags.scorerMethod ?? run.config.scorer_method;
        const chosen = chooseEpisodes(run, gradableEpisodes(store, run), method, flags);
        const { prices } = run.config;
        const wish = { ...flags, spec: flags.scorer, prices };
        const { grades, failed, grading } = await gradeRun({ store, run, episodes: chosen, methods: [method], wish });
        const cross = crossJudge(chosen.map((episode, index) => scoredTwice(run, episode, grades[index], method)));
        const notes = [...judgeNotes(modelNameOf(flags.scorer), run), ...failureNotes({ failed })];
        const { name, runId } = run;
        const { gradingId: grading_id, judge } = grading;
        const own = run.config.roles.scorer;
        const asked = [own, ...own.others].map(({ model }) => modelNameOf(model)).join(' + ');
        const head = { run: name, run_id: runId, grading_id, method, first_judge: asked, second_judge: judge };
        if (flags.json) sayJson({ ...head, episodes: chosen.length, ...cross, notes });
        else say(...crossJudgeLines({ ...head, cross, notes }, paletteFor(process.stdout)));
        setExit(failed.size > 0 ? 1 : 0);
      } finally {
        store.close();
      }
    });
}

/** Throws `usage` where there is nothing that could be held against the new scores. */
function chooseEpisodes(
  run: RunRecord,
  episodes: readonly GradableEpisode[],
  method: ScoreMethod,
  { sample, seed }: RescoreFlags,
): readonly GradableEpisode[] {
  if (method === 'decomposed' && episodes.every(({ weights }) => weights === null)) {
    throw new EntenteError(
      'usage',
      `${run.name} has no weights, and weights cannot be fixed once completions exist; rescore it with --scorer-method holistic, or play it with --scorer-method decomposed.`,
    );
  }
  const scored = episodes.filter(({ scores }) => scores[method] !== null);
  if (scored.length === 0) {
    const why = episodes.length === 0 ? 'no completion' : `no ${method} score`;
    throw new EntenteError(
      'usage',
      `${run.name} has ${why} to rescore${episodes.length === 0 ? '' : '; try the other --scorer-method'}.`,
    );
  }
  if (sample === undefined) return scored;
  return stratifiedSample(scored, ({ scores }) => wholeScore(scores[method] ?? 0), sample, seed);
}

function scoredTwice(
  { name }: RunRecord,
  { number, scores, weights, subject }: GradableEpisode,
  grade: Grade | null | undefined,
  method: ScoreMethod,
): ScoredTwice {
  const utilities = grade?.utilities ?? null;
  const decomposed = weights === null || utilities === null ? null : decomposedReward({ weights, utilities });
  return {
    episode: `${name}/${number}`,
    first: scores[method],
    second: method === 'holistic' ? (grade?.ca?.overall ?? null) : decomposed,
    length: subject.completion.length,
  };
}
