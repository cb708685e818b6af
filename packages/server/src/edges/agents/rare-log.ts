import type { Log } from '../../engine/ports.ts'

/** Time between two lines, ms. */
const BETWEEN = 1_000

/**
 * Warns of what strangers can cause as often as they like: the first of a kind at once, and what comes within a second of a line as one line
 * that says how often.
 */
export class RareLog {
  readonly #log: Pick<Log, 'warn'>
  /** How often each message came since its last line. */
  readonly #held = new Map<string, number>()

  constructor(log: Pick<Log, 'warn'>) {
    this.#log = log
  }

  /** `message`: one of a few that do not differ with the stranger. */
  warn(message: string, data: Readonly<Record<string, unknown>>): void {
    const held = this.#held.get(message)
    if (held === undefined) this.#line(message, data)
    else this.#held.set(message, held + 1)
  }

  #line(message: string, data: Readonly<Record<string, unknown>>): void {
    this.#log.warn(message, data)
    this.#held.set(message, 0)
    const timer = setTimeout(() => {
      const times = this.#held.get(message) ?? 0
      this.#held.delete(message)
      if (times > 0) this.#line(message, { times })
    }, BETWEEN)
    timer.unref()
  }
}
