/** Scenarios that all compared runs have graded: each run's mean reward on one line, widest apart first. */

import type { CompareAnswer } from '../../../api.js';
import { count, decimal, signed, words } from '../../format.js';
import { links } from '../../routing/place.js';
import { percentOf, ticks } from '../../scales.js';
import { clusterMeans, gapOf } from './means.js';

type Shared = CompareAnswer['shared'][number];

export function SharedScenarios({ answer: { runs, shared, shared_total } }: { answer: CompareAnswer }) {
  const letters = runs.map((_, index) => String(index + 1));
  const top = Math.max(5, ...shared.flatMap(({ reward_means }) => reward_means));
  return (
    <section class="section">
      <h2>The scenarios they share</h2>
      {shared.length === 0 ? (
        <p class="soft">
          None: no scenario has been graded in every one of these runs. Runs with the same seed and data play the same
          scenarios.
        </p>
      ) : (
        <>
          <p class="soft">
            Mean reward of each run, widest apart first
            {shared.length < shared_total ? `; ${count(shared.length)} of ${count(shared_total)}` : ''}.{' '}
            {runs.map(({ name }, index) => (
              <span key={name} class="nowrap">
                <b class={index === 0 ? 'dot-name first' : 'dot-name'}>{letters[index]}</b> {name}{' '}
              </span>
            ))}
          </p>
          <div class="dumbbell-scale small soft" aria-hidden="true">
            <span />
            <span class="axis edges">
              {ticks(top, 5).map((tick) => (
                <span key={tick}>{tick}</span>
              ))}
            </span>
            <span class="n">{runs.length === 2 ? '2 less 1' : 'apart'}</span>
          </div>
          <ul class="dumbbells">
            {[...shared]
              .sort((one, other) => gapOf(other) - gapOf(one))
              .map((scenario) => (
                <Dumbbell
                  key={scenario.scenario_key}
                  scenario={scenario}
                  letters={letters}
                  top={top}
                  names={runs.map(({ name }) => name)}
                />
              ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Dumbbell({
  scenario,
  letters,
  top,
  names,
}: {
  scenario: Shared;
  letters: readonly string[];
  top: number;
  names: readonly string[];
}) {
  const { dilemma_id, pair_id, group_ids, reward_means } = scenario;
  const [low, high] = [Math.min(...reward_means), Math.max(...reward_means)];
  const [first = 0, second = 0] = reward_means;
  return (
    <li>
      <span>
        {words(dilemma_id)} <span class="small soft">{words(pair_id)}</span>
      </span>
      <span class="dumbbell">
        <b style={{ insetInlineStart: percentOf(low, 0, top), width: percentOf(high - low, 0, top) }} />
        {clusterMeans(reward_means, top).map(({ mean, members }) => (
          <span key={members.join()} class="dots" style={{ insetInlineStart: percentOf(mean, 0, top) }}>
            {members.map((index) => (
              <a
                key={index}
                class={index === 0 ? 'first' : ''}
                href={links.group(group_ids[index] ?? '')}
                aria-label={`${letters[index]}: ${words(dilemma_id)} in ${names[index]}: ${decimal(reward_means[index] ?? null, 2)}`}
                title={`${names[index]}: ${decimal(reward_means[index] ?? null, 2)}`}
              >
                {letters[index]}
              </a>
            ))}
          </span>
        ))}
      </span>
      <span class="n">{reward_means.length === 2 ? signed(second - first) : decimal(high - low, 2)}</span>
    </li>
  );
}
