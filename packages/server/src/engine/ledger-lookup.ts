import type { InstantRow, Reader } from '@apsis/store/port'
import { instantKey } from './sanity-report.ts'

const PAGE = 10_000

/**
 * The rows of single instants, by `instantKey`, as far as they have one. It reads job by job, `reads` pages at most: `looked` is what was looked for, in
 * the order in which it was given or less of it.
 */
export async function lookUp<T extends Pick<InstantRow, 'jobId' | 'scheduleKey' | 'due'>>(
  read: Pick<Reader, 'ledger'>,
  wanted: Iterable<T>,
  reads: number,
): Promise<{ readonly looked: readonly T[]; readonly rows: ReadonlyMap<string, InstantRow> }> {
  const byJob = new Map<string, T[]>()
  for (const one of wanted) {
    const others = byJob.get(one.jobId)
    if (others === undefined) byJob.set(one.jobId, [one])
    else others.push(one)
  }
  const rows = new Map<string, InstantRow>()
  const looked: T[] = []
  let left = reads
  for (const [jobId, list] of byJob) {
    if (left === 0) break
    const keys = new Set(list.map(instantKey))
    const dues = list.map(({ due }) => due).sort((a, b) => a - b)
    const [first = 0, last = 0] = [dues[0], dues.at(-1)]
    let reached = first
    for (let after: InstantRow | undefined; left > 0 && reached <= last; left--) {
      const place = after === undefined ? {} : { after }
      const page = await read.ledger({ jobId, from: first, to: last + 1, limit: PAGE, ...place })
      for (const row of page) if (keys.has(instantKey(row))) rows.set(instantKey(row), row)
      after = page.at(-1)
      // Of the last due time of a page there may be more.
      reached = after === undefined || page.length < PAGE ? Number.POSITIVE_INFINITY : after.due
    }
    looked.push(...list.filter(({ due }) => due < reached))
  }
  return { looked, rows }
}
