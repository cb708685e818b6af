import type { RunsFact } from '@apsis/core/kind'
import { isFinished, type RunId, type State } from '@apsis/core/run'

/** The runs of one job and args, counted by state: one for all conditions that look at them. */
export class KnownRuns {
  readonly #states = new Map<RunId, State>()
  readonly #unfinished = new Map<State, Set<RunId>>()
  /** One example of each finished state: history itself is not held. */
  readonly #finished = new Map<State, RunId>()

  /** A run is in this state now; null: it is no more. */
  put(id: RunId, state: State | null): void {
    const before = this.#states.get(id)
    if (before !== undefined && before !== state) {
      this.#states.delete(id)
      this.#unfinished.get(before)?.delete(id)
    }
    if (state === null || before === state) return
    if (isFinished(state)) this.#finished.set(state, id)
    else {
      this.#states.set(id, state)
      const ids = this.#unfinished.get(state)
      if (ids === undefined) this.#unfinished.set(state, new Set([id]))
      else ids.add(id)
    }
  }

  /** Whether an example of a finished state is among these. */
  shows(ids: ReadonlySet<RunId>): boolean {
    return [...this.#finished.values()].some((id) => ids.has(id))
  }

  clear(): void {
    this.#states.clear()
    this.#unfinished.clear()
    this.#finished.clear()
  }

  /** What the run `asker` is to know: all but itself. Always current. */
  without(asker: RunId): RunsFact {
    return {
      count: (state) => {
        if (isFinished(state)) return this.#finished.has(state) ? 1 : 0
        return (this.#unfinished.get(state)?.size ?? 0) - (this.#states.get(asker) === state ? 1 : 0)
      },
      first: (state) => {
        if (isFinished(state)) return this.#finished.get(state) ?? null
        for (const id of this.#unfinished.get(state) ?? []) if (id !== asker) return id
        return null
      },
    }
  }
}
