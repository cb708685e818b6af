/** Small records of the server's own (pauses, backfills and the like), and the definitions that each job has had; how many facts are gone. */
export const runs3: string = `
CREATE TABLE records (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  json TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE job_versions (
  job TEXT NOT NULL,
  since REAL NOT NULL,
  hash TEXT,
  PRIMARY KEY (job, since)
) STRICT, WITHOUT ROWID;

-- Instants that did not start are few among many: an instant that starts is never in these.
CREATE INDEX instants_other ON instants (verdict, due) WHERE verdict > 0;
CREATE INDEX instants_other_job ON instants (job, verdict, due) WHERE verdict > 0;

-- Facts that went with runs which were withdrawn or removed: so many numbers of facts are missing, and no more.
INSERT INTO counters (name, value)
  SELECT 'facts_gone', value - (SELECT count(*) FROM facts) FROM counters WHERE name = 'seq';
`
