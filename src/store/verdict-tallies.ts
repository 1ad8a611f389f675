/**
 * How often each judge version gave each value, counted by triggers in the transaction of the call itself: reading it from two
 * million verdicts takes minutes. A repaired answer takes the place of the unread one.
 */
export const verdictTallies = `
CREATE TABLE verdict_tallies (
  run_id       TEXT NOT NULL REFERENCES runs,
  kind         TEXT NOT NULL,
  model        TEXT NOT NULL,
  prompt_hash  TEXT NOT NULL,
  is_read      INTEGER NOT NULL,
  value        REAL NOT NULL,
  verdicts     INTEGER NOT NULL,
  repaired     INTEGER NOT NULL,
  latency_ms   INTEGER NOT NULL,
  PRIMARY KEY (run_id, kind, model, prompt_hash, is_read, value)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER calls_tally_verdicts AFTER INSERT ON calls WHEN NEW.kind IN ('agreement', 'ca') BEGIN
  INSERT INTO verdict_tallies
    SELECT e.run_id, NEW.kind, NEW.model, NEW.prompt_hash, NEW.value IS NOT NULL, coalesce(NEW.value, 0), 1, 0, NEW.latency_ms
    FROM episodes e WHERE e.episode = NEW.episode
    ON CONFLICT DO UPDATE SET verdicts = verdicts + 1, latency_ms = latency_ms + excluded.latency_ms; END;

CREATE TRIGGER calls_tally_repairs AFTER INSERT ON calls WHEN NEW.kind IN ('agreement.repair', 'ca.repair') BEGIN
  UPDATE verdict_tallies SET verdicts = verdicts - 1, latency_ms = verdict_tallies.latency_ms - f.latency_ms
    FROM calls f JOIN episodes e ON e.episode = f.episode
    WHERE f.episode = NEW.episode AND f.turn = NEW.turn AND f.sample = NEW.sample AND f.kind || '.repair' = NEW.kind
      AND verdict_tallies.run_id = e.run_id AND verdict_tallies.kind = f.kind AND verdict_tallies.model = f.model
      AND verdict_tallies.prompt_hash = f.prompt_hash AND verdict_tallies.is_read = (f.value IS NOT NULL)
      AND verdict_tallies.value = coalesce(f.value, 0)
  ; INSERT INTO verdict_tallies
    SELECT e.run_id, f.kind, f.model, f.prompt_hash, NEW.value IS NOT NULL, coalesce(NEW.value, 0), 1, 1, f.latency_ms
    FROM calls f JOIN episodes e ON e.episode = f.episode
    WHERE f.episode = NEW.episode AND f.turn = NEW.turn AND f.sample = NEW.sample AND f.kind || '.repair' = NEW.kind
    ON CONFLICT DO UPDATE SET
      verdicts = verdicts + 1, repaired = repaired + 1, latency_ms = latency_ms + excluded.latency_ms; END;
`;
