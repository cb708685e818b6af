import { type Run, runNumber } from '@apsis/core/run'
import { type RunFilter, type RunOrder, type RunPage, type RunPageRequest, StoreError } from '../port/index.ts'

/** Most runs of a page, facts of a read, run ids of a filter. */
export const LIMIT_MOST = 10_000

/** Most bytes of one read of output. */
export const OUTPUT_MOST: number = 4 * 1024 * 1024

/** A run, as the place in an order that a page begins after. */
export interface PagePlace {
  readonly number: number
  /** Its schedule time, in an order by that; else null. */
  readonly due: number | null
}

/** Whether an order is by schedule time. */
export function isByDue(order: RunOrder): boolean {
  return order === 'latest' || order === 'earliest'
}

/** The place of a run. */
export function placeOf(run: Pick<Run, 'id' | 'times'>): PagePlace {
  return { number: runNumber(run.id), due: run.times.schedule ?? null }
}

/** The cursor of the page after a place. */
export function placeCursor(order: RunOrder, { number, due }: PagePlace): string {
  const place = isByDue(order) ? `${due}:${number}` : number
  return Buffer.from(`${order}:${place}`).toString('base64url')
}

/** What a page says of where it stopped; null: at the end. */
export function pageEnd(order: RunOrder, place: PagePlace | null): Pick<RunPage, 'next' | 'reached'> {
  if (place === null) return { next: null }
  const next = placeCursor(order, place)
  return isByDue(order) && place.due !== null ? { next, reached: place.due } : { next }
}

const CURSOR = /^(?:(newest|oldest)|(latest|earliest):([^:]+)):([1-9][0-9]{0,14})$/

/** Checks a page request, and gives the place that the page begins after; null for the first page. Throws `StoreError` `STORE_REQUEST` for a limit out of range, and a cursor that is not of this order. */
export function pageStart(request: RunPageRequest): PagePlace | null {
  checkLimit(request.limit)
  checkFilter(request.filter)
  const { after } = request
  if (after === undefined) return null
  const order = request.order ?? 'newest'
  const [, plain, timed, time, number] = CURSOR.exec(Buffer.from(after, 'base64url').toString()) ?? []
  const due = time === undefined ? null : Number(time)
  // A time that is written in another way than ours was not written by us.
  if (number === undefined || (due !== null && (!Number.isFinite(due) || String(due) !== time))) {
    throw new StoreError('STORE_REQUEST', 'the page cursor is none that a page ended with')
  }
  const of = plain ?? timed
  if (of !== order) {
    throw new StoreError('STORE_REQUEST', `the page cursor is of the order ${of}, the page asked for ${order}`)
  }
  return { number: Number(number), due }
}

/** Throws `StoreError` `STORE_REQUEST` for a limit that is not an integer from 1 to 10,000. */
export function checkLimit(limit: number, most: number = LIMIT_MOST): void {
  if (Number.isSafeInteger(limit) && limit >= 1 && limit <= most) return
  throw new StoreError('STORE_REQUEST', `the limit is ${limit}, expected an integer from 1 to ${most}`)
}

/** Throws `StoreError` `STORE_REQUEST` for a filter that names too many runs, or a time that is none. */
export function checkFilter(filter: RunFilter): void {
  for (const name of ['since', 'scheduledBefore', 'scheduledAfter'] as const) {
    if (Number.isNaN(filter[name]))
      throw new StoreError('STORE_REQUEST', `the time ${name} of a filter is not a number`)
  }
  const asked = filter.ids?.length ?? 0
  if (asked <= LIMIT_MOST) return
  throw new StoreError('STORE_REQUEST', `${asked} run ids are asked for at once, at most ${LIMIT_MOST} can be`)
}

/** The range [start, end) of one read, at most 4 MiB. Throws `StoreError` `STORE_REQUEST` for numbers that are no offsets. */
export function checkedRange(start: number, end: number): readonly [start: number, end: number] {
  for (const offset of [start, end]) {
    if (Number.isSafeInteger(offset) && offset >= 0) continue
    throw new StoreError('STORE_REQUEST', `an offset is ${offset}, expected an integer from 0`)
  }
  return [start, Math.min(end, start + OUTPUT_MOST)]
}
