/**
 * Full-text search over what was said: one document per episode that has ended, its turns and completion together, so that a
 * word said in every turn is one entry. Contentless: the text stays in `calls` alone.
 *
 * `search` holds words (unicode61: case and accents folded). Scripts that are written without spaces would be one word to it,
 * so turns that contain any are in `search_unspaced` too, by trigrams. Trigrams for all text would be found by parts of words,
 * but cost more than everything else a call costs; bench/README.md has the figures.
 */

/** Thai to Khmer, kana, Han and Hangul: as GLOB and as a regular expression's class. */
export const unspacedScripts =
  '\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff';

/**
 * Within a trigger no statement ends its line: what ends a line ends a statement of the migration. A word cut short at the
 * end of a text still has a trigram that begins with it: hence the two spaces.
 */
export const search = `
CREATE VIRTUAL TABLE search USING fts5(
  content, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE search_unspaced USING fts5(
  content, content = '', contentless_delete = 1, tokenize = 'trigram');

CREATE TRIGGER episodes_index_text AFTER UPDATE OF status ON episodes WHEN NEW.status IN ('done', 'failed') BEGIN
  DELETE FROM search WHERE rowid = NEW.episode
  ; DELETE FROM search_unspaced WHERE rowid = NEW.episode
  ; INSERT INTO search (rowid, content)
    SELECT NEW.episode, group_concat(content, char(10)) FROM calls
    WHERE episode = NEW.episode AND kind IN ('speak', 'completion') HAVING count(*) > 0
  ; INSERT INTO search_unspaced (rowid, content)
    SELECT NEW.episode, group_concat(content, '  ' || char(10)) || '  ' FROM calls
    WHERE episode = NEW.episode AND kind IN ('speak', 'completion') AND content GLOB '*[${unspacedScripts}]*'
    HAVING count(*) > 0; END;
`;
