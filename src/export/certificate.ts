/**
 * What an export vouches for, checked while it is written and independently of the code that assembled the rows. It fails closed:
 * the first violation names the episode and ends the export, unless it was allowed by name.
 */
import type { Seat, TokenTrace } from '../domain/index.js';
import { EntenteError } from '../errors.js';
import type { TurnRow } from '../store/index.js';
import { type Waiver, waivable } from './options.js';
import type { Row } from './rows.js';

export const rules = {
  'ids-as-sent': 'prompt and reply ids of every trained turn stand in the rows exactly as the server sent them',
  'lengths-equal': 'ids, mask and log-probabilities of a row have one length',
  'mask-is-sampled': 'the mask marks exactly the tokens that the learner sampled, each once',
  'masked-logprobs-zero': 'log-probabilities are finite, and 0 where masked',
  'logprobs-as-sent': 'the log-probabilities of trained tokens are those the server sent',
  'graded-only': 'every row has a reward and an advantage; episodes without are left out and counted',
  'incomplete-groups': 'every group is complete: its baseline is final',
  'mixed-policy': 'all turns of the learner come from one policy',
  retokenized: 'no ids were made by re-tokenising text',
  'no-logprobs': 'every sampled token has the log-probability the server gave it',
  'judge-audit': 'no judge of the rewards is below the thresholds of its latest audit',
  'no-keys': 'no key of this environment occurs in the file',
} as const;
export type Rule = keyof typeof rules;

export interface Certificate {
  /** Violations that were allowed by name, by rule. */
  allowed: Map<Rule, number>;
  /** Rows checked. */
  rows: number;
  allow: readonly Waiver[];
  /** Keys of this environment. */
  secrets: readonly string[];
  /** The model that speaks for each seat in this export. */
  policies: Map<Seat, string>;
}

export function openCertificate(allow: readonly Waiver[], secrets: readonly string[] = []): Certificate {
  return { allowed: new Map(), rows: 0, allow, secrets, policies: new Map() };
}

/** Notes an allowed violation; throws `uncertified` for any other. */
export function violate(certificate: Certificate, rule: Rule, what: string): void {
  if ((certificate.allow as readonly string[]).includes(rule)) {
    certificate.allowed.set(rule, (certificate.allowed.get(rule) ?? 0) + 1);
    return;
  }
  const remedy = isWaivable(rule) ? `; --allow ${rule} exports it all the same and says so in the manifest` : '';
  throw new EntenteError('uncertified', `${what}. Rule ${rule}: ${rules[rule]}${remedy}. Nothing was written.`);
}

function isWaivable(rule: Rule): rule is Waiver {
  return (waivable as readonly string[]).includes(rule);
}

/** A turn that stands in rows; without `carriesLoss` it is context only. */
export interface CertifiedTurn {
  turn: TurnRow;
  carriesLoss: boolean;
}

/** Holds the rows of one seat of an episode, in order, against the turns they came from. */
export function certifyEpisode(
  certificate: Certificate,
  episodeId: string,
  rows: readonly Row[],
  turns: readonly CertifiedTurn[],
): void {
  for (const row of rows) certifyRow(certificate, episodeId, row);
  for (const { turn } of turns) {
    const policy = certificate.policies.get(turn.seat) ?? turn.model;
    certificate.policies.set(turn.seat, policy);
    if (turn.model !== policy)
      violate(
        certificate,
        'mixed-policy',
        `${episodeId}: turns of seat ${turn.seat} come from ${policy} and ${turn.model}`,
      );
    if (turn.tokens?.source === 'retokenized')
      violate(certificate, 'retokenized', `${episodeId}: the ids of turn ${turn.turn_index} were made from its text`);
  }
  const marked = rows.reduce((sum, row) => sum + row.loss_mask.filter((mask) => mask === 1).length, 0);
  const sampled = turns.reduce(
    (sum, { turn, carriesLoss }) => sum + (carriesLoss ? (turn.tokens?.replyIds.length ?? 0) : 0),
    0,
  );
  if (marked !== sampled)
    violate(certificate, 'mask-is-sampled', `${episodeId}: ${marked} tokens carry loss, but ${sampled} were sampled`);
  certifyPlaces(certificate, episodeId, rows, turns);
}

/**
 * Walks turns and rows together. Each turn lies in its row behind the turn before it, or opens the next row once the last
 * one is used up to its end; so every id of every row is vouched for. A turn without loss may be in no row at all.
 */
function certifyPlaces(
  certificate: Certificate,
  episodeId: string,
  rows: readonly Row[],
  turns: readonly CertifiedTurn[],
): void {
  let index = 0;
  let end = 0;
  for (const { turn, carriesLoss } of turns) {
    const { tokens } = turn;
    if (tokens === null || tokens.promptIds === null || tokens.replyIds.length === 0) continue;
    const sent = { ...tokens, promptIds: tokens.promptIds };
    if (end > 0 && end === rows[index]?.input_ids.length && !holds(rows[index], sent, carriesLoss, end)) {
      index++;
      end = 0;
    }
    const row = rows[index];
    if (holds(row, sent, carriesLoss, end)) {
      end = sent.promptIds.length + sent.replyIds.length;
      if (carriesLoss && row?.old_logprobs && !asSent(row.old_logprobs, sent))
        violate(certificate, 'logprobs-as-sent', `${episodeId}: row ${row.row_index} has other log-probabilities`);
    } else if (carriesLoss)
      violate(certificate, 'ids-as-sent', `${episodeId}: no row holds turn ${turn.turn_index} as it was sent`);
  }
  const left = rows.slice(index).find((row, further) => further > 0 || row.input_ids.length !== end);
  if (left !== undefined)
    violate(certificate, 'ids-as-sent', `${episodeId}: row ${left.row_index} holds ids that no turn accounts for`);
}

type Sent = TokenTrace & { promptIds: Int32Array };

/** The row goes on from `from` with the rest of this prompt, without loss, and then this reply, with or without. */
function holds(row: Row | undefined, { promptIds, replyIds }: Sent, carriesLoss: boolean, from: number): boolean {
  if (row === undefined || promptIds.length < from) return false;
  const { input_ids, loss_mask } = row;
  const mask = carriesLoss ? 1 : 0;
  return (
    promptIds.every((id, index) => input_ids[index] === id && (index < from || loss_mask[index] === 0)) &&
    replyIds.every((id, index) => {
      const at = promptIds.length + index;
      return input_ids[at] === id && loss_mask[at] === mask;
    })
  );
}

function asSent(old: readonly number[], { promptIds, replyIds, logprobs }: Sent): boolean {
  return logprobs === null || replyIds.every((_, index) => old[promptIds.length + index] === logprobs[index]);
}

function certifyRow(certificate: Certificate, episodeId: string, row: Row): void {
  certificate.rows++;
  const { input_ids, loss_mask, old_logprobs, reward, advantage } = row;
  if (loss_mask.length !== input_ids.length || (old_logprobs !== null && old_logprobs.length !== input_ids.length)) {
    violate(certificate, 'lengths-equal', `${episodeId}: row ${row.row_index} has lists of different lengths`);
  }
  if (old_logprobs === null)
    violate(certificate, 'no-logprobs', `${episodeId}: row ${row.row_index} has no log-probabilities`);
  else if (
    old_logprobs.some((logprob, index) => !Number.isFinite(logprob) || (loss_mask[index] === 0 && logprob !== 0))
  ) {
    violate(
      certificate,
      'masked-logprobs-zero',
      `${episodeId}: row ${row.row_index} has a log-probability where none may be`,
    );
  }
  if (!Number.isFinite(reward) || !Number.isFinite(advantage))
    violate(certificate, 'graded-only', `${episodeId}: row ${row.row_index} is not graded`);
}

/** Any text on its way into a file, and the text that tokens stand for. `where` names what it is part of. */
export function certifyText(certificate: Certificate, where: string, text: string): void {
  if (certificate.secrets.some((secret) => text.includes(secret)))
    violate(certificate, 'no-keys', `${where} holds a key from the environment`);
}
