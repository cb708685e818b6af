import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Answer, Task } from './worker.ts'

/** Worker threads, one a core, that do tasks in order of their list. */
export class Crew {
  readonly #workers = Array.from(
    { length: availableParallelism() },
    () => new Worker(new URL('./worker.ts', import.meta.url)),
  )

  /** Has every task done; `done` is told of each answer as it comes. Rejects with what a worker threw. One call at a time. */
  async perform(tasks: readonly Task[], done: (answer: Answer) => void): Promise<void> {
    const waiting = [...tasks]
    await Promise.all(this.#workers.map((worker) => work(worker, waiting, done)))
  }

  /** Ends the threads. */
  async end(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()))
  }
}

function work(worker: Worker, waiting: Task[], done: (answer: Answer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      worker.off('message', hear)
      worker.off('error', reject)
    }
    const next = (): void => {
      const task = waiting.shift()
      if (task !== undefined) return worker.postMessage(task)
      stop()
      resolve()
    }
    const hear = (answer: Answer): void => {
      done(answer)
      next()
    }
    worker.on('message', hear)
    worker.on('error', reject)
    next()
  })
}
