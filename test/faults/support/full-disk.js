/** Preloaded into the real program: a database that has room for `ROOM` more pages once it is open, then none. */
import Database from 'better-sqlite3';

const { pragma } = Database.prototype;

/**
 * @this {import('better-sqlite3').Database}
 * @param {string} source
 * @param {import('better-sqlite3').PragmaOptions} [options]
 */
Database.prototype.pragma = function (source, options) {
  const result = pragma.call(this, source, options);
  if (source === 'synchronous = FULL') {
    const pages = Number(pragma.call(this, 'page_count', { simple: true }));
    pragma.call(this, `max_page_count = ${pages + Number(process.env['ROOM'])}`);
  }
  return result;
};
