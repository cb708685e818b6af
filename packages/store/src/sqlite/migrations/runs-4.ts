/** What retention looks for: decided instants that have no run (most have one, and are not in this), and facts that tell of runs removed. */
export const runs4: string = `
CREATE INDEX instants_alone ON instants (job, verdict, decided) WHERE run IS NULL AND verdict IS NOT NULL;
CREATE INDEX facts_removed ON facts (type) WHERE type = 8;
`
