import type { RunsFact } from '@apsis/core/kind'
import { isFinished, type Args, type Run, type RunId, type State } from '@apsis/core/run'
import { type LiveRuns, runsKey } from './live-runs.ts'

/** What the store knows of the runs of one job and args, once everything decided before the call is durable. */
export type RunsOf = (
  jobId: string,
  args: Args,
) => Promise<{
  readonly unfinished: readonly { readonly id: RunId; readonly state: State }[]
  readonly finished: Readonly<Partial<Record<State, RunId>>>
}>

interface Watch {
  readonly jobId: string
  readonly args: Args
  readonly watchers: Set<RunId>
  readonly unfinished: Map<RunId, State>
  readonly finished: Map<State, RunId>
  /** What has changed since the store was asked: newer than its answer. Null once the answer is in. */
  touched: Map<RunId, State | null> | null
  /** Counts the times the store was asked; an answer to an earlier question is dropped. */
  asked: number
}

/**
 * The runs that waiting runs look at, by job and args: read from the store once, kept right by every change after. So conditions are
 * evaluated when facts change and never by polling, and in the very turn in which the run starts.
 */
export class RunsWatches {
  readonly #watches = new Map<string, Watch>()
  readonly #live: LiveRuns
  readonly #runsOf: RunsOf
  readonly #post: (task: () => void) => void
  readonly #changed: (watchers: Iterable<RunId>) => void
  readonly #failed: (error: unknown, retry: () => void) => void

  constructor(options: {
    live: LiveRuns
    runsOf: RunsOf
    post: (task: () => void) => void
    /** Facts of these waiting runs have changed. */
    changed: (watchers: Iterable<RunId>) => void
    /** The store could not be asked. */
    failed: (error: unknown, retry: () => void) => void
  }) {
    this.#live = options.live
    this.#runsOf = options.runsOf
    this.#post = options.post
    this.#changed = options.changed
    this.#failed = options.failed
  }

  /** The facts as they are now, without the run that asks; null until the store has answered (then `changed` is called). */
  facts(jobId: string, args: Args, asker: RunId): RunsFact | null {
    const key = runsKey(jobId, args)
    let watch = this.#watches.get(key)
    if (watch === undefined) {
      watch = { jobId, args, watchers: new Set(), unfinished: new Map(), finished: new Map(), touched: null, asked: 0 }
      this.#watches.set(key, watch)
      this.#ask(key, watch)
    }
    watch.watchers.add(asker)
    if (watch.touched !== null) return null
    const unfinished = []
    for (const [id, state] of watch.unfinished) if (id !== asker) unfinished.push({ id, state })
    return { unfinished, finished: Object.fromEntries(watch.finished) }
  }

  /** The run waits no longer. */
  forget(asker: RunId, queries: Iterable<{ readonly jobId: string; readonly args: Args }>): void {
    for (const { jobId, args } of queries) {
      const key = runsKey(jobId, args)
      const watch = this.#watches.get(key)
      if (watch?.watchers.delete(asker) && watch.watchers.size === 0) this.#watches.delete(key)
    }
  }

  /** A run changed from `before` (null: new) to `after` (null: withdrawn). */
  note(before: Run | null, after: Run | null): void {
    const run = after ?? before
    if (run === null || this.#watches.size === 0) return
    const key = runsKey(run.jobId, run.args)
    const watch = this.#watches.get(key)
    if (watch === undefined || before?.state === after?.state) return
    if (watch.touched !== null) watch.touched.set(run.id, after?.state ?? null)
    else if (before !== null && isFinished(before.state)) {
      // Marked: whether another run is in the state it left, only the store knows.
      this.#ask(key, watch)
      return
    } else this.#put(watch, run.id, after?.state ?? null)
    this.#changed([...watch.watchers])
  }

  /** What was noted of these runs is not true: asks the store again. */
  again(jobId: string, args: Args): void {
    const key = runsKey(jobId, args)
    const watch = this.#watches.get(key)
    if (watch !== undefined) this.#ask(key, watch)
  }

  #put(watch: Watch, id: RunId, state: State | null): void {
    if (state === null || isFinished(state)) watch.unfinished.delete(id)
    else watch.unfinished.set(id, state)
    if (state !== null && isFinished(state)) watch.finished.set(state, id)
  }

  #ask(key: string, watch: Watch): void {
    const asked = ++watch.asked
    // The store may not have what is decided but not durable yet: what the engine holds is newer.
    watch.touched = new Map(this.#live.ofKey(key).map((run) => [run.id, run.state]))
    this.#runsOf(watch.jobId, watch.args).then(
      (stored) =>
        this.#post(() => {
          if (watch.asked !== asked || this.#watches.get(key) !== watch) return
          const touched = watch.touched ?? new Map<RunId, State | null>()
          watch.touched = null
          watch.unfinished.clear()
          watch.finished.clear()
          for (const { id, state } of stored.unfinished) if (!touched.has(id)) watch.unfinished.set(id, state)
          for (const state of ['success', 'failure', 'error', 'skipped'] as const) {
            const id = stored.finished[state]
            if (id === undefined) continue
            const now = touched.get(id)
            // Its one example has moved on since: another run may be in that state, so ask again.
            if (now !== undefined && now !== state) return this.#ask(key, watch)
            watch.finished.set(state, id)
          }
          for (const [id, state] of touched) this.#put(watch, id, state)
          this.#changed([...watch.watchers])
        }),
      (error: unknown) =>
        this.#failed(error, () => {
          if (watch.asked === asked && this.#watches.get(key) === watch) this.#ask(key, watch)
        }),
    )
  }
}
