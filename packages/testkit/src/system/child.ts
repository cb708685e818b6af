import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A process of ours under test: its lines of stderr, and its end. */
export class Child {
  readonly process: ChildProcess
  readonly lines: string[] = []
  readonly #waiting = new Set<{ readonly pattern: RegExp; readonly found: (match: RegExpMatchArray) => void }>()
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>

  /** `program`: what is given the arguments; this Node by default. */
  constructor(args: readonly string[], env: NodeJS.ProcessEnv, program: string = process.execPath) {
    this.process = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env })
    for (const stream of [this.process.stdout, this.process.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => this.#line(line))
    }
    this.ended = new Promise((resolve, reject) => {
      this.process.on('error', reject)
      this.process.on('close', (code, signal) => resolve({ code, signal }))
    })
  }

  /** Resolves with the first line, past or to come, that matches; rejects when the process ends without one. */
  async line(pattern: RegExp): Promise<RegExpMatchArray> {
    for (const line of this.lines) {
      const match = line.match(pattern)
      if (match !== null) return match
    }
    return this.next(pattern)
  }

  /** Resolves with the first line to come that matches; rejects when the process ends without one. */
  async next(pattern: RegExp): Promise<RegExpMatchArray> {
    const found = Promise.withResolvers<RegExpMatchArray>()
    const waiter = { pattern, found: found.resolve }
    this.#waiting.add(waiter)
    void this.ended.then(({ code, signal }) =>
      found.reject(new Error(`ended (${signal ?? code}) without a line like ${pattern}:\n${this.lines.join('\n')}`)),
    )
    return found.promise
  }

  /** Sends a signal and waits for the end. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    this.process.kill(signal)
    await this.ended
  }

  #line(line: string): void {
    this.lines.push(line)
    for (const waiter of this.#waiting) {
      const match = line.match(waiter.pattern)
      if (match !== null) {
        this.#waiting.delete(waiter)
        waiter.found(match)
      }
    }
  }
}
