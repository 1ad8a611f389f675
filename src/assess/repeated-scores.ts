/** The single verdicts of a grade whose judge was asked several times: each repeat as a score of its own. */
import type { Grade } from '../judging/index.js';

/** By repeat, 0 to 5; null where the verdict could not be read. */
export interface RepeatedScores {
  holistic: readonly (number | null)[];
  utilities: Readonly<Record<'A' | 'B', readonly (number | null)[]>>;
}

/** Of a text that the pre-checks have settled there is one verdict only. */
export function repeatedScores({ verdicts }: Grade): RepeatedScores {
  const said = (kind: Grade['verdicts'][number]['kind']) =>
    verdicts
      .filter((verdict) => verdict.kind === kind)
      .flatMap((verdict) => verdict.said.judges.flatMap((judge) => judge.verdicts.map(({ value }) => value)));
  return { holistic: said('ca'), utilities: { A: said('utility.A'), B: said('utility.B') } };
}
