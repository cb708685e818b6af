/** Small records of the server's own (pauses, backfills and the like), and the definitions that each job has had. */
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
`
