import type { Condition, ConditionKind } from '@apsis/core/kind'
import {
  agentChoiceOf,
  chooseAgent,
  type BoundCondition,
  type ConditionOutcome,
  isFinished,
  metBecause,
  parseRunId,
  type Run,
  type RunId,
  runNumber,
  STATES,
} from '@apsis/core/run'
import { registry } from '@apsis/kinds/builtin'
import type { MemoryDisk } from '@apsis/store/memory'
import { FACT_CODES, stateOf } from '@apsis/store/row'
import { type FactRow, LoggedRuns } from './logged-runs.ts'
import type { Trace } from './trace.ts'

const ALL = Number.MAX_SAFE_INTEGER
const UNTIL = 'waiting until: '
/** What a dependency found: the job and args, the state, the run. */
const DEPENDENCY = / is (\w+): (r\d+)$/
const OVERRIDE = 'waiting run started by override'
const KINDS: ReadonlyMap<string, ConditionKind> = new Map(registry.conditions.map((kind) => [kind.type, kind]))

interface Waiting {
  /** The condition that it waits for and that did not hold yet. */
  until: number | null
  /** The condition that it waited for last. */
  last: number
  /** Those that were found to hold. */
  readonly met: Set<number>
  /** Those of them that it said and does not say again. */
  readonly said: Set<number>
}

/**
 * SIM24: makes each decision on conditions and agents again, by the functions that made it, from nothing but the log and what runs are bound to, after
 * each commit. What was decided in the same commit may have come before or after: then either is right.
 */
export class DecisionsCheck {
  readonly #tables: MemoryDisk['tables']
  readonly #runs: LoggedRuns
  readonly #trace: Trace
  readonly #problem: (text: string) => void
  readonly #waiting = new Map<RunId, Waiting>()
  readonly #revived = new Map<string, Condition>()
  #seen = 0

  constructor(tables: MemoryDisk['tables'], trace: Trace, problem: (text: string) => void) {
    this.#tables = tables
    this.#runs = new LoggedRuns(tables)
    this.#trace = trace
    this.#problem = (text) => problem(`SIM24: ${text}`)
  }

  /** A new server knows of each run only which condition it waited for last: what comes after that is looked at and said anew. */
  restarted(): void {
    this.look()
    for (const waiting of this.#waiting.values()) sayAgain(waiting)
  }

  /** Checks what is new in the log. */
  look(): void {
    const facts = this.#tables.factsAfter(this.#seen, ALL)
    this.#seen = facts.at(-1)?.[0] ?? this.#seen
    this.#runs.take(facts)
    const past = new Set(facts.flatMap(([, run, , , , text]) => (text?.startsWith(OVERRIDE) === true ? [run] : [])))
    for (const fact of facts) {
      const run = fact[1] === null ? null : (this.#runs.get(fact[1])?.run ?? null)
      if (run !== null) this.#check(run, fact, past.has(fact[1]))
    }
  }

  #check(run: Run, [, , , type, code, text]: FactRow, byUser: boolean): void {
    const message = text ?? ''
    if (type === FACT_CODES.log) {
      const because = metBecause(message)
      if (message.startsWith(UNTIL)) this.#waits(run, message.slice(UNTIL.length))
      else if (because !== null) this.#met(run, because)
      else if (/^agent .* of group /.test(message)) this.#chosen(run, message)
    }
    if (type !== FACT_CODES.state) return
    const state = stateOf(code)
    if (state === 'waiting') this.#waiting.set(run.id, { until: null, last: 0, met: new Set(), said: new Set() })
    if (state === 'starting' && !byUser) this.#starts(run)
    if (state === 'skipped') this.#skipped(run, message)
    if (state !== null && (state === 'starting' || isFinished(state))) this.#waiting.delete(run.id)
  }

  /** It has come to a condition that did not hold. */
  #waits(run: Run, text: string): void {
    const index = conditionsOf(run).findIndex(({ str }) => str === text)
    const waiting = this.#waiting.get(run.id)
    if (index < 0 || waiting === undefined) return this.#problem(`${run.id} waits for what it has not: ${text}`)
    const outcomes = this.#outcomes(run, index)
    if (outcomes.every(({ type }) => type !== 'waiting')) this.#problem(`${run.id} waits for what holds: ${text}`)
    waiting.until = index
    waiting.last = index
    sayAgain(waiting)
  }

  /** What it waits for, or comes past, holds. */
  #met(run: Run, because: string): void {
    const waiting = this.#waiting.get(run.id)
    const found = conditionsOf(run).flatMap(({ str }, index) => {
      const ready = this.#outcomes(run, index).flatMap((one) => (one.type === 'ready' ? (one.because ?? []) : []))
      if (ready.some((one) => nameOf(one) === nameOf(because))) return [{ index, ready }]
      // It came past that one, and says so once what the next one looks at was read: what it found may be over.
      return str.startsWith(`dependency ${nameOf(because)} is `) ? [{ index, ready: [because] }] : []
    })
    const [first] = found
    if (waiting === undefined || first === undefined) return this.#problem(`${run.id}: by the log not met: ${because}`)
    this.#trace.sometimes('condition found to hold')
    const unsaid = found.find(({ index }) => !waiting.said.has(index))
    if (unsaid === undefined) return this.#problem(`${run.id} says again: ${because}`)
    waiting.said.add(unsaid.index)
    for (const { index } of found) {
      waiting.met.add(index)
      if (waiting.until === index) waiting.until = null
    }
    const dependency = DEPENDENCY.exec(because)
    if (dependency !== null) return this.#isIn(run, dependency[2] ?? '', dependency[1] ?? '', because)
    const counts = first.ready.map((text) => Number.parseInt(text, 10))
    const said = Number.parseInt(because, 10)
    if (!(said >= Math.min(...counts) && said <= Math.max(...counts)))
      this.#problem(`${run.id}: ${because}; by the log ${counts.join(' or ')}`)
  }

  /** It starts by itself: each condition holds, or held when it came to it where that is enough. */
  #starts(run: Run): void {
    const waiting = this.#waiting.get(run.id)
    conditionsOf(run).forEach((bound, index) => {
      const met = waiting?.met.has(index) === true && KINDS.get(bound.type)?.atStart === false
      if (!met && this.#outcomes(run, index).every(({ type }) => type !== 'ready'))
        this.#problem(`${run.id} starts, and by the log this does not hold: ${bound.str}`)
    })
    const until = waiting?.until ?? null
    if (until !== null) this.#problem(`${run.id} does not say what it found: ${conditionsOf(run)[until]?.str}`)
  }

  /** The double because of which it is skipped is there. */
  #skipped(run: Run, message: string): void {
    const [, id, state] = /transitioning to skipped because (r\d+) (\w+)$/.exec(message) ?? []
    if (id !== undefined && state !== undefined) this.#isIn(run, id, state, message)
  }

  /** By the log the other run was in the state that this one says, then or before. */
  #isIn(run: Run, id: string, state: string, text: string): void {
    const other = parseRunId(id)
    const logged = other === null ? null : this.#runs.get(runNumber(other))
    const said = STATES.find((one) => one === state)
    if (logged === null || said === undefined || !logged.ever.has(said))
      this.#problem(`${run.id}: by the log ${id} is ${logged?.last ?? 'not there'}: ${text}`)
  }

  /** The agent was the best one by the loads that it says, and these are those of the log. */
  #chosen(run: Run, text: string): void {
    const choice = agentChoiceOf(text)
    if (choice === null || choice.others.length === 0) return this.#problem(`${run.id} has no readable choice: ${text}`)
    this.#trace.sometimes('agent chosen among several')
    const listed = [choice, ...choice.others].map(({ agent, load }, chosen) => ({ agent, load, chosen }))
    const again = chooseAgent(choice.group, listed.toReversed())
    if (JSON.stringify({ ...again, more: choice.more }) !== JSON.stringify(choice))
      this.#problem(`${run.id} is at ${choice.agent}, by what it says it would be at ${again?.agent}: ${text}`)
    if (listed.some(({ load }, index) => load < (listed[index - 1]?.load ?? 0)))
      this.#problem(`${run.id} is not at the agent with the fewest runs: ${text}`)
    if ('handle' in run && run.handle?.agent !== choice.agent)
      this.#problem(`${run.id} is at ${run.handle?.agent}, its log says: ${text}`)
    for (const { agent, load } of listed) {
      const [least, most] = this.#runs.load(agent, run.id)
      if (load < least || load > most)
        this.#problem(`${run.id} was chosen for with ${load} runs of ${agent}, by the log ${least} to ${most}: ${text}`)
    }
  }

  #outcomes(run: Run, index: number): readonly ConditionOutcome[] {
    const bound = conditionsOf(run)[index]
    const condition = bound === undefined ? null : this.#revive(bound)
    if (condition === null) return []
    const facts = condition.needs.map((query) => this.#runs.facts(query, run.id))
    return [0, 1].map((which) => condition.evaluate(facts.flatMap((both) => both[which] ?? [])))
  }

  #revive(bound: BoundCondition): Condition | null {
    const key = JSON.stringify(bound)
    const known = this.#revived.get(key)
    if (known !== undefined) return known
    const condition = KINDS.get(bound.type)?.revive(bound) ?? null
    if (condition !== null) this.#revived.set(key, condition)
    return condition
  }
}

/** From the condition on that it waited for last, the run may say again what it finds. */
function sayAgain({ said, last }: Waiting): void {
  for (const index of said) if (index >= last) said.delete(index)
}

function conditionsOf(run: Run): readonly BoundCondition[] {
  return 'bound' in run ? (run.bound?.conditions ?? []) : []
}

/** What a condition found, without which run or how many. */
function nameOf(because: string): string {
  return because.replace(DEPENDENCY, '').replace(/^\d+ /, '')
}
