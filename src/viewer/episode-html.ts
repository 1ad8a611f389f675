/**
 * One episode as one self-contained page, for a paper or a chat: plain HTML with its style inside, no script, nothing
 * loaded. What models, dilemmas and personas say goes in as escaped text.
 */
import { html, raw } from 'hono/html';
import type { Persona, Seat } from '../domain/index.js';
import type { RunRecord, Store } from '../store/index.js';
import type { Aspect, EpisodeAnswer, TurnLine, VerdictLine } from './api.js';
import { episodeAnswer } from './episode-answer.js';

type Html = ReturnType<typeof html>;

/** Throws where the database has no such episode. */
export async function episodePage(store: Store, run: RunRecord, episodeId: string): Promise<string> {
  const episode = store.listedEpisode(episodeId);
  if (episode === null) throw new Error(`no episode ${episodeId}`);
  const answer = episodeAnswer(store, { run, episode }, '');
  return String(await page(answer));
}

function page(answer: EpisodeAnswer): Html {
  const { run, episode, scenario, command } = answer;
  const { dilemma, personas } = scenario;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${episode.reference} · ${episode.dilemma_id}</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
<header>
<h1>${episode.reference}</h1>
<p class="quiet">${[episode.dilemma_id, episode.tier, dilemma.setting].filter(Boolean).join(' · ')}</p>
${run.notice === null ? '' : html`<p class="notice">${run.notice}</p>`}
</header>
<section aria-labelledby="dilemma">
<h2 id="dilemma">The dilemma</h2>
<p class="text" dir="auto">${dilemma.text}</p>
<div class="cast">${persona('A', personas.A)}${persona('B', personas.B)}</div>
</section>
<section aria-labelledby="dialogue">
<h2 id="dialogue">The dialogue</h2>
${rounds(answer)}
</section>
${completion(answer)}
<footer>
<p><strong>${ending(answer)}</strong> · reward ${decimal(episode.reward)} · advantage ${signed(episode.advantage)}</p>
${episode.failure_message === null ? '' : html`<p class="notice" dir="auto">${episode.failure_message}</p>`}
<p class="quiet">Models: ${models(answer)}. <code>${command}</code></p>
</footer>
</main>
</body>
</html>
`;
}

function persona(seat: Seat, { name, stance }: Persona): Html {
  return html`<div class="persona ${seat.toLowerCase()}"><h3><span class="seat">${seat}</span> <bdi>${name}</bdi></h3><p dir="auto">${stance}</p></div>`;
}

function rounds({ turns, verdicts, max_rounds, scenario }: EpisodeAnswer): Html | Html[] {
  const numbers = [...new Set(turns.map(({ round }) => round))];
  if (numbers.length === 0) return html`<p class="quiet">Nothing was said.</p>`;
  return numbers.map((round) => {
    const verdict = verdicts.find((found) => found.kind === 'agreement' && found.round === round);
    return html`<section aria-label="round ${round}">
<h3 class="round">round ${round} of at most ${max_rounds}</h3>
${turns.filter((turn) => turn.round === round).map((turn) => speech(turn, scenario.personas[turn.seat].name))}
${verdict === undefined ? '' : judged(verdict)}
</section>`;
  });
}

function speech({ seat, content, finish_reason }: TurnLine, name: string): Html {
  const cut = finish_reason === 'length' ? html`<p class="notice">cut at max_tokens</p>` : '';
  return html`<article class="speech ${seat.toLowerCase()}"><h4><span class="seat">${seat}</span> <bdi>${name}</bdi></h4>
<div class="text" dir="auto">${content}</div>${cut}</article>`;
}

function judged({ value, reason }: VerdictLine): Html {
  const said = value === null ? 'verdict could not be read' : value === 1 ? 'agreed' : 'not agreed';
  return html`<p class="verdict ${value === 1 ? 'yes' : ''}"><span>judge: ${said}</span>${reason ? html` — <bdi>${reason}</bdi>` : ''}</p>`;
}

const aspects: readonly Aspect[] = ['knowledge', 'benevolence', 'power', 'vitality'];

function completion({ completion: written, episode, verdicts }: EpisodeAnswer): Html | '' {
  if (written === null) return '';
  const rationale = verdicts.find(({ kind }) => kind === 'ca')?.reason ?? null;
  const scores = [
    ...aspects.map((aspect) => [aspect, episode[aspect]] as const),
    ['collective agency', episode.ca_score] as const,
  ];
  return html`<section aria-labelledby="answer">
<h2 id="answer">The joint answer</h2>
<div class="text framed" dir="auto">${written.content}</div>
<table><caption>Scores, 0 to 5</caption><tbody>
${scores.map(([name, score]) => html`<tr><th scope="row">${name}</th><td>${decimal(score)}</td><td aria-hidden="true"><meter min="0" max="5" value="${score ?? 0}"></meter></td></tr>`)}
</tbody></table>
${rationale === null ? '' : html`<p class="quiet" dir="auto">${rationale}</p>`}
</section>`;
}

function ending({ episode, protocol }: EpisodeAnswer): string {
  const rounds =
    episode.rounds === null || episode.rounds === 0
      ? ''
      : ` in ${episode.rounds} round${episode.rounds === 1 ? '' : 's'}`;
  if (episode.status === 'failed') return `failed (${episode.failure ?? 'unknown'})${rounds}`;
  if (episode.status !== 'done') return 'not finished';
  return `${episode.outcome ?? (protocol === 'solo' ? 'answered alone' : 'no outcome')}${rounds}`;
}

function models({ calls }: EpisodeAnswer): string {
  return [...new Set(calls.map(({ model }) => model))].join(', ') || 'none';
}

function decimal(value: number | null): string {
  return value === null ? '–' : value.toFixed(1);
}

function signed(value: number | null): string {
  return value === null ? '–' : `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
}

const style = `
:root { --ink: #1c1c1a; --quiet: #5c5c57; --paper: #fdfdfb; --rule: #d9d9d2; --a: #0b5cad; --b: #a34700; --yes: #1d6b3a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ececea; --quiet: #a9a9a2; --paper: #191918; --rule: #3c3c39; --a: #7db8f5; --b: #f2a65e; --yes: #7fd19b; }
}
@media print { :root { --ink: #000; --quiet: #444; --paper: #fff; --rule: #bbb; --a: #0b5cad; --b: #a34700; --yes: #1d6b3a; } .speech { break-inside: avoid; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums; }
main { max-width: 46rem; margin: 0 auto; padding: 32px 16px; }
h1 { margin: 0; font-size: 1.6rem; } h2 { margin: 40px 0 8px; font-size: 1.15rem; } h3, h4 { margin: 0; font-size: 1rem; }
p { margin: 8px 0; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; }
.quiet, caption, .round { color: var(--quiet); font-size: .9rem; }
.notice { border-inline-start: 3px solid var(--b); padding-inline-start: 8px; }
.cast { display: grid; gap: 16px; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); }
.round { margin: 24px 0 8px; border-top: 1px solid var(--rule); padding-top: 8px; font-weight: normal; }
.persona, .speech { border-inline-start: 3px solid var(--seat); padding-inline-start: 12px; overflow-wrap: anywhere; }
.speech { margin: 16px 0; max-width: 40rem; } .speech.b { margin-inline-start: auto; }
.a { --seat: var(--a); } .b { --seat: var(--b); } .seat, h4 { color: var(--seat); }
.verdict { color: var(--quiet); text-align: center; font-size: .9rem; } .verdict.yes span { color: var(--yes); font-weight: 600; }
.framed { border: 1px solid var(--rule); padding: 16px; }
table { margin: 16px 0; border-collapse: collapse; } caption { text-align: start; } th { text-align: start; font-weight: normal; padding-inline-end: 16px; } td { padding-inline-end: 12px; }
footer { margin-top: 40px; border-top: 1px solid var(--rule); } code { font-family: ui-monospace, monospace; }
`;
