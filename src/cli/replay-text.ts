/** A stored episode as scenes for the terminal: who they are, what they said round by round, and how it was judged. */
import { personaAt, type Seat } from '../domain/index.js';
import { decimal, plural } from './format.js';
import type { StoredEpisode } from './replay.js';
import { cutText, type Palette, printable, wrapText } from './terminal.js';

/** Lines that appear together, and how long a reader takes over them. */
export interface Scene {
  lines: string[];
  readingMs: number;
  /** A judge's word after a round: a place to jump to. */
  isVerdict: boolean;
}

export interface SceneOptions {
  width: number;
  palette: Palette;
  tokens: boolean;
}

export function scenes(stored: StoredEpisode, options: SceneOptions): Scene[] {
  return [
    titleScene(stored, options),
    castScene(stored, options),
    ...roundScenes(stored, options),
    ...completionScenes(stored, options),
    endScene(stored, options),
  ];
}

function scene(lines: string[], isVerdict = false): Scene {
  const words = lines.join(' ').split(/\s+/).length;
  return { lines, readingMs: Math.min(6000, words * 60), isVerdict };
}

function titleScene({ run, episode, scenario: { dilemma } }: StoredEpisode, { palette, width }: SceneOptions): Scene {
  const notice = run.notice === null ? [] : wrapText(run.notice, width - 2).map((line) => ` ${palette.dim(line)}`);
  const name = `${run.name}/${episode.number}`;
  const setting = dilemma.setting === null ? '' : ` · ${printable(dilemma.setting)}`;
  const about = cutText(`${dilemma.id} · ${dilemma.tier}${setting}`, Math.max(1, width - name.length - 4));
  return scene([
    '',
    ` ${palette.bold(name)}  ${palette.dim(about)}`,
    ...notice,
    '',
    ...wrapText(dilemma.text, width - 8).map((line) => `    ${line}`),
    '',
  ]);
}

function castScene({ scenario }: StoredEpisode, options: SceneOptions): Scene {
  const { palette, width } = options;
  const member = (seat: Seat, { name, stance }: { name: string; stance: string }) => [
    ` ${accent(seat, palette)(palette.bold(`${seat}  ${printable(name)}`))}`,
    ...wrapText(stance, width - 8).map((line) => `    ${palette.dim(line)}`),
  ];
  return scene([...member('A', personaAt(scenario, 'A')), ...member('B', personaAt(scenario, 'B'))]);
}

function roundScenes({ episode, turns, verdicts }: StoredEpisode, options: SceneOptions): Scene[] {
  const { palette, width } = options;
  const rounds = [...new Set(turns.map(({ round }) => round))];
  return rounds.flatMap((round) => {
    const said = verdicts.filter((found) => found.kind === 'agreement' && found.round === round);
    const speeches = turns.filter((turn) => turn.round === round);
    const rule = `── round ${round} of ${episode.rounds ?? rounds.length} `;
    return [
      scene(['', palette.dim(rule.padEnd(width - 1, '─')), '']),
      ...speeches.map((turn) => scene([...speech(turn, options), ''])),
      ...(said.length === 0
        ? []
        : [
            scene(
              said.flatMap((verdict) => verdictLines(verdict, said.length, options)),
              true,
            ),
          ]),
    ];
  });
}

/** A to the left, B set in; a coloured margin each. */
function speech(
  { seat, content, finish_reason, failed_attempts, tokens }: StoredEpisode['turns'][number],
  { palette, width, tokens: showTokens }: SceneOptions,
): string[] {
  const colour = accent(seat, palette);
  const indent = seat === 'A' ? ' ' : '       ';
  const lines = wrapText(content, width - indent.length - 10).map(
    (line, index) => `${indent}${colour(index === 0 ? seat : ' ')} ${colour('▌')} ${line}`,
  );
  if (finish_reason === 'length') lines.push(`${indent}  ${colour('▌')} ${palette.yellow('(cut at max_tokens)')}`);
  if (failed_attempts.length > 0) lines.push(`${indent}  ${colour('▌')} ${palette.dim(triesText(failed_attempts))}`);
  if (!showTokens) return lines;
  if (tokens === null) return [...lines, `${indent}    ${palette.dim('no token ids')}`];
  const { logprobs } = tokens;
  const shown = [...tokens.replyIds].map((id, index) =>
    logprobs === null ? String(id) : `${id}:${(logprobs[index] ?? 0).toFixed(2)}`,
  );
  const summary = `${tokens.replyIds.length} tokens (${tokens.source}) after a prompt of ${tokens.promptIds?.length ?? 'unknown ids'}`;
  return [
    ...lines,
    ...wrapText(`${summary}: ${shown.join(' ')}`, width - indent.length - 6).map(
      (line) => `${indent}    ${palette.dim(line)}`,
    ),
  ];
}

/** "(after 3 failed tries: 2 × rate_limited, timeout)". */
function triesText(attempts: readonly { code: string }[]): string {
  const counts = new Map<string, number>();
  for (const { code } of attempts) counts.set(code, (counts.get(code) ?? 0) + 1);
  const causes = [...counts].map(([code, times]) => (times === 1 ? code : `${times} × ${code}`));
  return `(after ${plural(attempts.length, 'failed try', 'failed tries')}: ${causes.join(', ')})`;
}

/** `count`: how many verdicts there are on this round; of several, each names its judge. */
function verdictLines(
  { value, detail, model, failed_attempts }: StoredEpisode['verdicts'][number],
  count: number,
  { palette, width }: SceneOptions,
): string[] {
  const said =
    value === null ? palette.yellow('verdict could not be read') : value === 1 ? palette.green('agreed') : 'not agreed';
  const given = typeof detail?.['reason'] === 'string' && detail['reason'] !== '' ? `: ${detail['reason']}` : '';
  const reason = count === 1 ? given : `${given} (${model})`;
  const [first = '', ...rest] = wrapText(reason, width - 24);
  return [
    ` ${palette.dim('judge')}  ${said}${palette.dim(first)}`,
    ...rest.map((line) => `        ${palette.dim(line)}`),
    ...flagLines(detail, palette).map((line) => `       ${line}`),
    ...(failed_attempts.length === 0 ? [] : [`        ${palette.dim(triesText(failed_attempts))}`]),
  ];
}

function completionScenes({ episode, verdicts }: StoredEpisode, { palette, width }: SceneOptions): Scene[] {
  if (episode.completion === null) return [];
  const inner = width - 6;
  const title = ' joint answer ';
  const framed = wrapText(episode.completion, inner).map((line) => ` ${palette.dim('│')} ${line}`);
  return [
    scene([
      '',
      ` ${palette.dim(`┌──${title}${'─'.repeat(width - title.length - 6)}`)}`,
      ...framed,
      ` ${palette.dim(`└${'─'.repeat(width - 4)}`)}`,
      '',
    ]),
    scene(scoreLines(episode, palette)),
    scene(rationaleLines(verdicts, { palette, width })),
  ];
}

/** CA, where it was asked for, and beside it what decomposition found. */
function scoreLines(episode: StoredEpisode['episode'], palette: Palette): string[] {
  const { ca_score, weight_a, weight_b, utility_a, utility_b } = episode;
  const decomposed = weight_a !== null && weight_b !== null;
  const aspects = (['knowledge', 'benevolence', 'power', 'vitality'] as const).map((aspect) =>
    scoreLine(aspect, episode[aspect], palette),
  );
  const holistic = [...aspects, scoreLine('collective agency', ca_score, palette)];
  if (!decomposed) return holistic;
  return [
    ...(ca_score === null ? [] : holistic),
    scoreLine(`utility A × ${decimal(weight_a, 2)}`, utility_a, palette),
    scoreLine(`utility B × ${decimal(weight_b, 2)}`, utility_b, palette),
  ];
}

/** What each judge of the completion gave as its reason. */
function rationaleLines(
  verdicts: StoredEpisode['verdicts'],
  { palette, width }: Pick<SceneOptions, 'palette' | 'width'>,
): string[] {
  const graded = verdicts.filter(({ kind }) => kind !== 'agreement');
  const lines = graded.flatMap(({ stakeholder, detail, value, model }) => {
    const rationale = detail?.['rationale'];
    if (typeof rationale !== 'string') return [];
    const about = stakeholder === null ? '' : `${stakeholder}: `;
    const judge =
      graded.filter((one) => one.stakeholder === stakeholder).length === 1 ? '' : ` (${model}, ${decimal(value)})`;
    const said = wrapText(`${about}${rationale}${judge}`, width - 4).map((line) => ` ${palette.dim(line)}`);
    return [...said, ...flagLines(detail, palette)];
  });
  return ['', ...lines];
}

/** What the pre-checks found in the text that was judged. */
function flagLines(detail: StoredEpisode['verdicts'][number]['detail'], palette: Palette): string[] {
  const flags = detail?.['flags'];
  if (!Array.isArray(flags)) return [];
  return [` ${palette.yellow(`pre-check: ${printable(flags.map(String).join(', '))}`)}`];
}

function scoreLine(name: string, score: number | null, palette: Palette): string {
  if (score === null) return ` ${name.padEnd(18)} ${palette.yellow('no score could be read')}`;
  const filled = Math.round(score * 4);
  return ` ${name.padEnd(18)} ${palette.green('█'.repeat(filled))}${palette.dim('░'.repeat(20 - filled))} ${decimal(score)}`;
}

function endScene({ episode, advantage, failedCalls }: StoredEpisode, { palette, width }: SceneOptions): Scene {
  const ending =
    episode.status === 'failed'
      ? palette.yellow(`failed (${episode.failure ?? 'unknown'})`)
      : episode.status !== 'done'
        ? 'not finished'
        : (episode.outcome ?? 'answered alone');
  const rounds =
    episode.rounds === null || episode.rounds === 0
      ? ''
      : ` in ${episode.rounds} round${episode.rounds === 1 ? '' : 's'}`;
  const signed = advantage === null ? '–' : `${advantage >= 0 ? '+' : '−'}${Math.abs(advantage).toFixed(2)}`;
  const cause =
    episode.failure_message === null
      ? []
      : wrapText(episode.failure_message, width - 2).map((line) => ` ${palette.yellow(line)}`);
  return scene([
    '',
    ` ${palette.bold(ending)}${rounds} · reward ${decimal(episode.reward)} · advantage ${signed}`,
    ...cause,
    ...failedCalls.map(({ kind, model, code, attempts }) =>
      cutText(` ${palette.dim(`${kind} by ${printable(model)}: ${code} ${triesText(attempts)}`)}`, width),
    ),
    '',
  ]);
}

/** Blue and orange, told apart by colour-blind people; the letter and the side say the same. */
function accent(seat: Seat, palette: Palette): (text: string) => string {
  return seat === 'A' ? palette.blue : palette.yellow;
}
