/** What the trainer will see: the rows an export would hold, token by token. */

import { useRef, useState } from 'preact/hooks';
import type { EpisodeAnswer, TokenRow, TokensAnswer } from '../../../api.js';
import { apiPath } from '../../data/fetch-answer.js';
import { useAnswer } from '../../data/use-answer.js';
import { count, plural } from '../../format.js';
import { Command } from '../../parts/command.js';
import { Empty } from '../../parts/empty.js';
import { Waiting } from '../../parts/waiting.js';
import { learnerTokens, tints, tokenText } from './token-rows.js';
import { type Here, stepToken } from './token-steps.js';
import { TokenStretchView } from './token-stretch.js';

export function TokenView({ answer, version }: { answer: EpisodeAnswer; version: number }) {
  const asked = useAnswer<TokensAnswer>(apiPath(['episodes', answer.episode.episode_id, 'tokens']), version);
  const tokens = asked.answer;
  if (tokens === null) return <Waiting asked={asked} />;
  return (
    <section class="token-view" aria-label="Tokens">
      <h2>Tokens</h2>
      {tokens.rows.length === 0 ? (
        <Empty command={tokens.command}>
          This episode would give no training rows: {tokens.missing ?? 'it has no tokens of the learner'}. Rows need a
          server that returns token ids; `entente check` says what an endpoint can do.
        </Empty>
      ) : (
        <TokenRows tokens={tokens} />
      )}
    </section>
  );
}

function TokenRows({ tokens }: { tokens: TokensAnswer }) {
  const { rows, token_source, learner } = tokens;
  const [here, setHere] = useState<Here | null>(null);
  const [prompts, setPrompts] = useState(true);
  const box = useRef<HTMLDivElement>(null);
  const total = rows.reduce((sum, row) => sum + row.ids.length, 0);
  const under = rows.reduce((sum, row) => sum + learnerTokens(row), 0);
  const point = (event: Event) => {
    const token = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('[data-token]') : null;
    const row = token?.closest<HTMLElement>('[data-row]');
    if (token === null || row === null || row === undefined) return;
    setHere({ row: Number(row.dataset['row']), index: Number(token.dataset['token']) });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    setHere((now) => stepToken(rows, now, by));
  };
  const shown = here === null ? undefined : rows[here.row];
  return (
    <>
      <p class="soft">
        {plural(rows.length, 'row')}, {count(total)} tokens; the loss covers <strong>{count(under)}</strong>, all of
        seat {learner}
        {token_source === 'server'
          ? '. Ids as the server gave them.'
          : `. Ids are ${token_source ?? 'unknown'}: not for training.`}
      </p>
      <Command text={tokens.command} />
      <div class="token-bar">
        <p class="readout small" role="status">
          {here === null || shown === undefined
            ? 'Point at a token, or focus the text and use ← and →.'
            : `row ${here.row + 1} · ${tokenText(shown, here.index)}`}
        </p>
        <p class="legend small">
          <span class="soft">masked</span>
          <span>
            −log p: 0{' '}
            {Array.from({ length: tints }, (_, depth) => (
              <i key={depth} class={`t${depth}`} aria-hidden="true" />
            ))}{' '}
            over 4
          </span>
          <label>
            <input type="checkbox" checked={prompts} onChange={(event) => setPrompts(event.currentTarget.checked)} />{' '}
            masked tokens
          </label>
        </p>
      </div>
      <div
        ref={box}
        class={`rows learner-${learner.toLowerCase()}`}
        tabIndex={0}
        role="group"
        aria-label="Training rows"
        onMouseOver={point}
        onKeyDown={onKeyDown}
      >
        {rows.map((row, index) => (
          <RowView
            key={row.row_index}
            row={row}
            place={index}
            here={here?.row === index ? here.index : null}
            prompts={prompts}
          />
        ))}
      </div>
    </>
  );
}

function RowView({
  row,
  place,
  here,
  prompts,
}: {
  row: TokenRow;
  place: number;
  here: number | null;
  prompts: boolean;
}) {
  return (
    <section class="token-row" data-row={place} aria-label={`Row ${place + 1}`}>
      <h3>
        <span>Row {place + 1}</span>
        <span class="soft">
          {plural(row.ids.length, 'token')}, {count(learnerTokens(row))} under loss
        </span>
      </h3>
      {row.stretches.map((stretch) => (
        <TokenStretchView
          key={stretch.start}
          row={row}
          stretch={stretch}
          here={here}
          folded={!prompts && stretch.part === 'prompt'}
        />
      ))}
    </section>
  );
}
