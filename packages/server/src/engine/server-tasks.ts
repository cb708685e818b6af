import type { Run, RunId, RunInput } from '@apsis/core/run'
import type { Duration, Instant } from '@apsis/core/time'
import type { ServerTaskRuntime, TaskContext, TaskOutcome, TaskServices } from '@apsis/kinds/runtime'
import type { Clock } from './ports.ts'

/** What tasks in the server can do. */
export interface TaskPorts {
  readonly services: TaskServices
  /** Stores the output of a run; resolves when it is durable. */
  readonly output: (id: RunId, text: string) => Promise<void>
}

interface Task {
  /** When it began, on the clock that is never set. */
  readonly began: number
  stopped: boolean
  /** Ends the sleep that it is in. */
  wake: () => void
}

/** Programs that the server carries out over some time, each once however often it is asked for. */
export class ServerTasks {
  readonly #clock: Clock
  readonly #input: (id: RunId, input: RunInput) => void
  readonly #ports: TaskPorts | null
  readonly #tasks = new Map<RunId, Task>()

  /** `ports` null: this server carries none out, and says so. */
  constructor(clock: Clock, input: (id: RunId, input: RunInput) => void, ports: TaskPorts | null) {
    this.#clock = clock
    this.#input = input
    this.#ports = ports
  }

  /** Starts the task of a run, or starts it again after a restart. One that was being stopped ends at its first step. */
  start(run: Run, runtime: ServerTaskRuntime): void {
    if (run.state !== 'starting' && run.state !== 'running' && run.state !== 'stopping') return
    if (this.#tasks.has(run.id)) return
    const ports = this.#ports
    if (ports === null) {
      this.#end(run.id, null, null, {
        outcome: 'error',
        message: 'this server carries out no such programs',
        meta: null,
      })
      return
    }
    const now = this.#clock.now()
    const startedAt = run.times.running ?? now
    const began = this.#clock.monotonic() - Math.max(0, now - startedAt)
    const task: Task = { began, stopped: run.state === 'stopping', wake: () => {} }
    this.#tasks.set(run.id, task)
    if (run.times.running === undefined) this.#input(run.id, { type: 'started', at: startedAt, meta: null })
    else if (run.state === 'running') this.#input(run.id, { type: 'note', message: 'taken up again after a restart' })
    void runtime
      .run(run.bound.program, this.#context(run.id, startedAt, task, ports))
      .catch((error: unknown): TaskOutcome => {
        const message = error instanceof Error ? error.message : String(error)
        return { outcome: 'error', message, meta: null }
      })
      .then((outcome) => {
        this.#tasks.delete(run.id)
        this.#end(run.id, startedAt, this.#clock.monotonic() - began, outcome)
      })
  }

  /** Has the task end at its next step. False where there is none. */
  stop(id: RunId): boolean {
    const task = this.#tasks.get(id)
    if (task === undefined) return false
    task.stopped = true
    task.wake()
    return true
  }

  #context(id: RunId, startedAt: number, task: Task, { services, output }: TaskPorts): TaskContext {
    const clock = this.#clock
    return {
      startedAt,
      services,
      now: () => clock.now(),
      stopping: () => task.stopped,
      output: (text) => output(id, text),
      sleep: (ms) => {
        if (task.stopped || ms <= 0) return Promise.resolve()
        return new Promise((resolve) => {
          const cancel = clock.after(ms, resolve)
          task.wake = () => {
            cancel()
            resolve()
          }
        })
      },
    }
  }

  #end(id: RunId, startedAt: Instant | null, elapsed: Duration | null, { outcome, message, meta }: TaskOutcome): void {
    this.#input(id, { type: 'ended', outcome, message, startedAt, at: this.#clock.now(), elapsed, meta })
  }
}
