import type { MemoryDisk } from '@apsis/store/memory'
import { FACT_CODES, stateOf } from '@apsis/store/row'
import type { Host } from './host.ts'
import type { Trace } from './trace.ts'

const ALL = Number.MAX_SAFE_INTEGER

/** SIM18: looks at the log after each commit whether what ended a length of time came too soon, by true time. */
export class LengthsCheck {
  readonly #tables: MemoryDisk['tables']
  readonly #hosts: readonly Host[]
  readonly #startTimeout: number
  readonly #now: () => number
  readonly #problem: (text: string) => void
  readonly #trace: Trace
  /** When each run came to `starting`, by true time. */
  readonly #starting = new Map<number, number>()
  #seen = 0

  constructor(parts: {
    readonly tables: MemoryDisk['tables']
    readonly hosts: readonly Host[]
    readonly startTimeout: number
    /** True time, ms. */
    readonly now: () => number
    readonly trace: Trace
    readonly problem: (text: string) => void
  }) {
    this.#tables = parts.tables
    this.#hosts = parts.hosts
    this.#startTimeout = parts.startTimeout
    this.#now = parts.now
    this.#problem = parts.problem
    this.#trace = parts.trace
  }

  /** Checks what is new in the log. */
  look(): void {
    for (const [seq, run, , type, code, text] of this.#tables.factsAfter(this.#seen, ALL)) {
      this.#seen = seq
      if (run === null || type !== FACT_CODES.state) continue
      const state = stateOf(code)
      if (state === 'starting') this.#starting.set(run, this.#now())
      if (state === 'stopping' && text?.startsWith('stopping: timeout') === true) this.#timedOut(run)
      if (state === 'error' && text?.includes('no connected agent in group') === true) this.#notStarted(run)
    }
  }

  #timedOut(run: number): void {
    this.#trace.sometimes('run stopped by its timeout')
    const timeout = /"timeout":\{"duration":([0-9.]+),"signal":[0-9]/.exec(this.#tables.runs.get(run)?.bound ?? '')?.[1]
    if (timeout === undefined) return this.#problem(`SIM18: r${run} has no timeout, and was stopped by it`)
    for (const { truth } of this.#hosts) {
      for (const [procId, { beganAt }] of truth) {
        if (beganAt === null || !procId.startsWith(`r${run}-`)) continue
        const ran = this.#now() - beganAt
        if (ran < Number(timeout))
          this.#problem(`SIM18: r${run} was stopped by its timeout of ${timeout} ms after ${ran} ms`)
      }
    }
  }

  #notStarted(run: number): void {
    const waited = this.#now() - (this.#starting.get(run) ?? -Infinity)
    if (waited < this.#startTimeout)
      this.#problem(`SIM18: r${run} found no agent, and was given up after ${waited} ms of ${this.#startTimeout}`)
  }
}
