/** One answer of the server as state, asked for again when the run behind it has changed. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { AnswerError, fetchAnswer, keptAnswer } from './fetch-answer.js';

export interface Asked<T> {
  /** The latest answer; while another address is being asked for, still that of the one before. */
  answer: T | null;
  problem: AnswerError | null;
  /** Nothing to show yet, and long enough for a word about it. */
  slow: boolean;
}

/** Below this, a reader does not notice the waiting, and a word about it would only flicker. */
const unnoticedMs = 200;

interface Loader {
  refresh(): void;
  stop(): void;
}

/** Loads at once; a refresh during a load waits for its end, so that frequent changes cannot starve it. */
function startLoader<T>(path: string, done: (answer: T) => void, failed: (problem: AnswerError) => void): Loader {
  const controller = new AbortController();
  let loading = false;
  let again = false;
  const load = async () => {
    loading = true;
    again = false;
    try {
      done(await fetchAnswer<T>(path, controller.signal));
    } catch (error) {
      if (controller.signal.aborted) return;
      failed(error instanceof AnswerError ? error : new AnswerError('internal', String(error)));
    }
    loading = false;
    if (again) void load();
  };
  void load();
  return {
    refresh() {
      if (loading) again = true;
      else void load();
    },
    stop: () => controller.abort(),
  };
}

export function useAnswer<T>(path: string | null, version = 0): Asked<T> {
  const [state, setState] = useState<Asked<T>>(() => ({
    answer: path === null ? null : keptAnswer<T>(path),
    problem: null,
    slow: false,
  }));
  const loader = useRef<Loader | null>(null);
  useEffect(() => {
    if (path === null) return undefined;
    const already = keptAnswer<T>(path);
    if (already !== null) setState({ answer: already, problem: null, slow: false });
    const timer = setTimeout(
      () => setState((now) => ({ ...now, slow: now.answer === null && now.problem === null })),
      unnoticedMs,
    );
    const started = startLoader<T>(
      path,
      (answer) => setState({ answer, problem: null, slow: false }),
      (problem) => setState((now) => ({ ...now, problem, slow: false })),
    );
    loader.current = started;
    return () => {
      clearTimeout(timer);
      started.stop();
    };
  }, [path]);
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) loader.current?.refresh();
    first.current = false;
  }, [version]);
  return state;
}
