/** What a reader must know before trusting the data. */
export function Notice({ text }: { text: string | null }) {
  if (text === null) return null;
  return (
    <p class="notice" dir="auto">
      {text}
    </p>
  );
}
