/** How many episodes of a run may fail before it is not worth going on. */
import type { Failure } from '../domain/index.js';
import { EntenteError } from '../errors.js';

/**
 * Counts failures from those `before` on. `limit` is a number of episodes, or a share of the run's `episodes` such as
 * "5%"; null: any number. The function returned throws `failures` when there are more than that.
 */
export function failureLimit(
  limit: number | string | null,
  episodes: number,
  before: number,
): (failure: Failure) => void {
  const most = limit === null ? Number.POSITIVE_INFINITY : mostOf(limit, episodes);
  let failed = before;
  return ({ code, message }) => {
    failed++;
    if (failed <= most) return;
    const allowed = limit === 0 ? 'none may' : `at most ${limit} may`;
    throw new EntenteError(
      'failures',
      `${failed} of ${episodes} episodes failed (${allowed}), last: ${code}, ${message}`,
    );
  };
}

function mostOf(limit: number | string, episodes: number): number {
  return typeof limit === 'number' ? limit : Math.floor((Number(limit.replace('%', '')) / 100) * episodes);
}
