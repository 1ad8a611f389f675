/** Where dialogues of one scenario part from each other: pure comparison of texts, word by word. */

export interface Parted<T> {
  /** What all of them begin with, up to the end of a word. */
  shared: string;
  /** Episodes that said the same, together; in the order in which each text first occurs. */
  clusters: { members: T[]; rest: string }[];
}

/** How many characters all texts share from their beginning, never ending within a word. */
export function sharedLength(texts: readonly string[]): number {
  const [first = '', ...others] = texts;
  let length = first.length;
  for (const other of others) {
    let same = 0;
    while (same < length && same < other.length && first[same] === other[same]) same += 1;
    length = same;
  }
  const whole = texts.every((text) => text.length === length);
  if (whole) return length;
  const endsWord = (text: string) =>
    length >= text.length || /\s/.test(text[length] ?? '') || /\s/.test(text[length - 1] ?? '');
  while (length > 0 && !texts.every(endsWord)) length -= 1;
  return length;
}

export function partTexts<T>(said: readonly { member: T; text: string }[]): Parted<T> {
  const length = sharedLength(said.map(({ text }) => text));
  const clusters = new Map<string, T[]>();
  for (const { member, text } of said)
    clusters.set(text.slice(length), [...(clusters.get(text.slice(length)) ?? []), member]);
  return {
    shared: said[0]?.text.slice(0, length) ?? '',
    clusters: [...clusters].map(([rest, members]) => ({ rest, members })),
  };
}
