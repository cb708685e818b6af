/**
 * What retention looks for: decided instants that have no run. Most have one, and are not in this; to make it reads all instants once (a tenth of a second for a
 * million runs).
 */
export const runs4: string = `
CREATE INDEX instants_alone ON instants (job, verdict, decided) WHERE run IS NULL AND verdict IS NOT NULL;
`
