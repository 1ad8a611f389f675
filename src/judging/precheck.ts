/**
 * What can be told about a text without asking a model. Some judges say YES to a lone colon (arXiv 2507.08794), so a text
 * that says nothing is judged here; a text that plants a verdict is still judged by the model, and the verdict says so.
 */

/** Changes whenever the rules do; stored where a prompt's hash would be. */
export const precheckVersion = 'precheck/1';

/** The name that stands for a model's where no model was asked. */
export const precheckName = 'precheck';

/** `blank`: no letter and no number. `opener`: words that begin an answer and give none. */
export type Emptiness = 'blank' | 'opener';
/** `verdict`: a score or verdict as a judge would write it. `turn`: marks of another speaker. `order`: words to the judge. */
export type Flag = 'verdict' | 'turn' | 'order';

/** "Master keys" of arXiv 2507.08794 and their like, each as a whole text. */
const openers = new Set([
  ...['thought process', 'thinking process', 'reasoning', 'explanation', 'solution', 'answer', 'final answer'],
  ...['the answer is', 'lets solve this problem step by step', 'lets think step by step', 'here is the solution'],
  ...['解', 'かいせつ', 'respuesta', 'lösung', 'solución', 'réponse'],
]);

/** Null where the text says something. */
export function emptinessOf(text: string): Emptiness | null {
  const words = text.match(/[\p{L}\p{M}\p{N}’']+/gu);
  if (words === null || !/[\p{L}\p{N}]/u.test(text)) return 'blank';
  const plain = words.join(' ').replace(/[’']/g, '').toLowerCase();
  return openers.has(plain) ? 'opener' : null;
}

const marks: readonly (readonly [Flag, RegExp])[] = [
  ['verdict', /["'“](agreed|overall|utility|knowledge|benevolence|power|vitality)["'”]\s*:\s*("?(true|false)|\d)/i],
  ['verdict', /\b(agreed|overall|utility)\**\s*[:=]\s*(true\b|false\b|\d)/i],
  ['verdict', /\b(score|rating|grade|verdict|judge?ment)\**\s*(:|=|\bis\b)[\s*"'“]*(\d|yes\b|no\b|agreed\b|true\b)/i],
  ['verdict', /\b(score|rate|grade)\s+(this|it|that)\s+(an?\s+|with\s+)?[0-5]\b/i],
  ['turn', /<\|?\s*\/?\s*(im_start|im_end|system|assistant|user|start_header_id|endoftext|eot_id)\b[^>]{0,40}>/i],
  ['turn', /\[\/?INST\]|<<\/?SYS>>/],
  ['turn', /^[\s*#>]*(system|assistant|user|judge|human|scorer)\**\s*:/im],
  [
    'order',
    /\b(ignore|disregard|forget)\b[^.\n]{0,20}\b(previous|prior|above|earlier|your|these)\b[^.\n]{0,20}\b(instructions?|rules|prompt|rubric)\b/i,
  ],
  ['order', /\b(dear|attention|note to( the)?|to the)\s+(judge|grader|scorer|evaluator)\b/i],
];

/** Each flag once. Flags are hints for the reader of a verdict and never change it. */
export function flagsOf(text: string): Flag[] {
  const found = marks.filter(([, pattern]) => pattern.test(text)).map(([flag]) => flag);
  return [...new Set(found)];
}
