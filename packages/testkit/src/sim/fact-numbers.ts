import type { Published } from '@apsis/server/engine'
import type { Trace } from './trace.ts'

/** The numbers of facts as servers hear of them: no gap, never back; and what facts say, for the trace. */
export class FactNumbers {
  readonly #trace: Trace
  readonly #problem: (text: string) => void
  /** What the next fact must have; null when a server is new and the store may be ahead of what was heard. */
  #next: number | null = 1
  #least = 1

  constructor(trace: Trace, problem: (text: string) => void) {
    this.#trace = trace
    this.#problem = problem
  }

  published({ writes, facts, withdrawals, reply }: Published): void {
    const { firstSeq, nextSeq, conflicts } = reply
    if (this.#next !== null && firstSeq !== this.#next)
      this.#problem(`fact numbers go from ${this.#next} to ${firstSeq}`)
    if (firstSeq < this.#least) this.#problem(`fact number ${firstSeq} was given out before`)
    const applied = writes.filter(({ run }) => !conflicts.includes(run.id))
    const withdrawn = withdrawals.filter(({ runId }) => !conflicts.includes(runId)).length
    const count = applied.reduce((sum, write) => sum + write.facts.length, 0) + withdrawn + facts.length
    if (nextSeq - firstSeq !== count) this.#problem(`${count} facts have numbers from ${firstSeq} to ${nextSeq}`)
    this.#next = nextSeq
    this.#least = nextSeq
    for (const { run, facts: own } of applied) for (const fact of own) this.#say(run.id, JSON.stringify(fact))
    for (const { runId } of withdrawals) this.#trace.add(runId, 'withdrawn')
    for (const id of conflicts) this.#trace.add(id, 'conflict')
  }

  /** The server is dead; the store's last number may be above what was heard of, never below. */
  serverDied(last: number): void {
    if (last + 1 < this.#least)
      this.#problem(`the store is at fact ${last}, the server has heard of ${this.#least - 1}`)
    this.#next = last + 1
    this.#least = last + 1
  }

  #say(who: string, text: string): void {
    this.#trace.add(who, text)
    if (text.includes('unreachable')) this.#trace.sometimes('run unreachable')
    if (text.includes('agent reconnect timeout')) this.#trace.sometimes('agent given up by timeout')
    if (text.includes('stopped before it was started')) this.#trace.sometimes('run stopped before it was started')
  }
}
