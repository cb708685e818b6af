import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Share of a CPU from which on the agent counts as busy. */
const BUSY = 0.5
/** The least time between two collections, ms: less than what an idle agent sleeps. */
const COLLECT_AGAIN = 50_000

/**
 * Keeps the JavaScript engine small while the agent has nothing to do. The program starts without the compilers to machine code, whose own code is MBs that
 * an idle agent never needs; they are let in with the first work. What a start or a burst of work leaves behind is collected in the first
 * quiet moment after it: the engine by itself waits for more garbage, which an idle agent does not make.
 */
export class Engine {
  #at = performance.now()
  #cpu = cpuTime()
  #optimizing = false
  #worked = true
  #collected = -Infinity

  /** To be called now and then: compares with the last time. */
  look(): void {
    const now = performance.now()
    const cpu = cpuTime()
    const busy = cpu - this.#cpu > BUSY * (now - this.#at)
    this.#at = now
    this.#cpu = cpu
    if (busy) this.work()
    else if (this.needsLook) {
      collect()
      this.#worked = false
      this.#collected = now
      // Not work of the agent's.
      this.#cpu = cpuTime()
    }
  }

  /** Says that there is work: the compilers are let in, and what it leaves behind is collected afterwards. */
  work(): void {
    this.#worked = true
    if (!this.#optimizing) optimize()
    this.#optimizing = true
  }

  /** Whether there is something to collect, once it is quiet. */
  get needsLook(): boolean {
    return this.#worked && performance.now() - this.#collected > COLLECT_AGAIN
  }
}

/** Of all threads since the process began, ms. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

function optimize(): void {
  setFlagsFromString('--opt')
  setFlagsFromString('--maglev')
  setFlagsFromString('--sparkplug')
}

// Only a context that is made after the flag has `gc`. The flag is taken back since code is kept on disk per flags.
function collect(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext("gc({ type: 'major', flavor: 'last-resort' })")
  setFlagsFromString('--no-expose-gc')
}
