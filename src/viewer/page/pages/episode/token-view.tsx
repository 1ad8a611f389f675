/** What the trainer will see: the rows an export would hold, token by token. */

import { useRef, useState } from 'preact/hooks';
import type { TokenRow, TokensAnswer } from '../../../api.js';
import type { Asked } from '../../data/use-answer.js';
import { count, plural } from '../../format.js';
import { Command } from '../../parts/command.js';
import { Empty } from '../../parts/empty.js';
import { Waiting } from '../../parts/waiting.js';
import { learnerTokens, tints, tokenText } from './token-rows.js';
import { type Here, stepToken } from './token-steps.js';
import { TokenStretchView } from './token-stretch.js';

export function TokenView({ episode, asked }: { episode: string; asked: Asked<TokensAnswer> }) {
  const tokens = asked.answer;
  // On the way from one episode to the next, the answer may still be the last one's.
  if (tokens === null || tokens.episode_id !== episode) return <Waiting asked={asked} />;
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
  const { rows, learner } = tokens;
  const [here, setHere] = useState<Here | null>(null);
  const [prompts, setPrompts] = useState(true);
  const box = useRef<HTMLDivElement>(null);
  const point = (event: Event) => {
    const token = tokenUnder(event.target);
    if (token !== null) setHere(token);
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
      <Coverage tokens={tokens} />
      <Command text={tokens.command} />
      <div class="token-bar">
        <p class="readout small" role="status">
          {here === null || shown === undefined
            ? 'Point at a token, or focus the text and use ← and →.'
            : `row ${here.row + 1} · ${tokenText(shown, here.index)}`}
        </p>
        <Legend prompts={prompts} onPrompts={setPrompts} />
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

/** How much of it the loss covers. */
function Coverage({ tokens: { rows, token_source, learner } }: { tokens: TokensAnswer }) {
  const total = rows.reduce((sum, row) => sum + row.ids.length, 0);
  const under = rows.reduce((sum, row) => sum + learnerTokens(row), 0);
  return (
    <p class="soft">
      {plural(rows.length, 'row')}, {count(total)} tokens; the loss covers <strong>{count(under)}</strong>, all of seat{' '}
      {learner}
      {token_source === 'server'
        ? '. Ids as the server gave them.'
        : `. Ids are ${token_source ?? 'unknown'}: not for training.`}
    </p>
  );
}

/** The token that an element stands for; null where it is none. */
function tokenUnder(target: EventTarget | null): Here | null {
  const token = target instanceof HTMLElement ? target.closest<HTMLElement>('[data-token]') : null;
  const row = token?.closest<HTMLElement>('[data-row]');
  if (token === null || row === null || row === undefined) return null;
  return { row: Number(row.dataset['row']), index: Number(token.dataset['token']) };
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

function Legend({ prompts, onPrompts }: { prompts: boolean; onPrompts: (shown: boolean) => void }) {
  return (
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
        <input type="checkbox" checked={prompts} onChange={(event) => onPrompts(event.currentTarget.checked)} /> masked
        tokens
      </label>
    </p>
  );
}
