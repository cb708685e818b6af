import { agentChoiceText, type Run, type RunId, type RunInput } from '@apsis/core/run'
import type { Duration } from '@apsis/core/time'
import type { Runtimes } from './effects.ts'
import { RETURN_WITHIN } from './agents/known-agents.ts'
import type { Agents, Clock, LoadOf } from './ports.ts'
import type { Timers } from './timers.ts'

interface Options {
  readonly agents: Pick<Agents, 'choose' | 'has' | 'awaited'>
  readonly runtimes: Runtimes
  readonly timers: Pick<Timers, 'after'>
  readonly clock: Pick<Clock, 'monotonic'>
  readonly startTimeout: Duration
  readonly load: LoadOf
  readonly run: (id: RunId) => Run | undefined
  readonly post: (task: () => void) => void
  /** Applies an input in this turn, so that the next choice knows of it. */
  readonly apply: (run: Run, input: RunInput) => void
}

/**
 * Starting runs that no agent could take yet. Each waits until an agent of its group can, or for `startTimeout`, counted from when this server began to look for one; for longer where
 * an agent of the group was there a moment ago, or when the server before this one ended, and may be on its way back. That is `RETURN_WITHIN` more in total at most, also for
 * a run that was given to agents which were gone before they were asked.
 */
export class Assignments {
  /** In order of coming, by group. */
  readonly #waiting = new Map<string, Set<RunId>>()
  readonly #groups = new Map<RunId, string>()
  /** Since when this server looks for an agent, of runs that no agent was asked for yet, on the clock that is never set. Bounded by starting runs. */
  readonly #since = new Map<RunId, number>()
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  add(run: Run): void {
    if (run.state !== 'starting') return
    const { runtimes, timers, startTimeout, apply, post, clock } = this.#options
    const runtime = runtimes.get(run.bound.program.type)
    if (runtime?.on !== 'agent') return
    const group = runtime.group(run.bound.program)
    const ids = this.#waiting.get(group)
    if (ids === undefined) this.#waiting.set(group, new Set([run.id]))
    else ids.add(run.id)
    this.#groups.set(run.id, group)
    const key = `${run.id}/assign`
    const now = clock.monotonic()
    const since = this.#since.get(run.id) ?? now
    this.#since.set(run.id, since)
    // Who asked for no waiting gets none.
    const end = since + (startTimeout === 0 ? 0 : startTimeout + RETURN_WITHIN)
    const over = (): void => {
      if (!this.#groups.has(run.id)) return
      const awaited = Math.min(this.#options.agents.awaited(group), end - clock.monotonic())
      if (awaited > 0) {
        timers.after(key, awaited, over)
        return
      }
      this.#since.delete(run.id)
      this.remove(run.id)
      const message = `start failed: ${run.handle.id}: no connected agent in group: ${group}`
      const input = { type: 'ended', outcome: 'error', message, startedAt: null, at: null, meta: null } as const
      post(() => this.#with(run.id, (current) => apply(current, input)))
    }
    if (since < now && now >= end) {
      over()
      return
    }
    timers.after(key, Math.max(0, since + startTimeout - now), over)
    post(() => this.#assign(group, run.id))
  }

  /** An agent was asked for the run, or the run is over: it looks for none any more. */
  settle(id: RunId): void {
    this.remove(id)
    this.#since.delete(id)
  }

  /** The run waits for no agent: one was chosen. */
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
      if (!agents.has(group, load)) continue
      for (const id of ids) post(() => this.#assign(group, id))
    }
  }

  #assign(group: string, id: RunId): void {
    if (this.#groups.get(id) !== group) return
    const choice = this.#options.agents.choose(group, this.#options.load)
    if (choice === null) return
    this.remove(id)
    this.#with(id, (run) =>
      this.#options.apply(run, { type: 'assigned', agent: choice.agent, choice: agentChoiceText(choice) }),
    )
  }

  #with(id: RunId, then: (run: Run) => void): void {
    const run = this.#options.run(id)
    if (run !== undefined) then(run)
  }
}
