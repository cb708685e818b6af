import type { BrokenSchedule, PendingInstant, PlanCursor, PlannedInstant, PlanSlice, ScheduleRef } from './types.ts'

/** A slice being filled. */
export class SliceBuilder<P extends PendingInstant> {
  readonly #limit: number
  #work = 0
  #slice = emptySlice<P>()

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Whether as much was done as one slice may take. */
  get full(): boolean {
    return this.#work >= this.#limit
  }

  get empty(): boolean {
    return this.#work === 0
  }

  /** Counts a piece of work that leaves nothing in the slice. */
  look(): void {
    this.#work++
  }

  create(instant: PlannedInstant): void {
    this.#slice.create.push(instant)
    this.#work++
  }

  withdraw(instant: P): void {
    this.#slice.withdraw.push(instant)
  }

  // Cursors ride along with the work that moves them, even in a full slice: they must not be parted from it.
  move(cursor: PlanCursor): void {
    this.#slice.cursors.push(cursor)
  }

  drop(ref: ScheduleRef): void {
    this.#slice.droppedCursors.push(ref)
  }

  broken(schedule: BrokenSchedule): void {
    this.#slice.broken.push(schedule)
  }

  /** The slice as filled so far; a new one begins. */
  take(): PlanSlice<P> {
    const slice = this.#slice
    this.#slice = emptySlice()
    this.#work = 0
    return slice
  }
}

interface MutableSlice<P> {
  readonly create: PlannedInstant[]
  readonly withdraw: P[]
  readonly cursors: PlanCursor[]
  readonly droppedCursors: ScheduleRef[]
  readonly broken: BrokenSchedule[]
}

function emptySlice<P>(): MutableSlice<P> {
  return { create: [], withdraw: [], cursors: [], droppedCursors: [], broken: [] }
}
