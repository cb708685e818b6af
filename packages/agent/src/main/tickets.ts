import type { AgentMessage } from '@apsis/wire/message'

interface Waiting {
  readonly resolve: (answer: AgentMessage | null) => void
  readonly reject: (error: Error) => void
}

/** Requests of this host that wait for their answer. */
export class Tickets {
  readonly #waiting = new Map<number, Waiting>()
  #next = 1

  /** A new ticket, and the answer to come. */
  issue(): { readonly ticket: number; readonly answer: Promise<AgentMessage | null> } {
    const ticket = this.#next++
    const answer = new Promise<AgentMessage | null>((resolve, reject) => this.#waiting.set(ticket, { resolve, reject }))
    return { ticket, answer }
  }

  answer(ticket: number, answer: AgentMessage | null): void {
    this.#waiting.get(ticket)?.resolve(answer)
    this.#waiting.delete(ticket)
  }

  /** Rejects everything that waits. */
  close(): void {
    for (const { reject } of this.#waiting.values()) reject(new Error('the agent has ended'))
    this.#waiting.clear()
  }
}
