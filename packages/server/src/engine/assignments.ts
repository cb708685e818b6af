import type { Run, RunId, RunInput } from '@apsis/core/run'
import type { Duration } from '@apsis/core/time'
import type { Runtimes } from './effects.ts'
import type { Agents, LoadOf } from './ports.ts'
import type { Timers } from './timers.ts'

interface Options {
  readonly agents: Pick<Agents, 'choose' | 'awaited'>
  readonly runtimes: Runtimes
  readonly timers: Timers
  readonly startTimeout: Duration
  readonly load: LoadOf
  readonly run: (id: RunId) => Run | undefined
  readonly post: (task: () => void) => void
  /** Applies an input in this turn, so that the next choice knows of it. */
  readonly apply: (run: Run, input: RunInput) => void
}

/**
 * Starting runs that no agent could take yet. Each waits until an agent of its group can, or for `startTimeout`, counted from when this server began to look for one; for longer where
 * an agent of the group was there a moment ago, or when the server before this one ended, and may be on its way back.
 */
export class Assignments {
  /** In order of coming, by group. */
  readonly #waiting = new Map<string, Set<RunId>>()
  readonly #groups = new Map<RunId, string>()
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  add(run: Run): void {
    if (run.state !== 'starting') return
    const { runtimes, timers, startTimeout, apply, post } = this.#options
    const runtime = runtimes.get(run.bound.program.type)
    if (runtime?.on !== 'agent') return
    const group = runtime.group(run.bound.program)
    const ids = this.#waiting.get(group)
    if (ids === undefined) this.#waiting.set(group, new Set([run.id]))
    else ids.add(run.id)
    this.#groups.set(run.id, group)
    const key = `${run.id}/assign`
    const over = (): void => {
      if (!this.#groups.has(run.id)) return
      // Who asked for no waiting gets none.
      const awaited = startTimeout === 0 ? 0 : this.#options.agents.awaited(group)
      if (awaited > 0) {
        timers.after(key, awaited, over)
        return
      }
      this.remove(run.id)
      const message = `start failed: ${run.handle.id}: no connected agent in group: ${group}`
      const input = { type: 'ended', outcome: 'error', message, startedAt: null, at: null, meta: null } as const
      post(() => this.#with(run.id, (current) => apply(current, input)))
    }
    timers.after(key, startTimeout, over)
    post(() => this.#assign(group, run.id))
  }

  /** The run needs no agent any more. */
  remove(id: RunId): void {
    const group = this.#groups.get(id)
    if (group === undefined) return
    this.#groups.delete(id)
    const ids = this.#waiting.get(group)
    if (ids?.delete(id) && ids.size === 0) this.#waiting.delete(group)
  }

  /** An agent can take procs: whoever waits for its group is assigned, one at a time, so that each choice counts in the next. */
  offer(): void {
    const { agents, load, post } = this.#options
    for (const [group, ids] of this.#waiting) {
      if (agents.choose(group, load) === null) continue
      for (const id of ids) post(() => this.#assign(group, id))
    }
  }

  #assign(group: string, id: RunId): void {
    if (this.#groups.get(id) !== group) return
    const agent = this.#options.agents.choose(group, this.#options.load)
    if (agent === null) return
    this.remove(id)
    this.#with(id, (run) => this.#options.apply(run, { type: 'assigned', agent }))
  }

  #with(id: RunId, then: (run: Run) => void): void {
    const run = this.#options.run(id)
    if (run !== undefined) then(run)
  }
}
