import { constants, PerformanceObserver } from 'node:perf_hooks'

/** The collections of one kind since the start. */
export interface Collections {
  readonly count: number
  /** Seconds, of all and of the longest. */
  readonly elapsed: number
  readonly longest: number
}

/** Kinds of garbage collections: of young objects, in steps, and of everything. */
export const GC_KINDS = ['minor', 'incremental', 'major'] as const
export type GcKind = (typeof GC_KINDS)[number]

/** Counts the garbage collections of this process. */
export class GcWatch {
  readonly #counts: Record<GcKind, Collections> = { minor: NONE, incremental: NONE, major: NONE }
  readonly #observer: PerformanceObserver

  constructor() {
    this.#observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) this.#note(entry.duration / 1_000, kindOf(entry))
    })
    this.#observer.observe({ entryTypes: ['gc'] })
  }

  of(kind: GcKind): Collections {
    return this.#counts[kind]
  }

  stop(): void {
    this.#observer.disconnect()
  }

  #note(seconds: number, kind: GcKind): void {
    const { count, elapsed, longest } = this.#counts[kind]
    this.#counts[kind] = { count: count + 1, elapsed: elapsed + seconds, longest: Math.max(longest, seconds) }
  }
}

const NONE: Collections = { count: 0, elapsed: 0, longest: 0 }

function kindOf(entry: object): GcKind {
  const detail: unknown = 'detail' in entry ? entry.detail : null
  const kind = typeof detail === 'object' && detail !== null && 'kind' in detail ? detail.kind : null
  if (kind === constants.NODE_PERFORMANCE_GC_MAJOR) return 'major'
  return kind === constants.NODE_PERFORMANCE_GC_MINOR ? 'minor' : 'incremental'
}
