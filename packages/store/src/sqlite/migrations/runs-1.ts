/**
 * Runs, newest first by their number; what rarely changes or is rarely read (names, definitions, metadata) is kept off the run row.
 * `live` is 0 before a run leaves `scheduled`, 1 until it ends, null after; `outcome` is the state it ended in. They, and not
 * `state`, are in the indexes, so that moves within a phase touch no index.
 */
export const runs1: string = `
CREATE TABLE job_names (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  folded TEXT NOT NULL
) STRICT;

CREATE TABLE runs (
  num INTEGER PRIMARY KEY,
  job INTEGER NOT NULL,
  args TEXT NOT NULL,
  labels TEXT NOT NULL,
  origin TEXT NOT NULL,
  version INTEGER NOT NULL,
  state INTEGER NOT NULL,
  live INTEGER,
  outcome INTEGER,
  changed REAL NOT NULL,
  t_schedule REAL,
  t_stop REAL,
  t_new REAL,
  t_scheduled REAL,
  t_waiting REAL,
  t_starting REAL,
  t_running REAL,
  t_stopping REAL,
  t_success REAL,
  t_failure REAL,
  t_error REAL,
  t_skipped REAL,
  bound INTEGER,
  detail TEXT
) STRICT;
CREATE INDEX runs_job ON runs (job, outcome);
CREATE INDEX runs_args ON runs (job, args, outcome);
CREATE INDEX runs_outcome ON runs (outcome) WHERE outcome IS NOT NULL;
CREATE INDEX runs_changed ON runs (changed) WHERE outcome IS NOT NULL;
CREATE INDEX runs_live ON runs (live) WHERE live = 1;
CREATE INDEX runs_scheduled ON runs (t_schedule) WHERE live = 0;

CREATE TABLE bounds (
  id INTEGER PRIMARY KEY,
  json TEXT NOT NULL
) STRICT;

CREATE TABLE run_meta (
  run INTEGER PRIMARY KEY,
  json TEXT NOT NULL
) STRICT;

CREATE TABLE facts (
  seq INTEGER PRIMARY KEY,
  run INTEGER,
  time REAL NOT NULL,
  type INTEGER NOT NULL,
  state INTEGER,
  text TEXT
) STRICT;
CREATE INDEX facts_run ON facts (run) WHERE run IS NOT NULL;

CREATE TABLE instants (
  job INTEGER NOT NULL,
  due REAL NOT NULL,
  key TEXT NOT NULL,
  args TEXT NOT NULL,
  run INTEGER,
  verdict INTEGER,
  reason TEXT,
  decided REAL,
  PRIMARY KEY (job, due, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX instants_due ON instants (due, verdict);
CREATE INDEX instants_pending ON instants (job) WHERE verdict IS NULL;
CREATE INDEX instants_run ON instants (run) WHERE run IS NOT NULL;

CREATE TABLE definitions (
  hash TEXT PRIMARY KEY,
  job TEXT NOT NULL,
  ad_hoc INTEGER NOT NULL,
  json TEXT NOT NULL
) STRICT;

CREATE TABLE jobs (
  job TEXT PRIMARY KEY,
  hash TEXT NOT NULL,
  ad_hoc INTEGER NOT NULL
) STRICT;

CREATE TABLE cursors (
  job TEXT NOT NULL,
  key TEXT NOT NULL,
  until REAL NOT NULL,
  PRIMARY KEY (job, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE counters (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counters (name, value) VALUES ('seq', 0), ('next_run', 1);
`
