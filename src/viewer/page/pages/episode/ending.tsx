/** How the episode ended: the joint answer with its scores, or why there is none. */
import type { EpisodeAnswer, VerdictLine } from '../../../api.js';
import { decimal, signed, words } from '../../format.js';
import { percentOf } from '../../scales.js';
import { type Beat, type FilmPosition, heard, lastStep } from './timeline.js';

interface Props {
  answer: EpisodeAnswer;
  beats: readonly Beat[];
  position: FilmPosition;
  hrefOfCall: (callId: string) => string;
}

export function Ending({ answer, beats, position, hrefOfCall }: Props) {
  const { completion, episode, verdicts } = answer;
  const scores = verdicts.filter(({ kind }) => kind !== 'agreement');
  const ended = position.step >= lastStep(beats);
  return (
    <section class="round ending" aria-label="Ending">
      <h2 class="round-rule">{completion === null ? 'No joint answer' : 'Joint answer'}</h2>
      <div class={`voices${completion !== null && heard(beats, position, completion.call_id) === 0 ? ' unheard' : ''}`}>
        {completion === null ? (
          <p class={ended ? 'soft' : 'soft unheard'}>{whyNone(answer)}</p>
        ) : (
          <>
            <p class="read" dir="auto">
              {completion.content}
            </p>
            <p class="small soft">
              {completion.model}
              {completion.finish_reason === 'length' ? ' · cut at max_tokens' : ''} ·{' '}
              <a href={hrefOfCall(completion.call_id)}>prompt and reply</a>
            </p>
          </>
        )}
        {episode.failure === null ? null : (
          <p class={ended ? 'failure' : 'failure unheard'} dir="auto">
            <strong>{words(episode.failure)}</strong> {episode.failure_message}
          </p>
        )}
      </div>
      <aside class="margin" aria-label="Scores">
        {scores.map((score) => (
          <ScoreNote
            key={score.call_id}
            score={score}
            hidden={heard(beats, position, score.call_id) === 0}
            href={hrefOfCall(score.call_id)}
          />
        ))}
        <Stakeholders stakeholders={answer.stakeholders ?? []} hidden={!ended} />
        <p class={ended ? '' : 'unheard'}>
          Reward <strong>{decimal(episode.reward, 2)}</strong>{' '}
          <span class="soft">advantage {signed(episode.advantage)}</span>
        </p>
      </aside>
    </section>
  );
}

function whyNone({ episode, mode }: EpisodeAnswer): string {
  if (episode.status === 'failed') return 'The episode could not be finished.';
  if (episode.status !== 'done') return 'Not yet: the episode is not finished.';
  if (episode.outcome === 'deadlocked' && mode === 'train')
    return 'They never agreed. In train mode a deadlock gets no joint answer, and reward 0.';
  return 'None was written.';
}

function ScoreNote({ score, hidden, href }: { score: VerdictLine; hidden: boolean; href: string }) {
  const { value, aspects, reason, raw, model, stakeholder } = score;
  const what = stakeholder === null || stakeholder === undefined ? 'Collective Agency' : `Utility for ${stakeholder}`;
  return (
    <div class={hidden ? 'verdict unheard' : 'verdict'}>
      <p>
        <strong>{value === null ? `${what}: could not be read` : `${what} ${decimal(value)}`}</strong>
      </p>
      {aspects === null ? null : (
        <dl class="aspect-scores">
          {Object.entries(aspects).map(([aspect, mark]) => (
            <div key={aspect}>
              <dt>{aspect}</dt>
              <dd>
                <span class="meter" aria-hidden="true">
                  <i style={{ width: percentOf(mark, 0, 5) }} />
                </span>
                {decimal(mark)}
              </dd>
            </div>
          ))}
        </dl>
      )}
      <p class="reason" dir="auto">
        {value === null ? raw : reason}
      </p>
      <p class="small soft">
        {model} · <a href={href}>prompt and reply</a>
      </p>
    </div>
  );
}

/** What the answer is worth to each side, and how much that side counts in the reward. */
function Stakeholders({
  stakeholders,
  hidden,
}: {
  stakeholders: NonNullable<EpisodeAnswer['stakeholders']>;
  hidden: boolean;
}) {
  if (stakeholders.length === 0) return null;
  return (
    <dl class={hidden ? 'aspect-scores unheard' : 'aspect-scores'}>
      {stakeholders.map(({ seat, utility, weight }) => (
        <div key={seat}>
          <dt>
            <span class={seat.toLowerCase()}>{seat}</span> <span class="soft">weight {decimal(weight, 2)}</span>
          </dt>
          <dd>
            <span class="meter" aria-hidden="true">
              <i style={{ width: percentOf(utility ?? 0, 0, 5) }} />
            </span>
            {decimal(utility)}
          </dd>
        </div>
      ))}
    </dl>
  );
}
