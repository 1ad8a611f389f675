/**
 * The run-wide budget. A call reserves what calls have cost so far before it starts, and settles what it did cost; when
 * spent and reserved reach the limit, no further call starts. It can be overshot by the calls in flight, no more. A limit
 * cannot be held against a server that does not count tokens, so the first reply without counts stops the run.
 */
import type { Reply } from '../domain/index.js';
import { EntenteError } from '../errors.js';
import { type ChatModel, completingWith } from './model.js';

export interface Price {
  /** Dollars per million tokens. */
  prompt: number;
  completion: number;
}

export interface Spending {
  tokens: number;
  usd: number;
}

export interface BudgetOptions {
  /** Null: no limit. */
  maxTokens: number | null;
  maxUsd: number | null;
  prices: Readonly<Record<string, Price>>;
  /** What the run had spent before, when it is resumed. */
  spent: Spending;
}

export interface Budget {
  /** Wraps a model so that its calls count. */
  over(model: ChatModel): ChatModel;
  spent(): Spending;
}

export function createBudget({ maxTokens, maxUsd, prices, spent: before }: BudgetOptions): Budget {
  let { tokens, usd } = before;
  let calls = 0;
  let inFlight = 0;
  let uncounted: string | null = null;
  const isLimited = maxTokens !== null || maxUsd !== null;

  function reserve(): void {
    if (isLimited && uncounted !== null) {
      throw new EntenteError(
        'budget',
        `${uncounted} does not say how many tokens a call took, so no budget holds; "none" lifts it.`,
      );
    }
    const share = calls === 0 ? 0 : inFlight / calls;
    const tokensAhead = tokens + (tokens - before.tokens) * share;
    const usdAhead = usd + (usd - before.usd) * share;
    if (maxTokens !== null && tokensAhead >= maxTokens) {
      throw new EntenteError('budget', `the token budget of ${maxTokens} is reached (${tokens} used).`);
    }
    if (maxUsd !== null && usdAhead >= maxUsd) {
      throw new EntenteError('budget', `the budget of $${maxUsd} is reached ($${usd.toFixed(4)} spent).`);
    }
    inFlight++;
  }

  function settle(model: string, reply: Reply): void {
    const cost = costOf(reply, prices[model]);
    tokens += cost.tokens;
    usd += cost.usd;
    calls++;
    if (reply.promptTokens === null || reply.completionTokens === null) uncounted = model;
  }

  return {
    spent: () => ({ tokens, usd }),
    over: (model) =>
      completingWith(model, async (request, signal) => {
        reserve();
        try {
          const reply = await model.complete(request, signal);
          settle(model.name, reply);
          return reply;
        } finally {
          inFlight--;
        }
      }),
  };
}

/** Tokens and dollars of one reply; a model without a price, or a reply without counts, costs 0 dollars. */
export function costOf(reply: Pick<Reply, 'promptTokens' | 'completionTokens'>, price: Price | undefined): Spending {
  const prompt = reply.promptTokens ?? 0;
  const completion = reply.completionTokens ?? 0;
  const usd = price === undefined ? 0 : (prompt * price.prompt + completion * price.completion) / 1_000_000;
  return { tokens: prompt + completion, usd };
}
