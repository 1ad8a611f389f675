/** The rows of a filtered table, asked for page by page as they come into view. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { EpisodeLine, EpisodesAnswer } from '../../../api.js';
import { AnswerError, apiPath, fetchAnswer, keptAnswer } from '../../data/fetch-answer.js';
import type { Filters } from './filters.js';
import { pageSize, pagesOf, type Span } from './window.js';

export interface Rows {
  /** Null until the first answer. */
  total: number | null;
  command: string | null;
  problem: AnswerError | null;
  /** Undefined where the row is still on its way. */
  rowAt(index: number): EpisodeLine | undefined;
  /** Says which rows are in view. */
  show(span: Span): void;
}

interface Loaded {
  key: string;
  total: number | null;
  command: string | null;
  problem: AnswerError | null;
  pages: ReadonlyMap<number, readonly EpisodeLine[]>;
}

function pathOf(run: string, filters: Filters, page: number): string {
  return apiPath(['episodes'], { run, ...filters, offset: String(page * pageSize), limit: String(pageSize) });
}

function firstState(run: string, filters: Filters, key: string): Loaded {
  const kept = keptAnswer<EpisodesAnswer>(pathOf(run, filters, 0));
  const pages = new Map(kept === null ? [] : [[0, kept.episodes]]);
  return { key, total: kept?.total ?? null, command: kept?.command ?? null, problem: null, pages };
}

/** Rows of an earlier filter stay until the first page of the new one is there. */
export function usePages(run: string, filters: Filters, version: number): Rows {
  const key = JSON.stringify([run, filters]);
  const [loaded, setLoaded] = useState(() => firstState(run, filters, key));
  const asked = useRef(new Set<number>());
  const wanted = useRef<number[]>([0]);
  const controller = useRef(new AbortController());

  const load = async (page: number) => {
    if (asked.current.has(page)) return;
    asked.current.add(page);
    const { signal } = controller.current;
    try {
      const { total, command, episodes } = await fetchAnswer<EpisodesAnswer>(pathOf(run, filters, page), signal);
      if (signal.aborted) return;
      setLoaded((now) => {
        const pages = new Map(now.key === key ? now.pages : []);
        pages.set(page, episodes);
        return { key, total, command, problem: null, pages };
      });
    } catch (error) {
      if (signal.aborted) return;
      asked.current.delete(page);
      const problem = error instanceof AnswerError ? error : new AnswerError('internal', String(error));
      setLoaded((now) => ({ ...now, problem }));
    }
  };

  useEffect(() => {
    controller.current.abort();
    controller.current = new AbortController();
    asked.current = new Set();
    if (loaded.key !== key) wanted.current = [0];
    for (const page of new Set([0, ...wanted.current])) void load(page);
    return () => controller.current.abort();
  }, [key, version]);

  return {
    total: loaded.total,
    command: loaded.command,
    problem: loaded.problem,
    rowAt: (index) => loaded.pages.get(Math.floor(index / pageSize))?.[index % pageSize],
    show(span) {
      wanted.current = pagesOf(span);
      if (loaded.key === key) for (const page of wanted.current) void load(page);
    },
  };
}
