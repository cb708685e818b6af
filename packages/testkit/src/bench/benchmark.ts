import type { Measured } from './report/index.ts'

/** How a benchmark is measured, once everything that it needs stands. */
export interface Rig {
  /** One round of the real thing: samples in the benchmark's unit. Throws when the work was not done. */
  measure(): Promise<readonly number[]>
  /** One round of the baseline, in the same unit; only where the benchmark has one. */
  baseline?(): Promise<readonly number[]>
}

export interface Benchmark extends Measured {
  /** What is measured, in a line. */
  readonly about: string
  /** Rounds that count, and with `--full`; before them, one that does not, where `warmUp`. */
  readonly rounds: { readonly short: number; readonly full: number; readonly warmUp: boolean }
  /** Builds and starts what is needed; everything of it ends with the scope. */
  prepare(scope: AsyncDisposableStack): Promise<Rig>
}
