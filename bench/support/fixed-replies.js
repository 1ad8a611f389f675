/** The replies of the fixed server, as whole HTTP messages made once. A turn is 120 words, about 160 tokens. */

const said =
  'I hear what you hold dear, and I will say plainly what I need: the night shift must stay safe, and nobody should lose pay over it. ';
const turnText = `${said.repeat(4)}So I propose that we rotate weekly, keep two people on every floor, review it after a month, and put it in writing by Friday.`;
const turnTokens = 160;
const promptTokens = 480;

/** @param {object} body */
function httpMessage(body) {
  const text = JSON.stringify(body);
  return Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}

/** @param {string} content @param {number} tokens @param {object} [ofChoice] @param {object} [ofReply] */
function completion(content, tokens, ofChoice = {}, ofReply = {}) {
  return httpMessage({
    id: 'chatcmpl-fixed',
    object: 'chat.completion',
    created: 0,
    model: 'fixed',
    choices: [
      { index: 0, message: { role: 'assistant', content }, finish_reason: 'stop', logprobs: null, ...ofChoice },
    ],
    usage: { prompt_tokens: promptTokens, completion_tokens: tokens, total_tokens: promptTokens + tokens },
    ...ofReply,
  });
}

/** @param {number} length */
const someIds = (length) => Array.from({ length }, (_, at) => (at * 7919 + 11) % 151_936);

/** As vLLM answers `return_token_ids`, `logprobs` and `return_tokens_as_token_ids`. */
function tokenTurn() {
  const ids = someIds(turnTokens);
  const content = ids.map((id, at) => ({
    token: `token_id:${id}`,
    logprob: -(((at * 37) % 100) + 0.5) / 64,
    bytes: null,
    top_logprobs: [],
  }));
  const ofChoice = { logprobs: { content }, token_ids: ids };
  return completion(turnText, turnTokens, ofChoice, { prompt_token_ids: someIds(promptTokens) });
}

/** @param {'plain' | 'tokens'} kind @param {boolean} agreed */
export function fixedReplies(kind, agreed) {
  const reason = 'Both have named the same plan and accepted it.';
  const scores = { knowledge: 4, benevolence: 3.5, power: 3, vitality: 4, overall: 3.5 };
  return {
    turn: kind === 'tokens' ? tokenTurn() : completion(turnText, turnTokens),
    agreement: completion(JSON.stringify({ agreed, reason }), 20),
    agency: completion(JSON.stringify({ ...scores, rationale: 'It widens what both can know and do.' }), 50),
    models: httpMessage({ object: 'list', data: [{ id: 'fixed', object: 'model', created: 0, owned_by: 'bench' }] }),
  };
}
