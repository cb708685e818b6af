import type { Run, RunId, RunInput } from '@apsis/core/run'
import type { ServerRuntime } from '@apsis/kinds/runtime'
import type { Clock } from './ports.ts'
import { ServerTasks, type TaskPorts } from './server-tasks.ts'
import type { Timers } from './timers.ts'

/** Programs that the server itself carries out. What most will do is a plan made in pure code; here is only the waiting. Others are tasks. */
export class ServerPrograms {
  readonly #tasks: ServerTasks
  readonly #timers: Timers
  readonly #clock: Clock
  /** When each that runs here began, on the clock that is never set; of tasks, nothing. Bounded by live runs: each leaves when its time is over. */
  readonly #began = new Map<RunId, number>()
  readonly #input: (id: RunId, input: RunInput) => void

  constructor(
    timers: Timers,
    clock: Clock,
    input: (id: RunId, input: RunInput) => void,
    tasks: TaskPorts | null = null,
  ) {
    this.#tasks = new ServerTasks(clock, input, tasks)
    this.#timers = timers
    this.#clock = clock
    this.#input = input
  }

  /** Starts the program of a starting run, or takes it up again after a restart. */
  start(run: Run, runtime: ServerRuntime): void {
    if ('run' in runtime) {
      this.#tasks.start(run, runtime)
      return
    }
    if (run.state !== 'starting' && run.state !== 'running' && run.state !== 'stopping') return
    const now = this.#clock.now()
    const startedAt = run.times.running ?? null
    const began = this.#clock.monotonic() - (startedAt === null ? 0 : Math.max(0, now - startedAt))
    const plan = runtime.start(run.bound.program, { now, startedAt })
    const end = (at: number): void => {
      this.#began.delete(run.id)
      this.#input(run.id, {
        type: 'ended',
        outcome: plan.outcome,
        message: plan.message,
        startedAt: startedAt ?? now,
        at,
        elapsed: this.#clock.monotonic() - began,
        meta: null,
      })
    }
    // A no-op without duration ends as it starts: one input, one commit.
    if (plan.endsAt === null || plan.endsAt <= now) {
      end(plan.endsAt ?? now)
      return
    }
    if (startedAt === null) this.#input(run.id, { type: 'started', at: now, meta: null })
    this.#began.set(run.id, began)
    this.#timers.after(key(run.id), plan.endsAt - now, () => end(this.#clock.now()))
  }

  stop(run: Run): void {
    // It says itself when it has stopped.
    if (this.#tasks.stop(run.id)) return
    this.#timers.clear(key(run.id))
    const at = this.#clock.now()
    const began = this.#began.get(run.id)
    this.#began.delete(run.id)
    this.#input(run.id, {
      type: 'ended',
      outcome: 'error',
      message: 'program stopped',
      startedAt: null,
      at,
      elapsed: began === undefined ? null : this.#clock.monotonic() - began,
      meta: null,
    })
  }
}

function key(id: RunId): string {
  return `${id}/program`
}
