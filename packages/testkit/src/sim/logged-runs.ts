import type { RunsFact, RunsQuery } from '@apsis/core/kind'
import { isFinished, type Run, type RunId, runId, type State } from '@apsis/core/run'
import type { MemoryDisk } from '@apsis/store/memory'
import { argsText, BoundTexts, decodeRun, FACT_CODES, stateOf } from '@apsis/store/row'

export type FactRow = ReturnType<MemoryDisk['tables']['factsAfter']>[number]

/** A run as the log tells of it, while one commit and the next become durable. */
export interface LoggedRun {
  readonly id: RunId
  /** As it is stored after the commit; null where it is there no more. */
  run: Run | null
  /** The agent that was given it, before these; null: none, or it had ended. */
  agentBefore: string | null
  /** Every state that it was in, from before these to after them. To conditions a run that was not asked for its own yet is scheduled. */
  readonly states: Set<State>
  /** Every state that it was ever in. */
  readonly ever: Set<State>
  last: State
  /** Whether it was asked for its conditions, and waits. */
  asked: boolean
}

/**
 * The runs as the log alone tells of them, commit by commit. Within one commit the facts of each run are in order, those of several runs are not, as the
 * changes of one run are written as one; and who decides while a commit becomes durable looks at what was durable before it. So a run may have been in any of several
 * states when another one looked at it.
 */
export class LoggedRuns {
  readonly #tables: MemoryDisk['tables']
  readonly #bounds = new BoundTexts()
  readonly #runs = new Map<number, LoggedRun>()
  readonly #byKey = new Map<string, Set<LoggedRun>>()
  /** Runs that were given to each agent and have not ended before, or by, the commit. */
  readonly #ofAgent = new Map<string, Set<LoggedRun>>()
  #touched = new Set<LoggedRun>()
  /** Those of the commit before: what is decided while that one becomes durable goes by what was stored before it. */
  #before = new Set<LoggedRun>()
  /** Those may be given to an agent without a fact, where there is no other. */
  readonly #starting = new Map<number, LoggedRun>()

  constructor(tables: MemoryDisk['tables']) {
    this.#tables = tables
  }

  /** Takes the facts of one commit. */
  take(facts: readonly FactRow[]): void {
    for (const logged of this.#before) if (!this.#touched.has(logged)) this.#settle(logged)
    this.#before = this.#touched
    this.#touched = new Set()
    for (const [run, logged] of this.#starting) this.#touch(run, logged)
    for (const [, run, , type, code, text] of facts) {
      if (run === null) continue
      const logged = this.#runs.get(run) ?? this.#add(run)
      if (logged === null) continue
      this.#touch(run, logged)
      const state = type === FACT_CODES.state ? stateOf(code) : null
      if (state !== null) {
        logged.last = state
        logged.asked = false
        if (state === 'starting') this.#starting.set(run, logged)
        else this.#starting.delete(run)
      } else if (type === FACT_CODES.log && text?.startsWith('waiting until: ') === true) logged.asked = true
      else continue
      logged.states.add(shown(logged))
      logged.ever.add(shown(logged))
    }
  }

  get(run: number): LoggedRun | null {
    return this.#runs.get(run) ?? null
  }

  /** What a condition may have seen: the most there can have been, and the least. */
  facts({ jobId, args }: RunsQuery, asker: RunId): readonly [most: RunsFact, least: RunsFact] {
    const others = [...(this.#byKey.get(`${jobId}\n${argsText(args)}`) ?? [])].filter(({ id }) => id !== asker)
    return [
      factOf(others, (states, state) => states.has(state)),
      factOf(others, (states, state) => states.has(state) && states.size === 1),
    ]
  }

  /** How many live runs an agent may have had, without the run that asks. */
  load(agent: string, asker: RunId): readonly [least: number, most: number] {
    const its = [...(this.#ofAgent.get(agent) ?? [])].filter(({ id }) => id !== asker)
    const all = its.filter((logged) => logged.agentBefore === agent && agentOf(logged.run) === agent)
    // Given to an agent and taken from it again, or over, before that was stored: it may have been any.
    const passing = [...this.#touched].filter(
      (logged) =>
        logged.id !== asker && logged.states.has('starting') && agentOf(logged.run) === null && !its.includes(logged),
    )
    return [all.length, its.length + passing.length]
  }

  #add(run: number): LoggedRun | null {
    const stored = this.#tables.runs.get(run)
    // Made and withdrawn in one commit: nobody saw it.
    if (stored === null) return null
    const logged = {
      id: runId(run),
      run: null,
      agentBefore: null,
      states: new Set<State>(),
      ever: new Set<State>(),
      asked: false,
    }
    const added: LoggedRun = { ...logged, last: 'new' }
    this.#runs.set(run, added)
    const key = `${stored.fixed[0]}\n${stored.fixed[1]}`
    this.#byKey.set(key, (this.#byKey.get(key) ?? new Set()).add(added))
    return added
  }

  #touch(run: number, logged: LoggedRun): void {
    if (this.#touched.has(logged)) return
    this.#touched.add(logged)
    const stored = this.#tables.runs.get(run)
    logged.run = stored === null ? null : decodeRun(stored.row, this.#bounds)
    const handle = logged.run !== null && 'handle' in logged.run ? logged.run.handle : null
    if (handle?.agent) this.#ofAgent.set(handle.agent, (this.#ofAgent.get(handle.agent) ?? new Set()).add(logged))
  }

  /** The commit is past: what the run is now is all that it may be. */
  #settle(logged: LoggedRun): void {
    const agent = agentOf(logged.run)
    for (const [name, its] of this.#ofAgent) if (name !== agent) its.delete(logged)
    logged.agentBefore = agent
    logged.states.clear()
    if (logged.run !== null) logged.states.add(shown(logged))
  }
}

function agentOf(run: Run | null): string | null {
  if (run === null || isFinished(run.state) || !('handle' in run)) return null
  return run.handle?.agent ?? null
}

function shown({ last, asked }: LoggedRun): State {
  return last === 'waiting' && !asked ? 'scheduled' : last
}

function factOf(runs: readonly LoggedRun[], isIn: (states: ReadonlySet<State>, state: State) => boolean): RunsFact {
  const those = (state: State): readonly LoggedRun[] => runs.filter(({ states }) => isIn(states, state))
  return {
    count: (state) => (isFinished(state) ? Math.min(1, those(state).length) : those(state).length),
    first: (state) => those(state)[0]?.id ?? null,
  }
}
