/** How samples are spread. */
export interface Summary {
  readonly count: number
  readonly median: number
  readonly min: number
  readonly max: number
}

/**
 * The value that at least `percent` (0 to 100) of the samples do not exceed: the nearest rank, so always one of them; of an even number, the
 * median is the lower of the middle two. Throws for no samples.
 */
export function percentile(samples: readonly number[], percent: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length))
  const value = sorted[rank - 1]
  if (value === undefined) throw new Error(`no percentile ${percent} of ${samples.length} samples`)
  return value
}

/** Throws for no samples. */
export function summaryOf(samples: readonly number[]): Summary {
  return {
    count: samples.length,
    median: percentile(samples, 50),
    min: percentile(samples, 0),
    max: percentile(samples, 100),
  }
}
