/** One call as it was: what was sent, how it was sampled, what came back, and the tries before. */
import { useEffect, useRef } from 'preact/hooks';
import type { CallAnswer, CallLine } from '../../../api.js';
import { apiPath } from '../../data/fetch-answer.js';
import { useAnswer } from '../../data/use-answer.js';
import { count, duration, words } from '../../format.js';
import { Command } from '../../parts/command.js';
import { callTitle } from './call-title.js';

interface Props {
  episode: string;
  calls: readonly CallLine[];
  callId: string;
  hrefOfCall: (callId: string) => string;
  onClose: () => void;
}

export function CallDialog({ episode, calls, callId, hrefOfCall, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const asked = useAnswer<CallAnswer>(apiPath(['episodes', episode, 'calls', callId]));
  useEffect(() => dialog.current?.showModal(), []);
  const at = calls.findIndex(({ call_id }) => call_id === callId);
  const [previous, next] = [calls[at - 1], calls[at + 1]];
  const call = calls[at];
  const answer = asked.answer?.call.call_id === callId ? asked.answer : null;
  return (
    <dialog
      class="call"
      ref={dialog}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) dialog.current?.close();
      }}
      aria-labelledby="call-title"
    >
      <div class="call-inner">
        <header>
          <h2 id="call-title">{call === undefined ? 'Call' : callTitle(call)}</h2>
          <nav aria-label="Calls">
            {previous === undefined ? null : <a href={hrefOfCall(previous.call_id)}>Previous call</a>}
            {next === undefined ? null : <a href={hrefOfCall(next.call_id)}>Next call</a>}
            <button type="button" onClick={() => dialog.current?.close()}>
              Close
            </button>
          </nav>
        </header>
        {answer === null ? (
          <p class="soft" role="status">
            {asked.problem?.message ?? (asked.slow ? 'Reading the database…' : '')}
          </p>
        ) : (
          <CallBody answer={answer} />
        )}
      </div>
    </dialog>
  );
}

function CallBody({ answer }: { answer: CallAnswer }) {
  const { call, prompt, sampling, seed, reply } = answer;
  return (
    <>
      <Command text={answer.command} />
      <dl class="facts small">
        <Fact name="model" value={call.model} />
        <Fact name="took" value={duration(call.latency_ms)} />
        <Fact name="read" value={count(call.prompt_tokens)} />
        <Fact name="wrote" value={count(call.completion_tokens)} />
        <Fact name="ended by" value={call.finish_reason} />
        <Fact name="seed" value={String(seed)} />
        {Object.entries(sampling).map(([name, value]) => (
          <Fact key={name} name={words(name)} value={String(value)} />
        ))}
        <Fact name="prompt version" value={prompt.hash.slice(0, 12)} />
      </dl>
      {call.attempts.map(({ code, message, ms }, index) => (
        <p key={index} class="notice" dir="auto">
          Try {index + 1} failed after {duration(ms)}: <strong>{words(code)}</strong> {message}
        </p>
      ))}
      <h3>Prompt</h3>
      {prompt.messages === null ? (
        <p class="soft">{prompt.reason}</p>
      ) : (
        prompt.messages.map(({ role, content }, index) => (
          <div key={index} class="message">
            <p class="small soft">{role}</p>
            <pre dir="auto">{content}</pre>
          </div>
        ))
      )}
      <h3>Reply</h3>
      <pre dir="auto">{reply}</pre>
    </>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt class="soft">{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
