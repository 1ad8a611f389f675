/** State that can be read at once, also by a key that comes before the page has been drawn again. */
import { useRef, useState } from 'preact/hooks';

export interface PromptState<T> {
  /** As of the last drawing. */
  shown: T;
  now(): T;
  set(next: T): void;
}

export function usePromptState<T>(first: T | (() => T)): PromptState<T> {
  const [shown, setShown] = useState<T>(first);
  const latest = useRef<T>(shown);
  return {
    shown,
    now: () => latest.current,
    set(next) {
      latest.current = next;
      setShown(() => next);
    },
  };
}
