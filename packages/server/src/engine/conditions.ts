import { canonicalJson } from '@apsis/core/json'
import type { Condition, ConditionKind, RunsFact } from '@apsis/core/kind'
import type { ConditionOutcome, Run, RunId, WaitingRun } from '@apsis/core/run'
import { type Place, placeOf } from './line.ts'
import { runsKey } from './live-runs.ts'
import type { Clock, Log } from './ports.ts'
import type { RunsWatches } from './runs-watch.ts'
import { TimeHeap } from './time-heap.ts'
import { WaitingGroup } from './waiting-group.ts'

/** Longest that conditions are evaluated in one turn, ms. */
const SLICE = 4

interface Waiting {
  readonly conditions: readonly Condition[]
  /** Those that are asked again when the last one holds: they must hold as the run starts. */
  readonly atStart: readonly number[]
  /** The condition that it has come to. Earlier ones are not looked at until the last one holds, and then only those of `atStart` are. */
  index: number
  /** Whether each has held once. */
  passed: boolean
  /** Those with which it waits; null while it is to be asked. */
  group: WaitingGroup | null
  /** What there is, so that these conditions hold, for its log: those that it waited for, and those that it is not asked for again. */
  readonly met: Map<number, string>
}

interface ConditionsOptions {
  readonly kinds: readonly ConditionKind[]
  readonly watches: RunsWatches
  readonly clock: Clock
  readonly log: Log
  /** The run as it is now. */
  readonly run: (id: RunId) => Run | undefined
  /** What the conditions of a run say: applied before this returns, so that the next run sees it. `met`: of those that hold what there is, for the log of the run. */
  readonly evaluated: (run: WaitingRun, outcome: ConditionOutcome, met?: readonly string[]) => void
  /** Goes on in a turn of its own. */
  readonly later: () => void
}

/**
 * The conditions of waiting runs: pure functions of facts, asked in order, when the facts change. Runs that wait for the same thing are a group of
 * which only the first in line is asked, so 10,000 of them cost a change no more than one does.
 */
export class Conditions {
  readonly #waiting = new Map<RunId, Waiting>()
  readonly #groups = new Map<string, WaitingGroup>()
  /** Groups whose facts have changed since the first in line was asked. */
  readonly #changed = new Set<WaitingGroup>()
  /** Runs to be asked that wait with no group, first come first. */
  readonly #fresh = new TimeHeap<Place>()
  readonly #kinds: ReadonlyMap<string, ConditionKind>
  readonly #options: ConditionsOptions

  constructor(options: ConditionsOptions) {
    this.#kinds = new Map(options.kinds.map((kind) => [kind.type, kind]))
    this.#options = options
  }

  /** The run waits, and is asked before the turn is over. */
  add(id: RunId): void {
    const run = this.#options.run(id)
    if (run?.state !== 'waiting') return
    const waiting = this.#waiting.get(id)
    if (waiting === undefined) this.#options.watches.enter(run)
    else if (waiting.group !== null) return
    this.#fresh.push(placeOf(run))
  }

  /** What these groups look at has changed. */
  change(groups: Iterable<WaitingGroup>): void {
    for (const group of groups) this.#changed.add(group)
  }

  /** The run waits no longer. */
  forget(id: RunId): void {
    this.#options.watches.leave(id)
    const waiting = this.#waiting.get(id)
    if (waiting === undefined) return
    this.#waiting.delete(id)
    this.#leave(id, waiting)
    this.#options.watches.release(waiting.conditions[waiting.index]?.needs ?? [], id)
    for (const index of waiting.atStart) this.#options.watches.release(waiting.conditions[index]?.needs ?? [], id)
  }

  /** Why the run waits, as of now; null when it does not, or was not asked yet. */
  reason(id: RunId): WaitingRun['waitingFor'] {
    const waiting = this.#waiting.get(id)
    const condition = waiting?.conditions[waiting.index]
    if (waiting === undefined || condition === undefined || waiting.group === null) return null
    const facts = this.#facts(condition, (query) => this.#options.watches.peek(query, id))
    const outcome = facts === null ? null : condition.evaluate(facts)
    return outcome?.type === 'waiting' ? { index: waiting.index, because: outcome.because } : null
  }

  /**
   * Asks whoever is to be asked: the last thing of each turn, or of the next ones when it is much. Starting a run may change the facts of the next.
   * Those in line come before those that have just come.
   */
  evaluate(): void {
    const { clock, later, watches } = this.#options
    // Not the time of day: that may be set back meanwhile.
    const until = clock.monotonic() + SLICE
    for (;;) {
      const [group] = this.#changed
      if (group === undefined && this.#fresh.size === 0) return watches.sweep()
      if (clock.monotonic() > until) return later()
      if (group !== undefined) this.#tryFirst(group)
      else {
        const place = this.#fresh.pop()
        if (place !== undefined) this.#ask(place.id)
      }
    }
  }

  #tryFirst(group: WaitingGroup): void {
    const id = group.first
    const waiting = id === undefined ? undefined : this.#waiting.get(id)
    const run = id === undefined ? undefined : this.#options.run(id)
    if (waiting === undefined || run?.state !== 'waiting') {
      if (id === undefined) this.#changed.delete(group)
      else group.leave(id)
      return
    }
    const { index } = waiting
    const outcome = this.#outcome(run, waiting, index)
    if (outcome === null || outcome.type === 'waiting') {
      this.#changed.delete(group)
      // Of those in line only the first one's reason is kept up to date in the store; `reason` gives everyone's.
      if (outcome !== null && outcome.because !== run.waitingFor?.because) this.#options.evaluated(run, outcome)
      return
    }
    if (waiting.atStart.includes(index)) this.#options.watches.keep(group.condition.needs, run.id)
    this.#leave(run.id, waiting)
    if (outcome.type === 'goto') return this.#evaluated(run, waiting, outcome)
    pass(run, waiting, outcome)
    const next = waiting.conditions[waiting.index]
    if (next === undefined) this.#start(run, waiting, index, index)
    // Those in line for its next condition come first, and so do those that passed before it.
    else if (this.#fresh.size > 0 || this.#changes(run, waiting, next)) this.#fresh.push(placeOf(run))
    // Else at once: what it takes as it starts, the next in line need not be asked for.
    else this.#ask(run.id, index)
  }

  /** Asks a run that is in no group its conditions in order, up to the first that does not hold. Those since `from` were asked just now. */
  #ask(id: RunId, from?: number): void {
    const run = this.#options.run(id)
    if (run?.state !== 'waiting') return
    const waiting = this.#enter(run)
    if (waiting === null || waiting.group !== null) return
    const { watches } = this.#options
    const since = from ?? waiting.index
    for (;;) {
      const { index } = waiting
      const condition = waiting.conditions[index]
      if (condition === undefined) return this.#start(run, waiting, since, index)
      const outcome = this.#outcome(run, waiting, index)
      if (outcome === null) {
        // Who passed a condition has been asked: a double that comes meanwhile must find it.
        if (index > 0) watches.entered(run)
        return
      }
      if (outcome.type === 'waiting') return this.#wait(run, waiting, outcome)
      watches.release(condition.needs, id)
      if (waiting.atStart.includes(index)) watches.keep(condition.needs, id)
      if (outcome.type === 'goto') return this.#evaluated(run, waiting, outcome)
      pass(run, waiting, outcome)
    }
  }

  /**
   * The last condition holds: the run starts, if those that it passed in an earlier turn and that must hold as it starts hold still. Else it waits again
   * for the first that does not, at its place in line. What is `from` here `to` there was asked just now.
   */
  #start(run: WaitingRun, waiting: Waiting, from: number, to: number): void {
    for (const index of waiting.atStart) {
      if (index >= from && index <= to) continue
      const outcome = this.#outcome(run, waiting, index)
      // It is asked again, all of this, when that is known.
      if (outcome === null) return
      if (outcome.type === 'goto') return this.#evaluated(run, waiting, outcome)
      if (outcome.type === 'ready') continue
      waiting.index = index
      return this.#wait(run, waiting, outcome)
    }
    this.#evaluated(run, waiting, { type: 'ready' })
  }

  #wait(run: WaitingRun, waiting: Waiting, outcome: ConditionOutcome): void {
    const condition = waiting.conditions[waiting.index]
    if (condition !== undefined) this.#join(run, waiting, condition)
    this.#options.watches.entered(run)
    this.#evaluated(run, waiting, outcome)
  }

  #evaluated(run: WaitingRun, waiting: Waiting, outcome: ConditionOutcome): void {
    // A run that never waits says nothing of its conditions.
    const says = run.waitingFor !== null || outcome.type === 'waiting'
    const met = says ? this.#met(run, waiting) : []
    waiting.met.clear()
    this.#options.evaluated(run, outcome, met)
  }

  /** What there is now, so that the conditions hold that it has come past since it was last asked. */
  #met(run: WaitingRun, waiting: Waiting): readonly string[] {
    return [...waiting.met].flatMap(([index, because]) => {
      // What must hold as it starts was free then, and may be taken by now.
      const outcome = waiting.atStart.includes(index) ? this.#outcome(run, waiting, index) : null
      if (outcome === null) return [because]
      return outcome.type === 'ready' && outcome.because !== undefined ? [outcome.because] : []
    })
  }

  /** What a condition of the run says; null while its facts are still being read. */
  #outcome(run: WaitingRun, waiting: Waiting, index: number): ConditionOutcome | null {
    const condition = waiting.conditions[index]
    if (condition === undefined) return { type: 'ready' }
    try {
      const facts = this.#facts(condition, (query) => this.#options.watches.facts(query, run.id))
      if (facts === null) return null
      const outcome = condition.evaluate(facts)
      return outcome.type === 'waiting' ? { ...outcome, index } : outcome
    } catch (error) {
      return this.#failed(run, error)
    }
  }

  #facts(
    condition: Condition,
    ask: (query: Condition['needs'][number]) => RunsFact | null,
  ): readonly RunsFact[] | null {
    const facts: RunsFact[] = []
    for (const query of condition.needs) {
      const fact = ask(query)
      if (fact === null) return null
      facts.push(fact)
    }
    return facts
  }

  #enter(run: WaitingRun): Waiting | null {
    const known = this.#waiting.get(run.id)
    if (known !== undefined) return known
    try {
      const { conditions } = run.bound
      const waiting: Waiting = {
        conditions: conditions.map((bound) => this.#kind(bound.type).revive(bound)),
        atStart: conditions.flatMap(({ type }, index) => (this.#kind(type).atStart ? [index] : [])),
        index: 0,
        passed: false,
        group: null,
        met: new Map(),
      }
      this.#waiting.set(run.id, waiting)
      return waiting
    } catch (error) {
      this.#options.evaluated(run, this.#failed(run, error))
      return null
    }
  }

  #kind(type: string): ConditionKind {
    const kind = this.#kinds.get(type)
    if (kind === undefined) throw new TypeError(`no condition type ${type} in this version`)
    return kind
  }

  /** A condition that cannot be evaluated must not stop the others. */
  #failed(run: WaitingRun, error: unknown): ConditionOutcome {
    this.#options.log.error('a condition failed', { run: run.id, error: String(error), at: this.#options.clock.now() })
    return { type: 'goto', state: 'error', because: `condition failed: ${String(error)}` }
  }

  /** Whether there are runs in line for what the run comes to that are still to be asked. */
  #changes(run: WaitingRun, waiting: Waiting, condition: Condition): boolean {
    const group = this.#groups.get(keyOf(run, waiting, condition))
    return group !== undefined && this.#changed.has(group)
  }

  #join(run: WaitingRun, waiting: Waiting, condition: Condition): void {
    const key = keyOf(run, waiting, condition)
    let group = this.#groups.get(key)
    if (group === undefined) {
      group = new WaitingGroup(key, condition)
      this.#groups.set(key, group)
      this.#options.watches.follow(group)
    }
    waiting.group = group
    group.join(placeOf(run))
  }

  #leave(id: RunId, waiting: Waiting): void {
    const { group } = waiting
    if (group === null) return
    waiting.group = null
    group.leave(id)
    if (group.size > 0) return
    this.#groups.delete(group.key)
    this.#changed.delete(group)
    this.#options.watches.unfollow(group)
  }
}

/** What the run and all that wait for the same have in common. */
function keyOf(run: WaitingRun, waiting: Waiting, condition: Condition): string {
  const bound = run.bound.conditions[waiting.index]
  // A run that looks at its own kind does not see itself: it sees other runs than those from elsewhere that look at the same.
  const own = runsKey(run.jobId, run.args)
  const self = condition.needs.map(({ jobId, args }) => (runsKey(jobId, args) === own ? 1 : 0)).join('')
  return `${bound?.type} ${self} ${canonicalJson(bound?.spec ?? {})}`
}

/** The condition that the run has come to holds: on to the next one; where each has held before, to the start. */
function pass({ waitingFor }: WaitingRun, waiting: Waiting, outcome: ConditionOutcome): void {
  const { length } = waiting.conditions
  // Those before the one that it waits for were told of then: after a restart all are looked at anew.
  const waited = waitingFor?.index ?? 0
  const again = waiting.atStart.includes(waiting.index)
  const tells = waitingFor?.index === waiting.index || (!again && waiting.index >= waited)
  if (tells && outcome.type === 'ready' && outcome.because !== undefined)
    waiting.met.set(waiting.index, outcome.because)
  waiting.index = waiting.passed ? length : waiting.index + 1
  if (waiting.index === length) waiting.passed = true
}
