/** A terminal command that can be copied. */
import { useState } from 'preact/hooks';

export function Command({ text }: { text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      setTimeout(() => setCopied(false), 1500);
    } catch {
      // Without leave for the clipboard the text can still be selected.
    }
  };
  return (
    <p class="command">
      <code dir="ltr">{text}</code>
      <button type="button" class="plain small" onClick={copy} aria-label={`Copy the command ${text}`}>
        {copied ? 'Copied' : 'Copy'}
      </button>
    </p>
  );
}
