import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Outcome } from './run-seed.ts'
import { RARE_PATHS, type RarePath } from './trace.ts'

/** Fewer seeds than this may miss a rare path by bad luck. */
const ENOUGH = 300

/** What many seeds came to. */
export interface Summary {
  seeds: number
  runs: number
  instants: number
  /** Virtual time of all, ms. */
  virtual: number
  readonly failed: { readonly seed: number; readonly problems: readonly string[] }[]
  /** How often each rare path was taken. */
  readonly paths: Map<string, number>
}

export interface SeedRange {
  readonly first: number
  readonly last: number
}

/** Runs every seed of a range, sharded over worker threads, one a core. `told` hears of each outcome, in no order. Stops early once `ends` says so. */
export async function runSeeds(
  { first, last }: SeedRange,
  told: (outcome: Outcome) => void = () => {},
  ends: () => boolean = () => false,
): Promise<Summary> {
  const summary: Summary = { seeds: 0, runs: 0, instants: 0, virtual: 0, failed: [], paths: new Map() }
  let next = first
  const take = (): number | null => (next > last || ends() ? null : next++)
  const workers = Math.min(availableParallelism(), last - first + 1)
  const shard = async (): Promise<void> => {
    const worker = new Worker(new URL('./shard.ts', import.meta.url))
    try {
      await work(worker, take, (outcome) => {
        add(summary, outcome)
        told(outcome)
      })
    } finally {
      await worker.terminate()
    }
  }
  await Promise.all(Array.from({ length: workers }, shard))
  summary.failed.sort((left, right) => left.seed - right.seed)
  return summary
}

/** Rare paths that no seed took, where there were enough of them to expect each. */
export function pathsMissed({ seeds, paths }: Summary): readonly RarePath[] {
  return seeds < ENOUGH ? [] : RARE_PATHS.filter((path) => !paths.has(path))
}

function work(worker: Worker, take: () => number | null, done: (outcome: Outcome) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = (): void => {
      const seed = take()
      if (seed === null) resolve()
      else worker.postMessage(seed)
    }
    worker.on('message', (outcome: Outcome) => {
      done(outcome)
      next()
    })
    worker.on('error', reject)
    next()
  })
}

function add(summary: Summary, { seed, problems, paths, runs, instants, time }: Outcome): void {
  summary.seeds++
  summary.runs += runs
  summary.instants += instants
  summary.virtual += time
  if (problems.length > 0) summary.failed.push({ seed, problems })
  for (const [path, count] of paths) summary.paths.set(path, (summary.paths.get(path) ?? 0) + count)
}
