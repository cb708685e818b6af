/** The clocks, read once per input. Both in nanoseconds. */
export interface Now {
  /** Since 1970-01-01T00:00:00Z. */
  readonly wall: bigint
  /** Of CLOCK_MONOTONIC, which every process of the host shares. */
  readonly mono: bigint
}

export const SECOND = 1_000_000_000n
