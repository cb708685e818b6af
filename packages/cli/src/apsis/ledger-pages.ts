import type { Client } from '@apsis/api/client'
import type { InstantJson, InstantsJson } from '@apsis/api/json'
import type { InstantsQuery } from '@apsis/api/routes'

/** Instants asked for at a time. */
const PAGE = 10_000
/** How far back the first look for the newest goes, ms; each further look goes back four times as far. */
const FIRST_LOOK = 900_000

/** What is asked of the ledger; pages are ours. */
export type LedgerQuery = Omit<InstantsQuery, 'limit' | 'after' | 'counts'>

type Reader = Pick<Client, 'instants'>

/** The first instants of a span, at most `limit`; `truncated`: there are more. Counts are of the whole span. */
export async function firstInstants(client: Reader, query: LedgerQuery, limit: number): Promise<InstantsJson> {
  const found: InstantJson[] = []
  let counts: InstantsJson['counts'] = null
  for (let after: string | null = null; ; ) {
    const most = Math.min(PAGE, limit - found.length)
    const page: InstantsJson = await client.instants({
      ...query,
      limit: most,
      ...(after === null ? { counts: true } : { after }),
    })
    counts ??= page.counts
    found.push(...page.instants)
    after = page.next
    if (after === null || found.length >= limit) return { ...page, counts, instants: found }
  }
}

/**
 * The last instants of a span, at most `limit`, in order of time; `truncated`: there are more before. The server gives them from the first
 * on: it is asked for short spans, from the end back.
 */
export async function newestInstants(client: Reader, query: LedgerQuery, limit: number): Promise<InstantsJson> {
  const { from, to } = query
  const whole = await client.instants({ ...query, limit: 1, counts: true })
  let found: InstantJson[] = []
  let more = false
  for (let end = to, look = FIRST_LOOK; end > from && !more; look *= 4) {
    const begin = Math.max(from, end - look)
    const last = await lastOf(client, { ...query, from: begin, to: end }, limit - found.length)
    found = [...last.instants, ...found]
    more = last.more || (found.length >= limit && begin > from && (await any(client, { ...query, to: begin })))
    end = begin
  }
  return { ...whole, instants: found, next: null, truncated: more }
}

async function lastOf(
  client: Reader,
  query: LedgerQuery,
  limit: number,
): Promise<{ readonly instants: readonly InstantJson[]; readonly more: boolean }> {
  let kept: InstantJson[] = []
  let more = false
  for (let after: string | null = null; ; ) {
    const page: InstantsJson = await client.instants({ ...query, limit: PAGE, ...(after === null ? {} : { after }) })
    kept.push(...page.instants)
    if (kept.length > limit) {
      more = true
      kept = limit === 0 ? [] : kept.slice(-limit)
    }
    after = page.next
    if (after === null) return { instants: kept, more }
  }
}

async function any(client: Reader, query: LedgerQuery): Promise<boolean> {
  return (await client.instants({ ...query, limit: 1 })).instants.length > 0
}
