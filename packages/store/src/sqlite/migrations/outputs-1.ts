/** Outputs of runs, in pieces. `tail` is where the last piece begins, or null when there is none. */
export const outputs1: string = `
CREATE TABLE outputs (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  name TEXT NOT NULL,
  length INTEGER NOT NULL,
  tail INTEGER,
  UNIQUE (run, name)
) STRICT;

CREATE TABLE chunks (
  id INTEGER PRIMARY KEY,
  output INTEGER NOT NULL,
  start INTEGER NOT NULL,
  data BLOB NOT NULL,
  UNIQUE (output, start)
) STRICT;
`
