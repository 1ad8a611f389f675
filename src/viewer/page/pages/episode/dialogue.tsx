/** The dialogue as two voices, round by round, with the judge's word after each in the margin. */
import { useMemo } from 'preact/hooks';
import type { CallLine, EpisodeAnswer, TurnLine, VerdictLine } from '../../../api.js';
import { count, plural } from '../../format.js';
import { type Beat, type FilmPosition, heard } from './timeline.js';
import { VerdictNote } from './verdict-note.js';

interface Props {
  answer: EpisodeAnswer;
  beats: readonly Beat[];
  position: FilmPosition;
  /** The turn the address points at; null for none. */
  target: number | null;
  hrefOfCall: (callId: string) => string;
}

export function Dialogue({ answer, beats, position, target, hrefOfCall }: Props) {
  const rounds = [...new Set(answer.turns.map(({ round }) => round))];
  const callOf = new Map(answer.calls.map((call) => [call.call_id, call]));
  return (
    <section class="dialogue" aria-label="Dialogue">
      <h2 class="sr">Dialogue</h2>
      {rounds.map((round) => (
        <section key={round} class="round" aria-label={`Round ${round}`}>
          <h3 class="round-rule">
            Round {round} <span class="soft">of at most {answer.max_rounds}</span>
          </h3>
          <div class="voices">
            {answer.turns
              .filter((turn) => turn.round === round)
              .map((turn) => (
                <Turn
                  key={turn.turn_index}
                  turn={turn}
                  name={answer.scenario.personas[turn.seat].name}
                  learner={turn.seat === answer.learner}
                  call={callOf.get(turn.call_id)}
                  share={heard(beats, position, turn.call_id)}
                  target={turn.turn_index === target}
                  href={hrefOfCall(turn.call_id)}
                />
              ))}
          </div>
          <aside class="margin" aria-label={`Verdict on round ${round}`}>
            {answer.verdicts
              .filter((verdict) => verdict.kind === 'agreement' && verdict.round === round)
              .map((verdict: VerdictLine) => (
                <VerdictNote
                  key={verdict.call_id}
                  verdict={verdict}
                  call={callOf.get(verdict.call_id)}
                  hidden={heard(beats, position, verdict.call_id) === 0}
                  href={hrefOfCall(verdict.call_id)}
                />
              ))}
          </aside>
        </section>
      ))}
    </section>
  );
}

interface TurnProps {
  turn: TurnLine;
  name: string;
  learner: boolean;
  call: CallLine | undefined;
  share: number;
  target: boolean;
  href: string;
}

/** Texts may be long and a film has sixty frames a second, so a turn that has not changed is not drawn again. */
function Turn({ turn, name, learner, call, share, target, href }: TurnProps) {
  return useMemo(() => {
    const { turn_index, seat, content, completion_tokens, finish_reason } = turn;
    const failed = call?.attempts.length ?? 0;
    return (
      <article
        class={`turn voice-${seat.toLowerCase()}${target ? ' target' : ''}${share === 0 ? ' unheard' : ''}`}
        id={`turn-${turn_index}`}
        aria-label={`Turn ${turn_index + 1}, ${seat}`}
      >
        <header class="small">
          <span class={seat.toLowerCase()}>
            <strong>{seat}</strong> <span dir="auto">{name}</span>
          </span>
          <span class="soft">
            {learner ? 'learner · ' : ''}turn {turn_index + 1}
            {completion_tokens === null ? '' : ` · ${plural(completion_tokens, 'token')}`}
            {failed === 0 ? '' : ` · after ${plural(failed, 'failed try', 'failed tries')}`} ·{' '}
            <a href={href}>prompt and reply</a>
          </span>
        </header>
        <p class="read" dir="auto">
          <Said text={content} share={share} />
        </p>
        {finish_reason === 'length' ? (
          <p class="small soft">Cut at max_tokens, after {count(completion_tokens)} tokens.</p>
        ) : null}
      </article>
    );
  }, [turn, name, learner, call, share, target, href]);
}

/** How much of a text has been said: whole words, so that no character is torn apart. */
export function saidLength(text: string, share: number): number {
  if (share >= 1) return text.length;
  const cut = Math.floor(text.length * share);
  const space = text.slice(0, cut).search(/\s\S*$/);
  return space < 0 ? 0 : space;
}

function Said({ text, share }: { text: string; share: number }) {
  if (share >= 1 || share <= 0) return <>{text}</>;
  const length = saidLength(text, share);
  return (
    <>
      {text.slice(0, length)}
      <span class="unsaid">{text.slice(length)}</span>
    </>
  );
}
