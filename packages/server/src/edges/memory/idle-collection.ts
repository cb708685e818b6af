import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Between two looks, ms. */
const LOOK = 5_000
/** Share of a core below which the process counts as idle. */
const IDLE = 0.03
/** Work of the processor that leaves something worth collecting, ms. */
const WORTH = 300
/** Least time between two collections, ms. */
const AGAIN = 60_000

/** What is asked before the engine's thread is held up. */
export interface IdlePorts {
  /** Whether nothing is under way, and nothing is due soon. */
  quiet(): boolean
  /** Processor time of this process so far, ms. */
  cpu(): number
  /** A clock that never goes back, ms. */
  now(): number
  /** Gives memory back. */
  collect(): void
}

/**
 * Gives back what a start or a burst of work leaves behind, once the server is idle: the engine of the language by itself waits for more garbage,
 * which an idle server does not make, and keeps half of its memory for nothing. It takes about a tenth of a second of the engine's thread: so only
 * where nothing is due soon.
 */
export class IdleCollection {
  readonly #ports: IdlePorts
  readonly #timer: NodeJS.Timeout
  #at: number
  #cpu: number
  /** Processor time at the last collection. */
  #collected = 0
  #last = Number.NEGATIVE_INFINITY

  constructor(quiet: () => boolean, ports: Partial<Omit<IdlePorts, 'quiet'>> = {}) {
    this.#ports = { ...ofThisProcess, ...ports, quiet }
    this.#at = this.#ports.now()
    this.#cpu = this.#ports.cpu()
    this.#timer = setInterval(() => this.look(), LOOK).unref()
  }

  /** Compares with the last look. */
  look(): void {
    const ports = this.#ports
    const [at, used] = [ports.now(), ports.cpu()]
    const idle = used - this.#cpu < IDLE * (at - this.#at)
    this.#at = at
    this.#cpu = used
    if (!idle || used - this.#collected < WORTH || at - this.#last < AGAIN || !ports.quiet()) return
    ports.collect()
    this.#last = at
    // Not work of the server's.
    this.#cpu = ports.cpu()
    this.#collected = this.#cpu
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}

const ofThisProcess: Omit<IdlePorts, 'quiet'> = {
  cpu: () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1_000
  },
  now: () => performance.now(),
  // Only a context that is made after the flag has `gc`. The flag is taken back since code is kept on disk per flags.
  collect: () => {
    setFlagsFromString('--expose-gc')
    runInNewContext("gc({ type: 'major', flavor: 'last-resort' })")
    setFlagsFromString('--no-expose-gc')
  },
}
