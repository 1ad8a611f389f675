/** A stretch of tokens: plain text while out of sight, one element a token once it is near. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { TokenRow, TokenStretch } from '../../../api.js';
import { plural } from '../../format.js';
import { type Chunk, chunksOf, tintOf } from './token-rows.js';

interface Props {
  row: TokenRow;
  stretch: TokenStretch;
  here: number | null;
  folded: boolean;
}

export function TokenStretchView({ row, stretch, here, folded }: Props) {
  const { part, turn_index, start, length, text } = stretch;
  const chunks = useMemo(() => chunksOf(stretch), [start, length]);
  return (
    <div class={`stretch ${part}`}>
      <p class="stretch-name small soft">
        {part === 'prompt' ? `prompt of turn ${turn_index + 1}` : `turn ${turn_index + 1} as sampled`},{' '}
        {plural(length, 'token')}
      </p>
      {row.pieces === null && text !== null ? (
        <p class="read" dir="auto">
          {text}
        </p>
      ) : null}
      {folded ? null : (
        <p class={row.pieces === null ? 'tokens ids' : 'tokens'} dir="auto">
          {chunks.map((chunk) => (
            <ChunkView
              key={chunk.from}
              row={row}
              chunk={chunk}
              here={here !== null && here >= chunk.from && here < chunk.to ? here : null}
            />
          ))}
        </p>
      )}
    </div>
  );
}

function ChunkView({ row, chunk: { from, to }, here }: { row: TokenRow; chunk: Chunk; here: number | null }) {
  const [near, setNear] = useState(false);
  const box = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const element = box.current;
    if (near || element === null) return undefined;
    const observer = new IntersectionObserver(
      (entries) => entries.some(({ isIntersecting }) => isIntersecting) && setNear(true),
      {
        rootMargin: '600px',
      },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [near]);
  useEffect(() => {
    if (here !== null) box.current?.querySelector('.here')?.scrollIntoView({ block: 'nearest' });
  }, [here]);
  return useMemo(
    () => (
      <span ref={box}>
        {near || here !== null
          ? Array.from({ length: to - from }, (_, place) => (
              <Token key={place} row={row} index={from + place} here={here === from + place} />
            ))
          : plainText(row, from, to)}
      </span>
    ),
    [row, from, to, near, here],
  );
}

function plainText({ pieces, ids }: TokenRow, from: number, to: number): string {
  return pieces === null ? ids.slice(from, to).join(' ') : pieces.slice(from, to).join('');
}

function Token({ row, index, here }: { row: TokenRow; index: number; here: boolean }) {
  const piece = row.pieces?.[index];
  const under = row.mask[index] === 1;
  const tint = under ? `on t${tintOf(row.logprobs[index] ?? null) ?? 'x'}` : 'off';
  return (
    <span data-token={index} class={`${tint}${here ? ' here' : ''}${piece === '' ? ' part' : ''}`}>
      {piece === undefined ? `${row.ids[index]} ` : piece}
    </span>
  );
}
