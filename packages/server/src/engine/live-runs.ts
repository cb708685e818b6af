import { canonicalJson } from '@apsis/core/json'
import { isFinished, type Args, type Run, type RunId, type State } from '@apsis/core/run'
import { Line, placeOf } from './line.ts'
import { Tally } from './tally.ts'

/** The key of a job with args: what conditions look at. */
export function runsKey(jobId: string, args: Args): string {
  return `${jobId} ${canonicalJson(args)}`
}

/** The runs that the engine holds: live ones, those due soon, and finished ones until they are durable. Indexed by what the engine asks. */
export class LiveRuns {
  readonly #runs = new Map<RunId, Run>()
  readonly #byKey = new Map<string, Set<RunId>>()
  readonly #byProc = new Map<string, RunId>()
  readonly #byAgent = new Map<string, Set<RunId>>()
  readonly #byState = new Map<State, number>()
  readonly #byJob = new Tally()
  readonly #byDefinition = new Tally()
  /** What each pause holds, in order of time. */
  readonly #byPause = new Map<string, Line>()
  #held = 0
  readonly #notes = new Set<Set<RunId>>()

  /** The last live run of an agent has ended, or was given to another. */
  onIdle: (connId: string) => void = () => {}

  get size(): number {
    return this.#runs.size
  }

  get(id: RunId): Run | undefined {
    return this.#runs.get(id)
  }

  all(): IterableIterator<Run> {
    return this.#runs.values()
  }

  ofKey(key: string): readonly Run[] {
    return this.#select(this.#byKey.get(key))
  }

  ofAgent(connId: string): readonly Run[] {
    return this.#select(this.#byAgent.get(connId))
  }

  /** How many are in a state. */
  countOf(state: State): number {
    return this.#byState.get(state) ?? 0
  }

  /** How many are of a job. */
  countOfJob(jobId: string): number {
    return this.#byJob.of(jobId)
  }

  /** Whether one is bound to this definition. */
  isBoundTo(hash: string): boolean {
    return this.#byDefinition.of(hash) > 0
  }

  /** How many pauses hold. */
  get held(): number {
    return this.#held
  }

  /** How many a pause holds. */
  countHeldBy(pause: string): number {
    return this.#byPause.get(pause)?.size ?? 0
  }

  /** What a pause holds that was due first. */
  firstHeldBy(pause: string): RunId | undefined {
    return this.#byPause.get(pause)?.first
  }

  /** How many live runs an agent was given. */
  countOfAgent(connId: string): number {
    return this.#byAgent.get(connId)?.size ?? 0
  }

  ofProc(procId: string): Run | undefined {
    const id = this.#byProc.get(procId)
    return id === undefined ? undefined : this.#runs.get(id)
  }

  set(run: Run): void {
    const before = this.#runs.get(run.id)
    this.#runs.set(run.id, run)
    if (before?.state !== run.state) {
      if (before !== undefined) this.#byState.set(before.state, this.countOf(before.state) - 1)
      this.#byState.set(run.state, this.countOf(run.state) + 1)
    }
    if (before === undefined) {
      add(this.#byKey, runsKey(run.jobId, run.args), run.id)
      this.#byJob.add(run.jobId)
    }
    this.#bind(definitionOf(before), definitionOf(run))
    this.#hold(pauseOf(before), run)
    const handle = 'handle' in run ? run.handle : null
    const asked = before !== undefined && 'handle' in before ? before.handle?.agent : null
    if (asked && handle?.agent !== asked) this.#leave(asked, run.id)
    if (handle !== null) {
      this.#byProc.set(handle.id, run.id)
      if (handle.agent !== null && !isFinished(run.state)) add(this.#byAgent, handle.agent, run.id)
    }
    if (isFinished(run.state) && handle?.agent) this.#leave(handle.agent, run.id)
  }

  /**
   * Begins to note which runs are deleted: who reads the store meanwhile may find them as they were before. Bounded by the runs that are deleted
   * until `end`.
   */
  noteDeleted(): { readonly ids: ReadonlySet<RunId>; end(): void } {
    const ids = new Set<RunId>()
    this.#notes.add(ids)
    return { ids, end: () => void this.#notes.delete(ids) }
  }

  /** The run has ended, is left to the store, or is no more; held here or not. */
  delete(id: RunId): void {
    for (const ids of this.#notes) ids.add(id)
    this.letGo(id)
  }

  /** Forgets a run that is as it is in the store. */
  letGo(id: RunId): void {
    const run = this.#runs.get(id)
    if (run === undefined) return
    this.#runs.delete(id)
    this.#byState.set(run.state, this.countOf(run.state) - 1)
    remove(this.#byKey, runsKey(run.jobId, run.args), id)
    this.#byJob.remove(run.jobId)
    this.#bind(definitionOf(run), null)
    this.#unhold(pauseOf(run), id)
    const handle = 'handle' in run ? run.handle : null
    if (handle === null) return
    this.#byProc.delete(handle.id)
    if (handle.agent !== null) this.#leave(handle.agent, id)
  }

  #bind(before: string | null, after: string | null): void {
    if (before === after) return
    if (before !== null) this.#byDefinition.remove(before)
    if (after !== null) this.#byDefinition.add(after)
  }

  #hold(before: string | null, run: Run): void {
    const pause = pauseOf(run)
    if (before !== pause) this.#unhold(before, run.id)
    if (pause === null) return
    let line = this.#byPause.get(pause)
    if (line === undefined) this.#byPause.set(pause, (line = new Line()))
    if (before !== pause) this.#held++
    line.join(placeOf(run))
  }

  #unhold(pause: string | null, id: RunId): void {
    const line = pause === null ? undefined : this.#byPause.get(pause)
    if (pause === null || line === undefined) return
    line.leave(id)
    this.#held--
    if (line.size === 0) this.#byPause.delete(pause)
  }

  #leave(connId: string, id: RunId): void {
    const before = this.countOfAgent(connId)
    remove(this.#byAgent, connId, id)
    if (before > 0 && this.countOfAgent(connId) === 0) this.onIdle(connId)
  }

  #select(ids: ReadonlySet<RunId> | undefined): readonly Run[] {
    const runs: Run[] = []
    for (const id of ids ?? []) {
      const run = this.#runs.get(id)
      if (run !== undefined) runs.push(run)
    }
    return runs
  }
}

function definitionOf(run: Run | undefined): string | null {
  return run !== undefined && 'bound' in run ? (run.bound?.definition ?? null) : null
}

function pauseOf(run: Run | undefined): string | null {
  return run?.state === 'scheduled' ? (run.held?.pause ?? null) : null
}

function add(index: Map<string, Set<RunId>>, key: string, id: RunId): void {
  const ids = index.get(key)
  if (ids === undefined) index.set(key, new Set([id]))
  else ids.add(id)
}

function remove(index: Map<string, Set<RunId>>, key: string, id: RunId): void {
  const ids = index.get(key)
  if (ids?.delete(id) && ids.size === 0) index.delete(key)
}
