/** How an episode or a run stands: a word and a shape, in the hue of its outcome. */
import type { Outcome } from '../../../domain/index.js';
import type { Status } from '../../api.js';

export type Ending = Outcome | 'failed' | 'running' | 'pending' | 'answered';

/** What to call an episode's end: its outcome, or why there is none. */
export function endingOf({ status, outcome }: { status: Status; outcome: Outcome | null }): Ending {
  if (outcome !== null) return outcome;
  return status === 'done' ? 'answered' : status;
}

export function Mark({ ending, label }: { ending: Ending; label?: string }) {
  return (
    <span class="mark">
      <i class={ending} aria-hidden="true" />
      {label ?? (ending === 'answered' ? 'answered alone' : ending)}
    </span>
  );
}
