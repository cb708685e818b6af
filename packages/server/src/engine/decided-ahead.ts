import { DAY, type Instant } from '@apsis/core/time'
import type { InstantRow, Reader, Verdict } from '@apsis/store/port'
import { ledgerPages } from './ledger-lookup.ts'
import { justAfter } from './missed-rows.ts'

const VERDICTS: readonly Verdict[] = ['started', 'skipped', 'missed', 'held', 'superseded']
/** Jobs that are asked about one by one; of more, what is decided of all jobs is looked through. */
const ONE_BY_ONE = 100
const PAGE = 5_000
/** Further ahead nothing was ever planned. */
const FAR = 3_660 * DAY

/** Instants of some jobs that have their verdict before they are due. */
export class DecidedAhead {
  readonly #byJob = new Map<string, Set<string>>()

  /** The jobs that have some. */
  get jobIds(): Iterable<string> {
    return this.#byJob.keys()
  }

  add({ jobId, scheduleKey, due }: Pick<InstantRow, 'jobId' | 'scheduleKey' | 'due'>): void {
    const known = this.#byJob.get(jobId)
    if (known === undefined) this.#byJob.set(jobId, new Set([`${scheduleKey}\n${due}`]))
    else known.add(`${scheduleKey}\n${due}`)
  }

  has(jobId: string, scheduleKey: string, due: Instant): boolean {
    return this.#byJob.get(jobId)?.has(`${scheduleKey}\n${due}`) ?? false
  }
}

/**
 * Reads which instants of jobs, due from a time on, have their verdict already: their runs were skipped, moved or started early. Whatever becomes of
 * their schedules, no run is made or withdrawn for them. There are few: what was done by hand, and what a clock that was ahead has decided.
 */
export async function decidedAhead(
  read: Pick<Reader, 'ledger'>,
  jobIds: readonly string[],
  from: Instant,
): Promise<DecidedAhead> {
  const wanted = new Set(jobIds)
  const found = new DecidedAhead()
  const asked = { from, to: from + FAR, verdicts: VERDICTS }
  const filters = wanted.size > ONE_BY_ONE ? [asked] : [...wanted].map((jobId) => ({ ...asked, jobId }))
  for (const filter of filters) {
    for await (const { rows } of ledgerPages(read, filter))
      for (const row of rows) if (wanted.has(row.jobId)) found.add(row)
  }
  return found
}

/** The instants of a job due from a time on that have their verdict. `from`: its cursor, beyond which are few rows. */
export async function decidedFrom(
  read: Pick<Reader, 'instants'>,
  jobId: string,
  from: Instant,
): Promise<readonly InstantRow[]> {
  const found: InstantRow[] = []
  for (let start: Instant | null = from; start !== null; ) {
    const rows: readonly InstantRow[] = await read.instants(jobId, start, from + FAR, PAGE)
    for (const row of rows) if (row.verdict !== null) found.push(row)
    const last: Instant | undefined = rows.length < PAGE ? undefined : rows.at(-1)?.due
    // Others may be due at the same time: those are read again.
    start = last === undefined ? null : last > start ? last : justAfter(last)
  }
  return found
}
