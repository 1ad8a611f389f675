/** Turns what a person types into a search box into conditions on episodes. Nothing that can be typed is a syntax error. */
import type { Database, Statement } from 'better-sqlite3';
import { unspacedScripts } from './search-schema.js';

/** A condition on `e.episode` and the values bound in it. */
export interface Condition {
  sql: string;
  values: (string | number)[];
}

const unspaced = new RegExp(`[${unspacedScripts}]`, 'u');
const nothing: Condition = { sql: '0', values: [] };
/** More beginnings than this of one short word are not looked for: a single Han character begins thousands of trigrams. */
const maxTerms = 1000;

/**
 * Words all of which must occur, "quoted ones" in this order; `begin*` stands for every word that begins so. Text without
 * any word in it is found nowhere.
 */
export function createTextCondition(database: Database): (text: string) => Condition {
  let terms: Statement<[string, string, number], string> | null = null;
  /** Made when first needed: few who open a database search it. */
  function termsFrom(beginning: string): string[] {
    database.exec(
      "CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_terms USING fts5vocab('main', 'search_unspaced', 'row')",
    );
    terms ??= database
      .prepare<[string, string, number], string>(
        'SELECT term FROM temp.search_terms WHERE term >= ? AND term < ? || char(1114111) LIMIT ?',
      )
      .pluck();
    return terms.all(beginning, beginning, maxTerms);
  }

  function unspacedQuery(phrase: string): string | null {
    if ([...phrase].length >= 3) return quoted(phrase);
    const found = termsFrom(phrase.toLowerCase());
    return found.length === 0 ? null : found.map(quoted).join(' OR ');
  }

  return (text) => {
    const phrases = phrasesOf(text);
    const queries = phrases.map(({ words, isPrefix }) =>
      unspaced.test(words)
        ? { table: 'search_unspaced', query: unspacedQuery(words) }
        : { table: 'search', query: `${quoted(words)}${isPrefix ? ' *' : ''}` },
    );
    if (queries.length === 0 || queries.some(({ query }) => query === null)) return nothing;
    const matches = ['search', 'search_unspaced'].flatMap((table) => {
      const of = queries.filter((query) => query.table === table);
      return of.length === 0 ? [] : [{ table, query: of.map(({ query }) => `(${query})`).join(' AND ') }];
    });
    return {
      sql: matches.map(({ table }) => `e.episode IN (SELECT rowid FROM ${table} WHERE ${table} MATCH ?)`).join(' AND '),
      values: matches.map(({ query }) => query),
    };
  };
}

interface Phrase {
  words: string;
  isPrefix: boolean;
}

/** What stands in quotes is one phrase, everything else falls apart at spaces. What has no letter or digit is no phrase. */
function phrasesOf(text: string): Phrase[] {
  const parts = text.replaceAll('\0', ' ').matchAll(/"([^"]*)"?|([^\s"]+)/gu);
  return [...parts]
    .map(([, inQuotes, bare = '']) =>
      inQuotes === undefined
        ? { words: bare, isPrefix: /[\p{L}\p{N}]\*+$/u.test(bare) }
        : { words: inQuotes.trim(), isPrefix: false },
    )
    .filter(({ words }) => /[\p{L}\p{N}]/u.test(words))
    .slice(0, 16);
}

function quoted(words: string): string {
  return `"${words.replaceAll('"', '""')}"`;
}
