/** Every call of the episode in order, with the tries that failed before it. */

import type { CallLine } from '../../../api.js';
import { count, duration, words } from '../../format.js';
import { ScrollX } from '../../parts/scroll-x.js';

const names: Readonly<Record<CallLine['kind'], string>> = {
  speak: 'speaks',
  completion: 'joint answer',
  agreement: 'verdict',
  'agreement.repair': 'verdict, asked again',
  ca: 'score',
  'ca.repair': 'score, asked again',
};

export function callTitle({ kind, seat, round, sample }: CallLine): string {
  const who = kind === 'speak' ? `${seat} ${names[kind]}` : names[kind];
  return `${who}${round > 0 ? `, round ${round}` : ''}${sample > 0 ? `, sample ${sample + 1}` : ''}`;
}

export function CallsTable({
  calls,
  hrefOfCall,
}: {
  calls: readonly CallLine[];
  hrefOfCall: (callId: string) => string;
}) {
  if (calls.length === 0) return <p class="soft">No call has finished yet.</p>;
  return (
    <ScrollX label="Calls">
      <table class="calls">
        <thead>
          <tr>
            <th scope="col">Call</th>
            <th scope="col">Model</th>
            <th scope="col" class="n">
              Begins
            </th>
            <th scope="col" class="n">
              Took
            </th>
            <th scope="col" class="n">
              Read
            </th>
            <th scope="col" class="n">
              Wrote
            </th>
            <th scope="col">Ended by</th>
            <th scope="col">Before it</th>
          </tr>
        </thead>
        <tbody>
          {calls.map((call) => (
            <CallRow key={call.call_id} call={call} href={hrefOfCall(call.call_id)} />
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}

function CallRow({ call, href }: { call: CallLine; href: string }) {
  return (
    <tr>
      <th scope="row" class="nowrap">
        <a href={href}>{callTitle(call)}</a>
      </th>
      <td>{call.model}</td>
      <td class="n nowrap">{duration(call.started_ms)}</td>
      <td class="n nowrap">{duration(call.latency_ms)}</td>
      <td class="n">{count(call.prompt_tokens)}</td>
      <td class="n">{count(call.completion_tokens)}</td>
      <td>
        {call.finish_reason}
        {call.parse_ok === false ? ' · could not be read' : ''}
      </td>
      <td>
        {call.attempts.map(({ code, message, ms }, index) => (
          <div key={index} dir="auto">
            <strong>{words(code)}</strong> after {duration(ms)}: <span class="soft">{message}</span>
          </div>
        ))}
      </td>
    </tr>
  );
}
