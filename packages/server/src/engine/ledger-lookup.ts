import type { InstantRow, LedgerRequest, Reader } from '@apsis/store/port'
import { instantKey } from './sanity-report.ts'

const PAGE = 10_000
/** Pages of single instants that are read in a look. */
const READS = 50

/** The rows of the ledger that are asked for, page by page. `more`: another page follows. */
export async function* ledgerPages(
  read: Pick<Reader, 'ledger'>,
  asked: Omit<LedgerRequest, 'limit' | 'after'>,
): AsyncGenerator<{ readonly rows: readonly InstantRow[]; readonly more: boolean }> {
  for (let after: InstantRow | undefined; ; ) {
    const rows = await read.ledger({ ...asked, limit: PAGE, ...(after === undefined ? {} : { after }) })
    const more = rows.length === PAGE
    yield { rows, more }
    if (!more) return
    after = rows.at(-1)
  }
}

/**
 * The rows of single instants, by `instantKey`, as far as they have one. It reads job by job, 50 pages at most: `looked` is what was looked for, in
 * the order in which it was given or less of it.
 */
export async function lookUp<T extends Pick<InstantRow, 'jobId' | 'scheduleKey' | 'due'>>(
  read: Pick<Reader, 'ledger'>,
  wanted: Iterable<T>,
): Promise<{ readonly looked: readonly T[]; readonly rows: ReadonlyMap<string, InstantRow> }> {
  const byJob = new Map<string, T[]>()
  for (const one of wanted) {
    const others = byJob.get(one.jobId)
    if (others === undefined) byJob.set(one.jobId, [one])
    else others.push(one)
  }
  const found = new Map<string, InstantRow>()
  const looked: T[] = []
  let left = READS
  for (const [jobId, list] of byJob) {
    if (left === 0) break
    const keys = new Set(list.map(instantKey))
    const dues = list.map(({ due }) => due).sort((a, b) => a - b)
    const [first = 0, last = 0] = [dues[0], dues.at(-1)]
    let reached = first
    for await (const { rows, more } of ledgerPages(read, { jobId, from: first, to: last + 1 })) {
      left--
      for (const row of rows) if (keys.has(instantKey(row))) found.set(instantKey(row), row)
      // Of the last due time of a page there may be more.
      reached = more ? (rows.at(-1)?.due ?? reached) : Number.POSITIVE_INFINITY
      if (left === 0 || reached > last) break
    }
    looked.push(...list.filter(({ due }) => due < reached))
  }
  return { looked, rows: found }
}
