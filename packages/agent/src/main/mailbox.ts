import { readClocks } from '../edges/host/index.ts'
import type { AgentMachine, Input, Instruction } from '../machine/index.ts'

/** Gives the machine one input after the other, and has each one's instructions carried out before the next. */
export class Mailbox {
  readonly #machine: AgentMachine
  readonly #perform: (instruction: Instruction) => void
  readonly #onQuiet: () => void
  #queue: Input[] = []
  #taking = false

  /** `onQuiet`: called each time when nothing more waits. */
  constructor(machine: AgentMachine, perform: (instruction: Instruction) => void, onQuiet: () => void) {
    this.#machine = machine
    this.#perform = perform
    this.#onQuiet = onQuiet
  }

  post(input: Input): void {
    this.#queue.push(input)
    if (this.#taking) return
    this.#taking = true
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        for (const instruction of this.#machine.handle(next, readClocks())) this.#perform(instruction)
      }
    } finally {
      this.#taking = false
    }
    this.#onQuiet()
  }
}
