import { createHash, type Hash } from 'node:crypto'

/** What happened, in order: hashed always, kept or shown where somebody wants to read it. */
export class Trace {
  readonly #hash: Hash = createHash('sha256')
  readonly #now: () => number
  readonly #show: ((line: string) => void) | null
  readonly #start: number
  readonly #seen = new Map<string, number>()

  constructor(now: () => number, show: ((line: string) => void) | null) {
    this.#now = now
    this.#show = show
    this.#start = now()
  }

  add(who: string, what: string): void {
    const line = `${((this.#now() - this.#start) / 1000).toFixed(3).padStart(10)} ${who.padEnd(8)} ${what}`
    this.#hash.update(line)
    this.#show?.(line)
  }

  /** A path that not every seed takes was taken. */
  sometimes(path: RarePath): void {
    this.#seen.set(path, (this.#seen.get(path) ?? 0) + 1)
    this.add('path', path)
  }

  get paths(): ReadonlyMap<string, number> {
    return this.#seen
  }

  /** Of everything so far. To be asked for once, at the end. */
  digest(): string {
    return this.#hash.digest('hex')
  }
}

/** Rare paths that the seeds of a test run, taken together, have to take. */
export const RARE_PATHS = [
  'server killed between commit and launch',
  'server killed after a commit, before its answer',
  'start asked again',
  'leftover released',
  'run unreachable',
  'commit tried again',
  'output resumed from the middle',
  'agent killed with procs running',
  'agent killed with starts pending',
  'launcher killed',
  'monitor killed',
  'journal refused a write',
  'half-open link replaced',
  'clock stepped back',
  'clock stepped forward',
  'job changed while runs were pending',
  'SIGKILL after the grace period',
  'run stopped by its timeout',
  'host rebooted with procs running',
  'run stopped before it was started',
  'segment removed',
  'machine suspended',
  'run held past its time',
  'run moved',
  'instant skipped',
  'run of a backfill',
  'instant missed',
  'frame said again',
  'frame after its sender had left',
  'agent given up by timeout',
  'run given up though its process was executed',
  'condition found to hold',
  'agent chosen among several',
  'instant missed for a bound',
] as const

export type RarePath = (typeof RARE_PATHS)[number]
