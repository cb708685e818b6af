import type { RunId } from '@apsis/core/run'

type Watcher = (outputId: string, length: number) => void

/** Tells who follows an output that more of it is durable. The bytes themselves are read from the store. */
export class OutputGrowth {
  readonly #watchers = new Map<RunId, Set<Watcher>>()

  /** More of an output is durable: `length` bytes now. */
  grew(runId: RunId, outputId: string, length: number): void {
    for (const watcher of this.#watchers.get(runId) ?? []) watcher(outputId, length)
  }

  /** Calls when an output of the run grows; the result ends it. */
  watch(runId: RunId, grew: Watcher): () => void {
    const watchers = this.#watchers.get(runId) ?? new Set()
    this.#watchers.set(runId, watchers)
    watchers.add(grew)
    return () => {
      watchers.delete(grew)
      if (watchers.size === 0 && this.#watchers.get(runId) === watchers) this.#watchers.delete(runId)
    }
  }
}
