import type { Condition, ConditionKind, RunsFact } from '@apsis/core/kind'
import type { ConditionOutcome, RunId, WaitingRun } from '@apsis/core/run'
import type { RunsWatches } from './runs-watch.ts'

interface Waiting {
  readonly conditions: readonly Condition[]
  /** The first condition that has not held yet. Earlier ones are not looked at again (spec/apsis.md 3). */
  index: number
}

/** The conditions of waiting runs: pure functions of facts, asked in order, when the facts change. */
export class Conditions {
  readonly #waiting = new Map<RunId, Waiting>()
  readonly #kinds: ReadonlyMap<string, ConditionKind>
  readonly #watches: RunsWatches

  constructor(kinds: readonly ConditionKind[], watches: RunsWatches) {
    this.#kinds = new Map(kinds.map((kind) => [kind.type, kind]))
    this.#watches = watches
  }

  /** What the conditions say now; null while facts are still being read. */
  evaluate(run: WaitingRun): ConditionOutcome | null {
    const waiting = this.#enter(run)
    for (; waiting.index < waiting.conditions.length; waiting.index++) {
      const condition = waiting.conditions[waiting.index]
      if (condition === undefined) break
      const facts: RunsFact[] = []
      for (const query of condition.needs) {
        const fact = this.#watches.facts(query.jobId, query.args, run.id)
        if (fact === null) return null
        facts.push(fact)
      }
      const outcome = condition.evaluate(facts)
      if (outcome.type === 'waiting') return { ...outcome, index: waiting.index }
      if (outcome.type === 'goto') return outcome
      this.#watches.forget(run.id, condition.needs)
    }
    return { type: 'ready' }
  }

  /** The run waits no longer. */
  forget(id: RunId): void {
    const waiting = this.#waiting.get(id)
    if (waiting === undefined) return
    this.#waiting.delete(id)
    this.#watches.forget(
      id,
      waiting.conditions.flatMap((condition) => condition.needs),
    )
  }

  #enter(run: WaitingRun): Waiting {
    const known = this.#waiting.get(run.id)
    if (known !== undefined) return known
    const conditions = run.bound.conditions.map((bound) => {
      const kind = this.#kinds.get(bound.type)
      if (kind === undefined) throw new TypeError(`run ${run.id} has a condition of unknown type ${bound.type}`)
      return kind.revive(bound)
    })
    const waiting: Waiting = { conditions, index: 0 }
    this.#waiting.set(run.id, waiting)
    return waiting
  }
}
