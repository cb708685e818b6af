/** Characters of an id that people see: enough to tell pauses and backfills apart. */
const SHOWN = 8

/** The beginning of an id, as commands take it too. */
export function shortId(id: string): string {
  return id.slice(0, SHOWN)
}
