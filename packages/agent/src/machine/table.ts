import type { Monitor } from './journal.ts'
import type { Proc } from './proc.ts'

/** The procs that the agent holds, by id, and the monitors that are known to be there. */
export class ProcTable {
  readonly #procs = new Map<string, Proc>()
  readonly #monitors = new Map<string, { readonly monitor: Monitor; readonly id: string }>()
  #unended = 0
  #unstarted = 0
  #revision = 0

  get(id: string): Proc | undefined {
    return this.#procs.get(id)
  }

  /** Adds a proc or replaces its record. */
  put(proc: Proc): void {
    this.#count(this.#procs.get(proc.id), -1)
    this.#count(proc, 1)
    this.#procs.set(proc.id, proc)
    this.#revision++
  }

  remove(id: string): void {
    this.#count(this.#procs.get(id), -1)
    this.#procs.delete(id)
    this.#revision++
  }

  values(): IterableIterator<Proc> {
    return this.#procs.values()
  }

  /** How many are held. */
  get size(): number {
    return this.#procs.size
  }

  /** How many of them have not ended. */
  get unended(): number {
    return this.#unended
  }

  /** How many of them the launcher was or is to be asked for, without a sign yet that they have started. */
  get unstarted(): number {
    return this.#unstarted
  }

  /** Grows with every change. */
  get revision(): number {
    return this.#revision
  }

  /** Sorted by UTF-16 code units. */
  ids(): readonly string[] {
    return [...this.#procs.keys()].sort()
  }

  /** Notes whose monitor it is. */
  monitored(monitor: Monitor, id: string): void {
    this.#monitors.set(monitorKey(monitor), { monitor, id })
  }

  /** Whose monitor it was, which is no more; undefined when that is not known. */
  unmonitored(monitor: Monitor): string | undefined {
    const known = this.#monitors.get(monitorKey(monitor))
    this.#monitors.delete(monitorKey(monitor))
    return known?.id
  }

  /** Whether a monitor is, as far as is known, still there: after the end of a proc whose orphans are kept. */
  isMonitored(monitor: Monitor): boolean {
    return this.#monitors.has(monitorKey(monitor))
  }

  #count(proc: Proc | undefined, by: 1 | -1): void {
    if (proc === undefined) return
    if (proc.state !== 'ended') this.#unended += by
    if (proc.state === 'recording' || proc.state === 'asked') this.#unstarted += by
  }
}

function monitorKey(monitor: Monitor): string {
  return `${monitor.pid} ${monitor.start}`
}
