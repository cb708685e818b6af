import type { Run, RunId, RunInput } from '@apsis/core/run'
import type { Duration } from '@apsis/core/time'
import type { Runtimes } from './effects.ts'
import type { Agents } from './ports.ts'
import type { Timers } from './timers.ts'

/** Starting runs that no agent could take yet. Each waits until an agent of its group connects, or for `startTimeout` after it began to start. */
export class Assignments {
  readonly #waiting = new Map<RunId, { readonly group: string; readonly procId: string }>()
  readonly #agents: Agents
  readonly #runtimes: Runtimes
  readonly #timers: Timers
  readonly #startTimeout: Duration
  readonly #load: (connId: string) => number
  readonly #input: (id: RunId, input: RunInput) => void

  constructor(options: {
    agents: Agents
    runtimes: Runtimes
    timers: Timers
    startTimeout: Duration
    load: (connId: string) => number
    input: (id: RunId, input: RunInput) => void
  }) {
    this.#agents = options.agents
    this.#runtimes = options.runtimes
    this.#timers = options.timers
    this.#startTimeout = options.startTimeout
    this.#load = options.load
    this.#input = options.input
  }

  add(run: Run): void {
    if (run.state !== 'starting') return
    const runtime = this.#runtimes.get(run.bound.program.type)
    if (runtime?.on !== 'agent') return
    const group = runtime.group(run.bound.program)
    const agent = this.#agents.choose(group, this.#load)
    if (agent !== null) {
      this.#input(run.id, { type: 'assigned', agent })
      return
    }
    this.#waiting.set(run.id, { group, procId: run.handle.id })
    this.#timers.set(`${run.id}/assign`, (run.times.starting ?? 0) + this.#startTimeout, () => {
      if (!this.#waiting.delete(run.id)) return
      const message = `start failed: ${run.handle.id}: no connected agent in group: ${group}`
      this.#input(run.id, { type: 'ended', outcome: 'error', message, startedAt: null, at: null, meta: null })
    })
  }

  /** The run needs no agent any more. */
  remove(id: RunId): void {
    this.#waiting.delete(id)
  }

  /** An agent has come: whoever waits for its group is assigned. */
  offer(): void {
    for (const [id, { group }] of this.#waiting) {
      const agent = this.#agents.choose(group, this.#load)
      if (agent === null) continue
      this.#waiting.delete(id)
      this.#input(id, { type: 'assigned', agent })
    }
  }
}
