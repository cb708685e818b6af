import { type Bound, type Figure, holds } from './figure.ts'
import { percentile, type Summary, summaryOf } from './statistics.ts'

/** What one round measured, in the unit of the benchmark; `baseline` is null where there is none. */
export interface Round {
  readonly samples: readonly number[]
  readonly baseline: readonly number[] | null
}

/** What a result is of: the declared part of a benchmark. */
export interface Measured {
  readonly name: string
  readonly unit: string
  /** At least one; the last is what is compared with the baseline. */
  readonly figures: readonly Figure[]
  readonly baseline: { readonly name: string; readonly ratio: Bound | null } | null
}

/** All rounds of a benchmark, and what they come to. */
export interface Result {
  readonly name: string
  readonly unit: string
  readonly figures: readonly (Figure & { readonly value: number })[]
  readonly samples: Summary
  readonly baseline: (Summary & { readonly name: string; readonly value: number }) | null
  /** The median of the rounds' own ratios: what disturbs the machine disturbs both sides of a round. */
  readonly ratio: { readonly value: number; readonly target: Bound | null } | null
  /** Whether every target holds. */
  readonly ok: boolean
}

/** Throws for no rounds, and for a benchmark with a baseline of which a round has none. */
export function resultOf(measured: Measured, rounds: readonly Round[]): Result {
  const all = rounds.flatMap(({ samples }) => samples)
  const figures = measured.figures.map((figure) => ({ ...figure, value: percentile(all, figure.percentile) }))
  const compared = measured.figures.at(-1)?.percentile ?? 50
  const baseline = measured.baseline === null ? null : baselineOf(measured.baseline.name, compared, rounds)
  const ratio =
    measured.baseline === null
      ? null
      : {
          value: percentile(
            rounds.map((round) => ratioOf(round, compared)),
            50,
          ),
          target: measured.baseline.ratio,
        }
  const ok =
    figures.every(({ value, target }) => target === null || holds(value, target)) &&
    (ratio === null || ratio.target === null || holds(ratio.value, ratio.target))
  return { name: measured.name, unit: measured.unit, figures, samples: summaryOf(all), baseline, ratio, ok }
}

/** How a round's samples compare with its baseline, by the percentile. */
export function ratioOf({ samples, baseline }: Round, percent: number): number {
  return percentile(samples, percent) / percentile(baseline ?? [], percent)
}

function baselineOf(name: string, percent: number, rounds: readonly Round[]): NonNullable<Result['baseline']> {
  const all = rounds.flatMap(({ baseline }) => baseline ?? [])
  return { ...summaryOf(all), name, value: percentile(all, percent) }
}
