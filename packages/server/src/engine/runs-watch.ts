import type { RunsFact, RunsQuery } from '@apsis/core/kind'
import { isFinished, type Args, type Run, type RunId, type State } from '@apsis/core/run'
import { KnownRuns } from './known-runs.ts'
import { type LiveRuns, runsKey } from './live-runs.ts'
import type { WaitingGroup } from './waiting-group.ts'

/** What the store knows of the runs of one job and args, once everything decided before the call is durable. */
export type RunsOf = (
  jobId: string,
  args: Args,
) => Promise<{
  readonly unfinished: readonly { readonly id: RunId; readonly state: State }[]
  readonly finished: Readonly<Partial<Record<State, RunId>>>
}>

interface Watch {
  readonly query: RunsQuery
  readonly known: KnownRuns
  readonly groups: Set<WaitingGroup>
  /** Runs that asked before the store had answered. */
  readonly parked: Set<RunId>
  /** Runs that will ask again, and must be answered at once. */
  readonly kept: Set<RunId>
  /** What has changed since the store was asked: newer than its answer. Null once the answer is in. */
  touched: Map<RunId, State | null> | null
  /** Counts the times the store was asked; an answer to an earlier question is dropped. */
  asked: number
}

interface RunsWatchOptions {
  readonly live: LiveRuns
  readonly runsOf: RunsOf
  readonly post: (task: () => void) => void
  /** What these groups wait for has changed. */
  readonly changed: (groups: Iterable<WaitingGroup>) => void
  /** What these runs asked for is known now. */
  readonly known: (runs: Iterable<RunId>) => void
  /** The store could not be asked. `key`: the watch, as `runsKey` gives it. */
  readonly failed: (key: string, error: unknown, retry: () => void) => void
  /** Nobody asks any more. */
  readonly forgotten: (key: string) => void
}

/**
 * The runs that waiting runs look at, by job and args: read from the store once, kept right by every change after. So conditions are
 * evaluated when facts change and never by polling, and in the very turn in which the run starts. Held as long as somebody waits for them.
 */
export class RunsWatches {
  readonly #watches = new Map<string, Watch>()
  /**
   * Runs that have begun to wait and were not asked yet. To others these are still scheduled, so that of several that come at once the first one finds
   * no other before it (as when each were asked at the moment in which it comes).
   */
  readonly #entering = new Set<RunId>()
  /** Keys of watches that somebody has ceased to wait for. */
  readonly #idle = new Set<string>()
  readonly #options: RunsWatchOptions

  constructor(options: RunsWatchOptions) {
    this.#options = options
  }

  /** The facts as they are now, without the run that asks; null until the store has answered (then `known` names the run). */
  facts(query: RunsQuery, asker: RunId): RunsFact | null {
    const key = runsKey(query.jobId, query.args)
    let watch = this.#watches.get(key)
    if (watch === undefined) {
      watch = {
        query,
        known: new KnownRuns(),
        groups: new Set(),
        parked: new Set(),
        kept: new Set(),
        touched: null,
        asked: 0,
      }
      this.#watches.set(key, watch)
      this.#ask(key, watch)
    }
    if (watch.touched === null) return watch.known.without(asker)
    watch.parked.add(asker)
    return null
  }

  /** The same without asking the store: null where nothing is known. */
  peek({ jobId, args }: RunsQuery, asker: RunId): RunsFact | null {
    const watch = this.#watches.get(runsKey(jobId, args))
    return watch === undefined || watch.touched !== null ? null : watch.known.without(asker)
  }

  /** The group is told of changes from now on. */
  follow(group: WaitingGroup): void {
    for (const { jobId, args } of group.condition.needs) this.#watches.get(runsKey(jobId, args))?.groups.add(group)
  }

  unfollow(group: WaitingGroup): void {
    for (const { jobId, args } of group.condition.needs) this.#watches.get(runsKey(jobId, args))?.groups.delete(group)
    this.release(group.condition.needs, null)
  }

  /** What the run has asked for it will ask again: it is held until the run releases it. */
  keep(queries: readonly RunsQuery[], asker: RunId): void {
    for (const { jobId, args } of queries) this.#watches.get(runsKey(jobId, args))?.kept.add(asker)
  }

  /** The run asks no longer; null: a group does not. */
  release(queries: readonly RunsQuery[], asker: RunId | null): void {
    for (const { jobId, args } of queries) {
      const key = runsKey(jobId, args)
      const watch = this.#watches.get(key)
      if (asker !== null && watch !== undefined) {
        watch.parked.delete(asker)
        watch.kept.delete(asker)
      }
      this.#idle.add(key)
    }
  }

  /** Forgets what nobody waits for. To be called when nobody is about to ask: else what many ask one after another were read as often. */
  sweep(): void {
    for (const key of this.#idle) {
      const watch = this.#watches.get(key)
      if (watch?.groups.size !== 0 || watch.parked.size > 0 || watch.kept.size > 0) continue
      this.#watches.delete(key)
      this.#options.forgotten(key)
    }
    this.#idle.clear()
  }

  /** The run waits no longer, asked or not. */
  leave(id: RunId): void {
    this.#entering.delete(id)
  }

  /** A waiting run that was not asked yet. */
  enter(run: Run): void {
    if (this.#entering.has(run.id)) return
    this.#entering.add(run.id)
    this.#tell(run, 'scheduled')
  }

  /** It was asked, and waits. */
  entered(run: Run): void {
    if (this.#entering.delete(run.id)) this.#tell(run, 'waiting')
  }

  /** A run changed from `before` (null: new) to `after` (null: withdrawn). */
  note(before: Run | null, after: Run | null): void {
    const run = after ?? before
    if (run === null || before?.state === after?.state) return
    if (after?.state === 'waiting') this.#entering.add(run.id)
    else if (before?.state === 'waiting') this.#entering.delete(run.id)
    if (this.#watches.size === 0) return
    const key = runsKey(run.jobId, run.args)
    const watch = this.#watches.get(key)
    if (watch === undefined) return
    // Marked: whether another run is in the state it left, only the store knows.
    if (watch.touched === null && before !== null && isFinished(before.state)) this.#ask(key, watch)
    else this.#put(watch, run.id, after === null ? null : this.#shown(after))
  }

  /** A run is no more. */
  gone(jobId: string, args: Args, id: RunId): void {
    const watch = this.#watches.get(runsKey(jobId, args))
    if (watch !== undefined) this.#put(watch, id, null)
  }

  /** Finished runs were removed from the store: asks again where one of them is all that is known, or may be in an answer on its way. */
  removed(ids: ReadonlySet<RunId>): void {
    for (const [key, watch] of this.#watches) {
      if (watch.touched !== null || watch.known.shows(ids)) this.#ask(key, watch)
    }
  }

  /** What was noted of these runs is not true: asks the store again. */
  again(jobId: string, args: Args): void {
    const key = runsKey(jobId, args)
    const watch = this.#watches.get(key)
    if (watch !== undefined) this.#ask(key, watch)
  }

  #tell(run: Run, state: State): void {
    const watch = this.#watches.get(runsKey(run.jobId, run.args))
    if (watch !== undefined) this.#put(watch, run.id, state)
  }

  #put(watch: Watch, id: RunId, state: State | null): void {
    if (watch.touched !== null) {
      watch.touched.set(id, state)
      return
    }
    watch.known.put(id, state)
    this.#options.changed(watch.groups)
  }

  #shown(run: Run): State {
    return run.state === 'waiting' && this.#entering.has(run.id) ? 'scheduled' : run.state
  }

  #ask(key: string, watch: Watch): void {
    const { live, runsOf, post, failed } = this.#options
    const asked = ++watch.asked
    // The store may not have what is decided but not durable yet: what the engine holds is newer.
    watch.touched = new Map(live.ofKey(key).map((run) => [run.id, this.#shown(run)]))
    const current = (): boolean => watch.asked === asked && this.#watches.get(key) === watch
    runsOf(watch.query.jobId, watch.query.args).then(
      (stored) => post(() => void (current() && this.#answered(key, watch, stored))),
      (error: unknown) => {
        if (current()) failed(key, error, () => void (current() && this.#ask(key, watch)))
      },
    )
  }

  #answered(key: string, watch: Watch, stored: Awaited<ReturnType<RunsOf>>): void {
    const touched = watch.touched ?? new Map<RunId, State | null>()
    const { known } = watch
    known.clear()
    for (const { id, state } of stored.unfinished) if (!touched.has(id)) known.put(id, state)
    for (const state of ['success', 'failure', 'error', 'skipped'] as const) {
      const id = stored.finished[state]
      if (id === undefined) continue
      const now = touched.get(id)
      // Its one example has moved on since: another run may be in that state, so ask again.
      if (now !== undefined && now !== state) return this.#ask(key, watch)
      known.put(id, state)
    }
    for (const [id, state] of touched) known.put(id, state)
    watch.touched = null
    this.#options.changed(watch.groups)
    const parked = [...watch.parked]
    watch.parked.clear()
    this.#options.known(parked)
    this.#idle.add(key)
  }
}
