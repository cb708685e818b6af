import type { Benchmark, Rig } from './benchmark.ts'
import { type Result, resultOf, type Round, roundLine } from './report/index.ts'

/** Longest that a benchmark may take without `--full`, ms; then something hangs. */
const LIMIT = 150_000

/**
 * Runs a benchmark: each round is the real thing and its baseline, one after the other, the order changing from round to round. Rejects when it
 * could not be run, or did not do what it was to do. Whatever it started has ended by then.
 */
export async function runBenchmark(
  benchmark: Benchmark,
  options: { readonly full: boolean; readonly stop: AbortSignal; readonly say: (line: string) => void },
): Promise<Result> {
  const { full, stop, say } = options
  await using scope = new AsyncDisposableStack()
  const signal = full ? stop : AbortSignal.any([stop, AbortSignal.timeout(LIMIT)])
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () =>
      reject(new Error(stop.aborted ? 'stopped' : `not done after ${LIMIT / 1_000} s`)),
    )
  })
  const rounds = await Promise.race([stopped, roundsOf(benchmark, scope, full, signal, say)])
  return resultOf(benchmark, rounds)
}

async function roundsOf(
  benchmark: Benchmark,
  scope: AsyncDisposableStack,
  full: boolean,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<readonly Round[]> {
  const rig = await benchmark.prepare(scope)
  const { short, full: many, warmUp } = benchmark.rounds
  if (warmUp) await oneRound(rig, false)
  const rounds: Round[] = []
  for (let number = 1; number <= (full ? many : short) && !signal.aborted; number++) {
    const round = await oneRound(rig, number % 2 === 0)
    rounds.push(round)
    say(roundLine(benchmark, number, round))
  }
  return rounds
}

async function oneRound(rig: Rig, baselineFirst: boolean): Promise<Round> {
  if (rig.baseline === undefined) return { samples: await rig.measure(), baseline: null }
  if (!baselineFirst) return { samples: await rig.measure(), baseline: await rig.baseline() }
  const before = await rig.baseline()
  return { samples: await rig.measure(), baseline: before }
}
