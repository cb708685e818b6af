/** What a figure must be: at least (of rates) or at most (of times) the limit, in the unit of the figure. */
export interface Bound {
  readonly is: 'atLeast' | 'atMost'
  readonly limit: number
}

/** One figure of a benchmark: a percentile of everything that its rounds measured. */
export interface Figure {
  /** What tells it from the other figures of the benchmark; null where it is the only one. */
  readonly label: string | null
  /** 0 to 100; 50 is the median. */
  readonly percentile: number
  /** Null where only the ratio has one. */
  readonly target: Bound | null
}

/** Whether a value is within its bound. Never for what is no number. */
export function holds(value: number, { is, limit }: Bound): boolean {
  return is === 'atLeast' ? value >= limit : value <= limit
}
