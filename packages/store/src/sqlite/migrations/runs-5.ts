/**
 * Numbers of the facts that tell of runs removed. A table of its own, and no index on the facts: to make one reads all of them, and there are four for each run.
 * Only stores of unreleased versions have such facts before this; those stay.
 */
export const runs5: string = `
DROP INDEX IF EXISTS facts_removed;
CREATE TABLE removals (
  seq INTEGER PRIMARY KEY
) STRICT;
`
