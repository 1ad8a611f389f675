/** Intraclass correlation: how far single ratings can stand for one another. */

/**
 * ICC(2,1) of Shrout and Fleiss (Psychological Bulletin 86, 1979): two-way random effects, absolute agreement, a single
 * rating. `ratings[i]` holds what each of the same k ≥ 2 raters gave to subject i, without gaps. At most 1; at or below
 * 0 where raters differ as much as subjects. Null for fewer than two subjects or raters, or where nothing varies.
 * Throws a RangeError for rows of different length.
 */
export function intraclassCorrelation(ratings: readonly (readonly number[])[]): number | null {
  const subjects = ratings.length;
  const raters = ratings[0]?.length ?? 0;
  if (ratings.some((row) => row.length !== raters)) throw new RangeError('every subject needs a rating by every rater');
  if (subjects < 2 || raters < 2) return null;
  const subjectMeans = ratings.map((row) => mean(row));
  const raterMeans = Array.from({ length: raters }, (_, rater) => mean(ratings.map((row) => row[rater] ?? 0)));
  const grand = mean(subjectMeans);
  const squares = (values: readonly number[]) => values.reduce((sum, value) => sum + value ** 2, 0);
  const betweenSubjects = (raters * squares(subjectMeans.map((value) => value - grand))) / (subjects - 1);
  const betweenRaters = (subjects * squares(raterMeans.map((value) => value - grand))) / (raters - 1);
  const residuals = ratings.flatMap((row, subject) =>
    row.map((value, rater) => value - (subjectMeans[subject] ?? 0) - (raterMeans[rater] ?? 0) + grand),
  );
  const residual = squares(residuals) / ((subjects - 1) * (raters - 1));
  const whole = betweenSubjects + (raters - 1) * residual + (raters * (betweenRaters - residual)) / subjects;
  return whole <= 1e-12 ? null : (betweenSubjects - residual) / whole;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
