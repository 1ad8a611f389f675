/** The episode page once its data is there. The address holds the step, the view and the call that is open. */
import { useEffect, useMemo } from 'preact/hooks';
import type { EpisodeAnswer, TokensAnswer } from '../../../api.js';
import type { Asked } from '../../data/use-answer.js';
import { decimal, plural, signed, words } from '../../format.js';
import { useKeys } from '../../keys.js';
import { Notice } from '../../parts/notice.js';
import { endingOf, Mark } from '../../parts/outcome.js';
import { PageHead } from '../../parts/page-head.js';
import { ScenarioView } from '../../parts/scenario.js';
import { links, type Params } from '../../routing/place.js';
import { go } from '../../routing/use-place.js';
import { CallDialog } from './call-dialog.js';
import { CallsTable } from './calls-table.js';
import { Dialogue } from './dialogue.js';
import { Ending } from './ending.js';
import { Scrubber } from './scrubber.js';
import { SiblingsStrip } from './siblings-strip.js';
import { type Beat, beatsOf, type FilmPosition, finalState, lastStep, stepFrom } from './timeline.js';
import { TokenView } from './token-view.js';
import { type Playback, usePlayback } from './use-playback.js';

interface Props {
  answer: EpisodeAnswer;
  /** The episode that the address names: ahead of the answer while a key is held down. */
  wanted: string;
  params: Readonly<Record<string, string>>;
  tokens: Asked<TokensAnswer>;
}

export function EpisodeView({ answer, wanted, params, tokens }: Props) {
  const id = answer.episode.episode_id;
  const beats = useMemo(() => beatsOf(answer.calls), [answer]);
  const playback = usePlayback(beats, stepFrom(params['at'], lastStep(beats)));
  const asTokens = params['view'] === 'tokens';
  const at = (changes: Params) => links.episode(id, { ...params, ...changes });
  const hrefOfCall = (call: string) => at({ call });
  const keep: Record<string, string> = asTokens ? { view: 'tokens' } : {};
  useAddressOfStep(playback, lastStep(beats), params['at'], (step) =>
    go(at({ at: step, turn: null }), { replace: true }),
  );
  useFollowing(playback, beats[playback.step - 1]?.callId, answer);
  useTarget(params['turn']);
  useEpisodeKeys(answer, wanted, playback, keep, () => go(at({ view: asTokens ? null : 'tokens' }), { replace: true }));
  return (
    <div class="episode">
      <Head answer={answer} keep={keep} />
      <Summary
        answer={answer}
        keep={keep}
        asTokens={asTokens}
        onSwitch={(tokens) => go(at({ view: tokens ? 'tokens' : null }), { replace: true })}
      />
      <div class={asTokens ? 'three tokens-on' : 'three'}>
        <ScenarioView scenario={answer.scenario} />
        {asTokens ? (
          <TokenView episode={id} asked={tokens} />
        ) : (
          <Played answer={answer} beats={beats} position={playback} target={params['turn']} hrefOfCall={hrefOfCall} />
        )}
      </div>
      <section class="section">
        <h2>Calls</h2>
        <CallsTable calls={answer.calls} failed={answer.failed_calls} hrefOfCall={hrefOfCall} />
      </section>
      {asTokens ? null : <Scrubber answer={answer} beats={beats} playback={playback} final={finalState(answer)} />}
      {params['call'] === undefined ? null : (
        <CallDialog
          episode={id}
          calls={answer.calls}
          callId={params['call']}
          hrefOfCall={hrefOfCall}
          onClose={() => go(at({ call: null }), { replace: true })}
        />
      )}
    </div>
  );
}

interface PlayedProps {
  answer: EpisodeAnswer;
  beats: readonly Beat[];
  position: FilmPosition;
  target: string | undefined;
  hrefOfCall: (callId: string) => string;
}

function Played({ answer, beats, position, target, hrefOfCall }: PlayedProps) {
  return (
    <div class="played">
      <Dialogue
        answer={answer}
        beats={beats}
        position={position}
        target={target === undefined ? null : Number(target)}
        hrefOfCall={hrefOfCall}
      />
      <Ending answer={answer} beats={beats} position={position} hrefOfCall={hrefOfCall} />
    </div>
  );
}

interface SummaryProps {
  answer: EpisodeAnswer;
  keep: Record<string, string>;
  asTokens: boolean;
  onSwitch: (tokens: boolean) => void;
}

function Summary({ answer, keep, asTokens, onSwitch }: SummaryProps) {
  return (
    <div class="summary">
      <SiblingsStrip siblings={answer.siblings} current={answer.episode.episode_id} keep={keep} />
      <Verdict answer={answer} />
      <ViewSwitch asTokens={asTokens} onSwitch={onSwitch} />
    </div>
  );
}

function Head({ answer, keep }: { answer: EpisodeAnswer; keep: Params }) {
  const { episode, run } = answer;
  return (
    <>
      <PageHead title={`${run.name}/${episode.number}`} eyebrow={words(episode.dilemma_id)} command={answer.command}>
        <nav aria-label="Neighbours">
          {answer.previous === null ? null : <a href={links.episode(answer.previous, keep)}>Previous episode</a>}
          {answer.next === null ? null : <a href={links.episode(answer.next, keep)}>Next episode</a>}
          <a href={links.group(episode.group_id)}>Its group</a>
        </nav>
      </PageHead>
      <Notice text={run.notice} />
    </>
  );
}

function Verdict({ answer: { episode } }: { answer: EpisodeAnswer }) {
  return (
    <p class="outcome">
      <Mark ending={endingOf(episode)} />
      <span class="soft">
        {episode.rounds === null || episode.rounds === 0 ? '' : `in ${plural(episode.rounds, 'round')} · `}CA{' '}
        {decimal(episode.ca_score)} · reward {decimal(episode.reward, 2)} · advantage {signed(episode.advantage)}
      </span>
    </p>
  );
}

function ViewSwitch({ asTokens, onSwitch }: { asTokens: boolean; onSwitch: (tokens: boolean) => void }) {
  return (
    <div class="switch" role="group" aria-label="View">
      <button type="button" aria-pressed={!asTokens} onClick={() => onSwitch(false)}>
        Dialogue
      </button>
      <button type="button" aria-pressed={asTokens} onClick={() => onSwitch(true)}>
        Tokens
      </button>
    </div>
  );
}

/** While the film rests, its step is in the address; the end, where every episode begins, is not. */
function useAddressOfStep(
  { playing, step }: Playback,
  last: number,
  inAddress: string | undefined,
  tell: (step: number | null) => void,
): void {
  useEffect(() => {
    const wanted = step >= last ? null : step;
    const there = inAddress === undefined ? null : Number(inAddress);
    if (!playing && wanted !== there) tell(wanted);
  }, [playing, step]);
}

/** While it plays, what is being said stays in view. */
function useFollowing(
  { playing, step }: Playback,
  callId: string | undefined,
  { turns, completion }: EpisodeAnswer,
): void {
  useEffect(() => {
    if (!playing || callId === undefined) return;
    const turn = turns.find(({ call_id }) => call_id === callId);
    const place = turn !== undefined ? `#turn-${turn.turn_index}` : completion?.call_id === callId ? '.ending' : null;
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (place !== null)
      document.querySelector(place)?.scrollIntoView({ block: 'center', behavior: still ? 'auto' : 'smooth' });
  }, [playing, step, callId]);
}

function useTarget(turn: string | undefined): void {
  useEffect(() => {
    if (turn !== undefined && /^\d+$/.test(turn))
      document.getElementById(`turn-${turn}`)?.scrollIntoView({ block: 'center' });
  }, []);
}

function useEpisodeKeys(
  { siblings, episode, previous, next, run }: EpisodeAnswer,
  wanted: string,
  playback: Playback,
  keep: Params,
  switchView: () => void,
): void {
  const at = siblings.findIndex(({ episode_id }) => episode_id === wanted);
  const to = (target: string | null | undefined) =>
    target === null || target === undefined ? false : go(links.episode(target, keep));
  useKeys({
    '←': () => to(siblings[at - 1]?.episode_id),
    '→': () => to(siblings[at + 1]?.episode_id),
    '[': () => to(previous),
    ']': () => to(next),
    space: playback.toggle,
    ',': () => playback.move(-1),
    '.': () => playback.move(1),
    v: playback.toVerdict,
    t: switchView,
    u: () => go(links.group(episode.group_id)),
    esc: () => go(links.group(episode.group_id)),
    '/': () => go(links.episodes(run.run_id, { find: 1 })),
  });
}
