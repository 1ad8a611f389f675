/** Ctrl-C and SIGTERM: the first drains what is in flight for at most 30 s, the second gives it up at once. */
export interface Signals {
  /** Nothing new starts. Whoever shows progress says so. */
  stopping: AbortSignal;
  /** What is in flight is given up. */
  aborted: AbortSignal;
  close(): void;
}

const drainMs = 30_000;
/** What the first signal tells the user; shown by whoever shows progress. */
export const stoppingLine = 'stopping: finishing calls in flight (at most 30 s); Ctrl-C again ends now';
/** How long giving up may take before the process just ends; everything finished is in the database already. */
const lastMs = 700;

export function listenForSignals(): Signals {
  const stopping = new AbortController();
  const aborted = new AbortController();
  let drain: NodeJS.Timeout | undefined;

  function onSignal(): void {
    if (stopping.signal.aborted) {
      giveUp();
      return;
    }
    stopping.abort();
    drain = setTimeout(() => aborted.abort(), drainMs);
  }

  function giveUp(): void {
    aborted.abort();
    setTimeout(() => process.exit(130), lastMs).unref();
  }

  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    stopping: stopping.signal,
    aborted: aborted.signal,
    close: () => {
      clearTimeout(drain);
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
