/** What stands in for an answer: a word after 200 ms, or what went wrong and what to do. */
import type { Asked } from '../data/use-answer.js';
import { links } from '../routing/place.js';

export function Waiting<T>({ asked }: { asked: Asked<T> }) {
  if (asked.problem !== null) {
    return (
      <div class="empty" role="alert">
        <h1>{asked.problem.code === 'not_found' ? 'Not in this database' : 'No answer'}</h1>
        <p dir="auto">{asked.problem.message}</p>
        <p>
          <a href={links.runs()}>All runs</a>
        </p>
      </div>
    );
  }
  return (
    <p class="soft" role="status">
      {asked.slow ? 'Reading the database…' : ''}
    </p>
  );
}
