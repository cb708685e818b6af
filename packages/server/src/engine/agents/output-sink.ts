import { parseRunId, type RunId } from '@apsis/core/run'
import { type OutputChunk, StoreError } from '@apsis/store/port'
import type { Clock, Log } from '../ports.ts'

/** The one output that a proc of ours has: stdout and stderr in one stream. */
export const OUTPUT_ID = 'output'

/** Told when output of a run is durable. */
export type OutputListener = (runId: RunId, outputId: string, length: number) => void

/** What becomes of bytes that were added. */
export interface OutputFate {
  /** They are durable, and the output has this length now, bytes. */
  readonly durable: (length: number) => void
  /** The store refuses these bytes, and would at every try. It has the output up to `length`, bytes; null where it cannot say. */
  readonly refused: (length: number | null) => void
}

interface Waiting extends OutputFate {
  readonly chunk: OutputChunk
}

/** Time between two tries of an append that the store could not take, ms. */
const RETRY = 500
/** Bytes of one append at most, but for a single chunk that is larger. */
const BATCH = 4 << 20

/**
 * Output on its way into the store: what arrives while one append is under way goes into the next, in one transaction. What waits here is bounded by the windows that
 * agents are given: they send no more until what they sent is durable. A chunk that the store refuses fails alone; what else fails is tried
 * again until it succeeds.
 */
export class OutputSink {
  readonly #append: (chunks: readonly OutputChunk[]) => Promise<readonly number[]>
  readonly #clock: Clock
  readonly #log: Log
  readonly #listener: OutputListener
  #waiting: Waiting[] = []
  #busy = false
  /** Whether the last try failed: an outage is said once, not at each try. */
  #failing = false
  #stopped = false

  constructor(options: {
    append: (chunks: readonly OutputChunk[]) => Promise<readonly number[]>
    clock: Clock
    log: Log
    listener: OutputListener
  }) {
    this.#append = options.append
    this.#clock = options.clock
    this.#log = options.log
    this.#listener = options.listener
  }

  /** Appends bytes of a run's output; says later what became of them. */
  add(chunk: OutputChunk, { durable, refused }: OutputFate): void {
    this.#waiting.push({ chunk, durable, refused })
    if (!this.#busy) {
      this.#busy = true
      this.#clock.soon(() => this.#next())
    }
  }

  stop(): void {
    this.#stopped = true
    this.#waiting = []
  }

  #next(): void {
    const [first] = this.#waiting
    if (first === undefined || this.#stopped) {
      this.#busy = false
      return
    }
    let count = 1
    let bytes = first.chunk.data.length
    for (const { chunk } of this.#waiting.slice(1)) {
      bytes += chunk.data.length
      if (bytes > BATCH) break
      count++
    }
    this.#try(this.#waiting.splice(0, count), () => this.#next())
  }

  /** Appends all of them, again and again until they are durable or refused. */
  #try(waiting: readonly Waiting[], then: () => void): void {
    this.#append(waiting.map(({ chunk }) => chunk)).then(
      (lengths) => {
        if (this.#stopped) return
        if (this.#failing) {
          this.#failing = false
          this.#log.info('output is stored again', { event: 'output.recovered' })
        }
        waiting.forEach(({ chunk, durable }, index) => {
          const length = lengths[index] ?? 0
          durable(length)
          this.#listener(chunk.runId, chunk.outputId, length)
        })
        then()
      },
      (error: unknown) => {
        if (this.#stopped) return
        const [first] = waiting
        if (first === undefined || !isRefusal(error)) this.#again(error, () => this.#try(waiting, then))
        else if (waiting.length === 1) this.#refuse(first, error, then)
        else {
          // One of them is refused, with all of its append: halves find it.
          const half = waiting.length >> 1
          this.#try(waiting.slice(0, half), () => this.#try(waiting.slice(half), then))
        }
      },
    )
  }

  #refuse(one: Waiting, error: StoreError, then: () => void): void {
    const { chunk, refused } = one
    const { runId, outputId, offset, data } = chunk
    this.#log.warn('output of a run is refused', { runId, outputId, offset, bytes: data.length, error: String(error) })
    // Appending nothing changes nothing, and tells the length.
    this.#append([{ runId, outputId, offset: 0, data: new Uint8Array() }]).then(
      ([length = null]) => {
        if (this.#stopped) return
        refused(length)
        then()
      },
      (failure: unknown) => {
        if (this.#stopped) return
        if (!isRefusal(failure)) return this.#again(failure, () => this.#refuse(one, error, then))
        refused(null)
        then()
      },
    )
  }

  #again(error: unknown, repeat: () => void): void {
    if (!this.#failing) {
      this.#failing = true
      this.#log.error('output cannot be stored: it stays with the agents until it can', {
        event: 'output.failing',
        error: String(error),
      })
    }
    this.#clock.after(RETRY, () => this.#stopped || repeat())
  }
}

/** Whether the store will never take what it was given: nothing else of it is wrong. */
function isRefusal(error: unknown): error is StoreError {
  return error instanceof StoreError && (error.code === 'STORE_OUTPUT_GAP' || error.code === 'STORE_REQUEST')
}

/** The run that a proc belongs to: its id begins with the run's. Null for a proc that is not ours. */
export function runOfProc(procId: string): RunId | null {
  return parseRunId(procId.slice(0, Math.max(0, procId.indexOf('-'))))
}
