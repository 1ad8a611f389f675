/** Ordinary least squares. */
import { type Interval, studentCritical } from './interval.js';

export interface Coefficient {
  estimate: number;
  /** Standard error, classical (homoscedastic); null without residual degrees of freedom. */
  error: number | null;
  /** 95 %, Student's t; null where the error is. */
  interval: Interval | null;
}

export interface LeastSquares {
  rows: number;
  /** Null for a fit through the origin. */
  intercept: Coefficient | null;
  /** One for each predictor, in the order given. */
  slopes: Coefficient[];
  /** Share of the variance explained, 0 to 1 (about the mean; about 0 for a fit through the origin); null where the outcome does not vary. */
  r_squared: number | null;
}

/**
 * Fits outcome = intercept + Σ slope × predictor by least squares, through a QR decomposition (Golub and Van Loan, Matrix
 * Computations, section 5.3). `predictors[i]` are those of row i. Null where rows are fewer than coefficients, or
 * predictors depend on one another. Throws a RangeError for rows of different length.
 */
export function leastSquares(
  predictors: readonly (readonly number[])[],
  outcomes: readonly number[],
  { intercept = true }: { intercept?: boolean } = {},
): LeastSquares | null {
  const width = predictors[0]?.length ?? 0;
  if (predictors.length !== outcomes.length || predictors.some((row) => row.length !== width))
    throw new RangeError('every row needs the same predictors and one outcome');
  const columns = Array.from({ length: width }, (_, column) => predictors.map((row) => row[column] ?? 0));
  const design = intercept ? [outcomes.map(() => 1), ...columns] : columns;
  const rows = outcomes.length;
  if (design.length === 0 || rows < design.length) return null;
  const factors = orthogonalise(design);
  if (factors === null) return null;
  const { q, r } = factors;
  const projected = q.map((column) => dot(column, outcomes));
  const estimates = solveUpper(r, projected);
  const residuals = outcomes.map((outcome, row) =>
    design.reduce((rest, column, index) => rest - (column[row] ?? 0) * (estimates[index] ?? 0), outcome),
  );
  const df = rows - design.length;
  const noise = df === 0 ? null : dot(residuals, residuals) / df;
  const coefficients = estimates.map((estimate, index) => coefficientOf(estimate, noise, inverseRowNorm(r, index), df));
  const centre = intercept ? outcomes.reduce((sum, value) => sum + value, 0) / rows : 0;
  const total = outcomes.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return {
    rows,
    intercept: intercept ? (coefficients[0] ?? null) : null,
    slopes: intercept ? coefficients.slice(1) : coefficients,
    r_squared: total === 0 ? null : 1 - dot(residuals, residuals) / total,
  };
}

function coefficientOf(estimate: number, noise: number | null, norm: number, df: number): Coefficient {
  if (noise === null) return { estimate, error: null, interval: null };
  const error = Math.sqrt(noise) * norm;
  const half = studentCritical(df) * error;
  return { estimate, error, interval: { low: estimate - half, high: estimate + half } };
}

/** Modified Gram–Schmidt, twice over each column for accuracy; null where a column depends on those before it. */
function orthogonalise(design: readonly (readonly number[])[]): { q: number[][]; r: number[][] } | null {
  const q: number[][] = [];
  const r = design.map(() => design.map(() => 0));
  for (const [place, column] of design.entries()) {
    const size = Math.sqrt(dot(column, column));
    let rest = [...column];
    for (const pass of [q, q]) {
      for (const [before, unit] of pass.entries()) {
        const shared = dot(unit, rest);
        const cells = r[before] ?? [];
        cells[place] = (cells[place] ?? 0) + shared;
        rest = rest.map((value, row) => value - shared * (unit[row] ?? 0));
      }
    }
    const norm = Math.sqrt(dot(rest, rest));
    if (norm <= 1e-10 * size || norm === 0) return null;
    (r[place] ?? [])[place] = norm;
    q.push(rest.map((value) => value / norm));
  }
  return { q, r };
}

/** Back substitution. */
function solveUpper(r: readonly (readonly number[])[], right: readonly number[]): number[] {
  const solution = right.map(() => 0);
  for (let row = right.length - 1; row >= 0; row--) {
    const known = solution.reduce(
      (sum, value, column) => sum + (column > row ? (r[row]?.[column] ?? 0) * value : 0),
      0,
    );
    solution[row] = ((right[row] ?? 0) - known) / (r[row]?.[row] ?? 1);
  }
  return solution;
}

/** Length of row `index` of R⁻¹: the root of that diagonal element of (XᵀX)⁻¹. */
function inverseRowNorm(r: readonly (readonly number[])[], index: number): number {
  const squares = r.map((_, column) => {
    const unit = r.map((__, row) => (row === column ? 1 : 0));
    return (solveUpper(r, unit)[index] ?? 0) ** 2;
  });
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
}

function dot(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
}
