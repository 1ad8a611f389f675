/** Answers kept for as long as nobody has written to the database. */

/** `version` changes whenever another connection has committed something. */
export function createCache(version: () => number): <T>(key: string, make: () => T) => T {
  let kept = new Map<string, unknown>();
  let keptAt: number | null = null;
  return <T>(key: string, make: () => T): T => {
    const current = version();
    // Many different questions about an unchanging database must not fill the memory.
    if (current !== keptAt || kept.size >= maxKept) kept = new Map();
    keptAt = current;
    if (!kept.has(key)) kept.set(key, make());
    return kept.get(key) as T;
  };
}

const maxKept = 200;
