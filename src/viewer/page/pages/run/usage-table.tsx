/** What each model was asked and how it took it. */

import type { UsageLine } from '../../../api.js';
import { compact, count } from '../../format.js';
import { ScrollX } from '../../parts/scroll-x.js';

export function UsageTable({ usage }: { usage: readonly UsageLine[] }) {
  if (usage.length === 0) return <p class="soft">No call has been made yet.</p>;
  return (
    <ScrollX label="Models and tokens">
      <table class="fit">
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col" class="n">
              Calls
            </th>
            <th scope="col" class="n">
              Read
            </th>
            <th scope="col" class="n">
              Written
            </th>
            <th scope="col" class="n">
              Retries
            </th>
            <th scope="col" class="n">
              Cut short
            </th>
          </tr>
        </thead>
        <tbody>
          {usage.map((line) => (
            <tr key={line.model}>
              <th scope="row">{line.model}</th>
              <td class="n">{count(line.calls)}</td>
              <td class="n">{compact(line.prompt_tokens)}</td>
              <td class="n">{compact(line.completion_tokens)}</td>
              <td class="n">{count(line.retries)}</td>
              <td class="n">{count(line.truncated)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}
