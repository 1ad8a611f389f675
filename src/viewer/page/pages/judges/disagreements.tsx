/** Completions scored more than once, furthest apart first: the text once, what each judge made of it beside. */
import type { Disagreement, JudgesAnswer } from '../../../api.js';
import { count, decimal, words } from '../../format.js';
import { SpreadMark } from '../../parts/interval.js';
import { links } from '../../routing/place.js';

export function Disagreements({ answer }: { answer: JudgesAnswer }) {
  const { disagreements, disagreements_total: total } = answer;
  return (
    <section class="section">
      <h2>Where scores of one text disagree</h2>
      {total === 0 ? (
        <p class="soft">
          Nowhere yet: every joint answer of this run has one score. A second score, by another judge or by the same one
          again, appears here beside the first.
        </p>
      ) : (
        <>
          <p class="soft">
            {count(total)} joint answers with more than one score
            {disagreements.length < total ? `; the ${disagreements.length} that are furthest apart` : ''}.
          </p>
          {disagreements.map((disagreement) => (
            <OneDisagreement key={disagreement.episode_id} disagreement={disagreement} />
          ))}
        </>
      )}
    </section>
  );
}

function OneDisagreement({ disagreement }: { disagreement: Disagreement }) {
  const { episode_id, reference, dilemma_id, completion, gap, scores } = disagreement;
  return (
    <article class="disagreement">
      <header>
        <h3>
          <a href={links.episode(episode_id)}>{reference}</a> <span class="soft">{words(dilemma_id)}</span>
        </h3>
        <p>
          <strong>{decimal(gap)}</strong> <span class="soft">apart</span>
        </p>
      </header>
      <p class="read" dir="auto">
        {completion}
      </p>
      <ul>
        {scores.map(({ model, prompt_hash, sample_index, value, rationale }) => (
          <li key={`${model}/${prompt_hash}/${sample_index}`}>
            <p>
              <strong>{decimal(value)}</strong> {model} <span class="soft small mono">{prompt_hash.slice(0, 8)}</span>
              {sample_index > 0 ? <span class="soft"> sample {sample_index + 1}</span> : null}
            </p>
            <SpreadMark mean={value} sd={null} from={0} to={5} label={`${decimal(value)} of 5`} />
            <p class="soft" dir="auto">
              {rationale}
            </p>
          </li>
        ))}
      </ul>
    </article>
  );
}
