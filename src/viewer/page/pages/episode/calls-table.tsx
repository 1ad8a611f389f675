/** Every call of the episode in order, with the tries that failed before it. */

import type { CallLine, FailedCallLine } from '../../../api.js';
import { count, duration, words } from '../../format.js';
import { ScrollX } from '../../parts/scroll-x.js';
import { callTitle } from './call-title.js';

interface Props {
  calls: readonly CallLine[];
  /** Those that never succeeded. */
  failed: readonly FailedCallLine[];
  hrefOfCall: (callId: string) => string;
}

export function CallsTable({ calls, failed, hrefOfCall }: Props) {
  if (calls.length + failed.length === 0) return <p class="soft">No call has finished yet.</p>;
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
          {failed.map((call, index) => (
            <FailedRow key={index} call={call} />
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
        <Attempts attempts={call.attempts} />
      </td>
    </tr>
  );
}

function FailedRow({ call }: { call: FailedCallLine }) {
  return (
    <tr>
      <th scope="row" class="nowrap">
        {callTitle({ ...call, sample: 0 })}
      </th>
      <td>{call.model}</td>
      <td colSpan={4} />
      <td dir="auto">
        <strong>{words(call.code)}</strong> {call.message}
      </td>
      <td>
        <Attempts attempts={call.attempts} />
      </td>
    </tr>
  );
}

function Attempts({ attempts }: { attempts: CallLine['attempts'] }) {
  return (
    <>
      {attempts.map(({ code, message, ms }, index) => (
        <div key={index} dir="auto">
          <strong>{words(code)}</strong> after {duration(ms)}: <span class="soft">{message}</span>
        </div>
      ))}
    </>
  );
}
