/** What the checks see in a text: words, sentences, the closing question, overlapping runs of words. Pure. */

export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu) ?? [];
}

/** Words as a reader counts them. */
export function countWords(text: string): number {
  return text.trim().split(/\s+/).length;
}

const titles = 'Mrs?|Ms|Dr|St|Prof';
const abbreviation = new RegExp(`\\b(?:${titles}|No|vs|etc|a\\.m|p\\.m)\\.$`);
const dottedTitle = new RegExp(`\\b(${titles})\\. `, 'g');

/** Sentences, trimmed; a full stop after an abbreviation ends none. */
export function sentencesOf(text: string): string[] {
  const pieces = text.trim().split(/(?<=[.!?]["”’)]?)\s+/);
  const sentences: string[] = [];
  let open = '';
  for (const piece of pieces) {
    open = open === '' ? piece : `${open} ${piece}`;
    if (abbreviation.test(open)) continue;
    sentences.push(open);
    open = '';
  }
  return open === '' ? sentences : [...sentences, open];
}

const auxiliaries =
  "(?:(?:is|are|was|were|do|does|did|has|have|had|could|would|should|might|must|need)(?:n['’]t)?|am|may|shall|ought|will|won['’]t|can(?:['’]t|not)?)";
const auxiliary = new RegExp(`^(?:(?:and|but|or|so|then)\\s+)?${auxiliaries}\\b`, 'i');
const interrogative = /\b(?:what|how|which|who|whom|whose|where|when|why)\b/i;
/** "Given what she knows", "when the rain comes": a clause that may hold a question word and asks nothing. */
const subordinate = new RegExp(
  `^(?:(?:if|given|knowing|since|because|as|after|before|while|once|though|although)\\b|(?:when|where)\\s+(?!${auxiliaries}\\b))`,
  'i',
);
const tag = new RegExp(`,\\s+${auxiliaries}\\s+(?:I|you|he|she|it|we|they)\\?$`, 'i');

/** Why a text does not close with exactly one open question; null where it does. */
export function questionProblem(text: string): string | null {
  const marks = text.split('?').length - 1;
  if (marks !== 1 || !text.trimEnd().endsWith('?')) return 'must hold exactly one question mark, at the very end';
  const sentence = sentencesOf(text).at(-1) ?? '';
  const question = sentence.split(/[:;]\s+/).at(-1) ?? '';
  if (asksYesOrNo(question)) return 'closes with a yes/no question';
  if (!interrogative.test(sentence)) return 'closes with a question that has no question word';
  if (/\bwhether\b|\bor not\b/i.test(question)) return 'closes with a yes/no question in disguise';
  return null;
}

/** Its main clause begins with an auxiliary, or a tag such as "doesn't she" ends it. */
function asksYesOrNo(question: string): boolean {
  const main = question
    .split(/,\s+/)
    .find((clause) => auxiliary.test(clause) || (interrogative.test(clause) && !subordinate.test(clause)));
  return (main !== undefined && auxiliary.test(main)) || tag.test(question);
}

/** Every run of five words. */
export function fiveGrams(text: string): Set<string> {
  const words = wordsOf(text);
  return new Set(
    words.slice(0, Math.max(0, words.length - 4)).map((_, index) => words.slice(index, index + 5).join(' ')),
  );
}

/** |A ∩ B| / |A ∪ B|; 0 where both are empty. */
export function jaccard(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const [small, large] = one.size < other.size ? [one, other] : [other, one];
  let shared = 0;
  for (const item of small) if (large.has(item)) shared++;
  const union = one.size + other.size - shared;
  return union === 0 ? 0 : shared / union;
}

const calendar =
  'monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december easter christmas new year english french spanish german arabic i mr mrs ms dr st prof god father mother'.split(
    ' ',
  );
const notNames = new Set(calendar.flatMap((word) => [word, `${word}s`]));

/** Capitalised words within sentences, once each: the names of people among them, and of places. */
export function namesIn(text: string): Set<string> {
  const names = new Set<string>();
  for (const clause of text.replace(dottedTitle, '$1 ').split(/(?<=[.!?:;])\s+|["“”]/)) {
    for (const word of clause.split(/\s+/).slice(1)) {
      if (/^I['’]/.test(word)) continue;
      const bare = word.replace(/['’]s\b/, '').replace(/[^\p{L}-]/gu, '');
      if (/^\p{Lu}\p{Ll}+$/u.test(bare) && !notNames.has(bare.toLowerCase())) names.add(bare);
    }
  }
  return names;
}
