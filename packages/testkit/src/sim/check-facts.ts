import { canMove, isFinished, type State } from '@apsis/core/run'
import type { MemoryDisk } from '@apsis/store/memory'
import { FACT_CODES, stateOf } from '@apsis/store/row'

type Tables = MemoryDisk['tables']
type FactRow = ReturnType<Tables['factsAfter']>[number]

const ALL = Number.MAX_SAFE_INTEGER
/** The job of the simulation that allows one run at a time. */
const LIMITED = 'single'
const BY_USER = 'waiting run started by override'

/**
 * Reads the log of the disk after each commit, whether a server heard of it or not: moves (INV5), starts (INV4), states that are not what the facts
 * say (INV6), instants of runs (INV3), and the limit of one run (INV11).
 */
export class FactsCheck {
  readonly #tables: Tables
  readonly #problem: (text: string) => void
  readonly #states = new Map<number, State>()
  readonly #started = new Set<number>()
  /** Runs of the limited job that are in use of its slot, and those that a user started past it. */
  readonly #slots = new Set<number>()
  readonly #past = new Set<number>()
  #seen = 0

  constructor(tables: Tables, problem: (text: string) => void) {
    this.#tables = tables
    this.#problem = problem
  }

  /** Checks what is new in the log. */
  look(): void {
    const changed = new Set<number>()
    for (const fact of this.#tables.factsAfter(this.#seen, ALL)) {
      this.#seen = fact[0]
      if (fact[1] === null) continue
      this.#take(fact[1], fact)
      changed.add(fact[1])
    }
    for (const run of changed) this.#checkStored(run)
    const slots = [...this.#slots].filter((run) => !this.#past.has(run))
    if (slots.length > 1) this.#problem(`SIM14: ${slots.map((run) => `r${run}`).join(', ')} of ${LIMITED} run at once`)
  }

  /** SIM12: the state of every run, rebuilt from the log alone. */
  rebuilt(): ReadonlyMap<number, State> {
    return this.#states
  }

  #take(run: number, [, , , type, code, text]: FactRow): void {
    if (type === FACT_CODES.deleted) {
      const before = this.#states.get(run)
      if (before !== undefined && before !== 'scheduled') this.#problem(`SIM11: r${run} was ${before} and is removed`)
      this.#states.delete(run)
      return
    }
    if (type === FACT_CODES.log && text?.startsWith(BY_USER) === true) this.#past.add(run)
    if (type !== FACT_CODES.state) return
    const state = stateOf(code)
    if (state === null) return this.#problem(`SIM11: r${run} has a fact of state ${code}`)
    const before = this.#states.get(run) ?? 'new'
    const marked = isFinished(before) && isFinished(state) && text?.startsWith('marked as') === true
    if (!marked && !canMove(before, state)) this.#problem(`SIM11: r${run} went from ${before} to ${state}: ${text}`)
    if (state === 'starting') {
      if (this.#started.has(run)) this.#problem(`SIM11: r${run} was started twice`)
      this.#started.add(run)
    }
    this.#states.set(run, state)
    this.#slot(run, state)
  }

  #slot(run: number, state: State): void {
    if (state !== 'starting' && state !== 'running') this.#slots.delete(run)
    else if (this.#tables.runs.get(run)?.fixed[0] === LIMITED) this.#slots.add(run)
  }

  #checkStored(run: number): void {
    const stored = this.#tables.runs.get(run)
    const said = this.#states.get(run)
    if (stored?.state !== said) this.#problem(`SIM11: r${run} is ${stored?.state ?? 'not there'}, its log says ${said}`)
  }
}
