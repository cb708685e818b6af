import { isFinished, type State } from '@apsis/core/run'
import { type RunOp, type RunRow, rowOf, stateOf } from '../row/index.ts'

type Fixed = NonNullable<RunOp['fixed']>

/** A run as it is kept: the row that is read, and the time of its last change. */
export interface StoredRun {
  readonly run: number
  readonly version: number
  readonly state: State
  readonly changed: number
  readonly due: number | null
  readonly fixed: Fixed
  readonly bound: string | null
  readonly row: RunRow
}

/** Runs by number, with the few ways to find them that the engine needs. */
export class MemoryRuns {
  readonly #runs = new Map<number, StoredRun>()
  readonly #unfinished = new Set<number>()
  readonly #byArgs = new Map<string, Set<number>>()
  #newest = 0

  /** The highest number of a run that is stored, or was since the disk was made; 0 when there was none. */
  get newest(): number {
    return this.#newest
  }

  has(run: number): boolean {
    return this.#runs.has(run)
  }

  get(run: number): StoredRun | null {
    return this.#runs.get(run) ?? null
  }

  all(): Iterable<StoredRun> {
    return this.#runs.values()
  }

  unfinished(): readonly StoredRun[] {
    return this.#found(this.#unfinished)
  }

  /** Runs of a job with exactly these args. */
  ofArgs(job: string, args: string): readonly StoredRun[] {
    return this.#found(this.#byArgs.get(argsKey(job, args)) ?? [])
  }

  insert(op: RunOp, fixed: Fixed): void {
    this.#newest = Math.max(this.#newest, op.run)
    const key = argsKey(fixed[0], fixed[1])
    const same = this.#byArgs.get(key) ?? new Set()
    this.#byArgs.set(key, same.add(op.run))
    this.#set(op, fixed, op.bound)
  }

  /** False, and nothing changed, where the run has another version, or there is none. */
  update(op: RunOp): boolean {
    const before = this.#runs.get(op.run)
    if (before === undefined || before.version !== op.expect) return false
    const [job, args, labels, origin] = before.fixed
    this.#set(op, [job, args, op.labels ?? labels, origin], before.bound ?? op.bound)
    return true
  }

  /** Removes a run that is still scheduled; false, and nothing removed, where it is not, or has another version. */
  withdraw(run: number, expect: number): boolean {
    const before = this.#runs.get(run)
    if (before === undefined || before.version !== expect) return false
    if (before.state !== 'new' && before.state !== 'scheduled') return false
    this.#runs.delete(run)
    this.#unfinished.delete(run)
    this.#byArgs.get(argsKey(before.fixed[0], before.fixed[1]))?.delete(run)
    return true
  }

  /** Removes a run that is finished; false, and nothing removed, where it is not, or has another version. */
  removeFinished(run: number, version: number): boolean {
    const before = this.#runs.get(run)
    if (before === undefined || before.version !== version || !isFinished(before.state)) return false
    this.#runs.delete(run)
    this.#byArgs.get(argsKey(before.fixed[0], before.fixed[1]))?.delete(run)
    return true
  }

  #set(op: RunOp, fixed: Fixed, bound: string | null): void {
    const [version, code, changed, due] = op.moving
    const state = stateOf(code) ?? 'error'
    const row = rowOf(op.run, fixed, op.moving, bound)
    this.#runs.set(op.run, {
      run: op.run,
      version: Number(version),
      state,
      changed: Number(changed),
      due: typeof due === 'number' ? due : null,
      fixed,
      bound,
      row,
    })
    if (isFinished(state)) this.#unfinished.delete(op.run)
    else this.#unfinished.add(op.run)
  }

  #found(numbers: Iterable<number>): readonly StoredRun[] {
    const found: StoredRun[] = []
    for (const number of numbers) {
      const run = this.#runs.get(number)
      if (run !== undefined) found.push(run)
    }
    return found.sort((left, right) => left.run - right.run)
  }
}

function argsKey(job: string, args: string): string {
  return `${job}\n${args}`
}
