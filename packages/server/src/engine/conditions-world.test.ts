import assert from 'node:assert/strict'
import type { JsonObject } from '@apsis/core/json'
import type { ConditionKind, RunsFact } from '@apsis/core/kind'
import {
  type Args,
  type BindResult,
  type BoundCondition,
  type BoundProgram,
  isFinished,
  newRun,
  type Run,
  type RunId,
  runId,
  step,
  type State,
} from '@apsis/core/run'
import { registry } from '@apsis/kinds/builtin'
import { Conditions } from './conditions.ts'
import { placeOf } from './line.ts'
import { LiveRuns, runsKey } from './live-runs.ts'
import { RunsWatches } from './runs-watch.ts'

/** A run of nothing, without conditions. */
export const BIND: Extract<BindResult, { readonly ok: true }> = {
  ok: true,
  bound: { definition: 'd', program: program(), conditions: [] },
}

function program(): BoundProgram {
  return { type: 'no-op', spec: {}, str: '', stop: { signal: 15, grace: null }, timeout: null }
}

type Waiting = Extract<Run, { state: 'waiting' }>

/** Conditions over a model of the rest: runs in memory, a store that answers in a later turn, and no time. `checked`: each start by the naive model. */
export class World {
  readonly live: LiveRuns = new LiveRuns()
  readonly conditions: Conditions
  readonly #watches: RunsWatches
  readonly #turns: (() => Promise<unknown>)[] = []
  readonly #checked: boolean
  /** Where each waited last, and those that went back to a condition that they had passed. */
  readonly #waited = new Map<RunId, number>()
  readonly #back = new Set<RunId>()
  #next = 1
  /** How often a condition was asked. */
  asked = 0
  /** Started by their conditions, in order. */
  readonly started: RunId[] = []
  /** What was wrong at a start, by the naive model. */
  readonly wrong: string[] = []

  constructor(checked: boolean) {
    this.#checked = checked
    this.#watches = new RunsWatches({
      live: this.live,
      runsOf: (jobId, args) => {
        const stored = this.#stored(jobId, args)
        const { promise, resolve } = Promise.withResolvers<typeof stored>()
        this.#turns.push(() => {
          resolve(stored)
          return promise
        })
        return promise
      },
      post: (task) => task(),
      changed: (groups) => this.conditions.change(groups),
      known: (runs) => {
        for (const id of runs) this.conditions.add(id)
      },
      failed: (_, error) => assert.fail(String(error)),
      forgotten: () => {},
    })
    this.conditions = new Conditions({
      kinds: registry.conditions.map((kind) => this.#counted(kind)),
      watches: this.#watches,
      clock: { now: () => 0, monotonic: () => 0, wake: () => () => {}, after: () => () => {}, soon: () => {} },
      log: { info: () => {}, warn: () => {}, error: (message, data) => assert.fail(message + JSON.stringify(data)) },
      run: (id) => this.live.get(id),
      evaluated: (run, outcome) => {
        if (outcome.type === 'ready') {
          if (this.#checked) this.#check(run)
          this.started.push(run.id)
        }
        if (outcome.type === 'waiting') {
          if (outcome.index < (this.#waited.get(run.id) ?? 0)) this.#back.add(run.id)
          this.#waited.set(run.id, outcome.index)
        }
        this.input(run, { type: 'evaluated', outcome, handle: { id: run.id, on: 'server', agent: null } })
      },
      later: () => assert.fail('there is no time here'),
    })
  }

  /** A new run that waits for these conditions, in order of time by `at`. */
  add(jobId: string, args: Args, conditions: readonly BoundCondition[], at: number): RunId {
    const id = runId(this.#next++)
    const run = newRun({ id, jobId, args, labels: [], origin: { type: 'request' }, schedule: at, stop: null }, 0)
    this.input(run, { type: 'schedule', message: '' })
    const bound = { ...BIND.bound, conditions }
    const handle = { id, on: 'server', agent: null } as const
    this.input(this.get(id), { type: 'due', bind: { ok: true, bound }, handle })
    this.conditions.add(id)
    return id
  }

  get(id: RunId): Run {
    const run = this.live.get(id)
    assert.ok(run !== undefined)
    return run
  }

  input(run: Run, input: Parameters<typeof step>[1]): void {
    const result = step(run, input, 0)
    if (!result.ok || result.run === run) return
    this.live.set(result.run)
    if (run.state === 'waiting' && result.run.state !== 'waiting') this.conditions.forget(run.id)
    this.#watches.note(run.state === 'new' ? null : run, result.run)
  }

  /** Goes on until nothing is left to do. */
  async settle(): Promise<void> {
    this.conditions.evaluate()
    for (let turn = this.#turns.shift(); turn !== undefined; turn = this.#turns.shift()) {
      // Who asked hears of it first.
      await turn()
      this.conditions.evaluate()
    }
  }

  waiting(): Waiting[] {
    return [...this.live.all()].flatMap((run) => (run.state === 'waiting' ? [run] : []))
  }

  /** Whether the condition that the run has come to holds, found out by looking at every run. */
  holds(run: Waiting, at: number = run.waitingFor?.index ?? 0): boolean {
    const bound = run.bound.conditions[at]
    const kind = registry.conditions.find(({ type }) => type === bound?.type)
    if (bound === undefined || kind === undefined) return false
    const condition = kind.revive(bound)
    return condition.evaluate(condition.needs.map((query) => this.#fact(query, run.id))).type === 'ready'
  }

  #check(run: Waiting): void {
    const last = run.bound.conditions.length - 1
    if (!this.holds(run, last)) this.wrong.push(`${run.id} was started though its condition does not hold`)
    for (const [index, { type }] of run.bound.conditions.entries()) {
      const again = registry.conditions.find((kind) => kind.type === type)?.atStart === true
      if (again && !this.holds(run, index)) this.wrong.push(`${run.id} was started though ${type} does not hold`)
    }
    // What it waited for last was not its last condition.
    if (this.#back.has(run.id)) return
    const looked = run.bound.conditions[last]
    // A run that looks for waiting ones of its own kind finds those in line, which do not find it before it is asked.
    if (looked?.type === 'dependency' && looked.spec['job_id'] === run.jobId) return
    // Of one that has further conditions the run does not yet say that it has come to the next.
    const alike = (other: Waiting): boolean =>
      other.waitingFor?.index === last &&
      other.bound.conditions.length === run.bound.conditions.length &&
      runsKey(other.jobId, other.args) === runsKey(run.jobId, run.args) &&
      JSON.stringify(other.bound.conditions[last]) === JSON.stringify(run.bound.conditions[last])
    const place = placeOf(run)
    for (const other of this.waiting()) {
      const { at, order } = placeOf(other)
      if (!alike(other) || at > place.at || (at === place.at && order >= place.order)) continue
      this.wrong.push(`${run.id} was started before ${other.id}`)
    }
  }

  #fact({ jobId, args }: { jobId: string; args: Args }, asker: RunId): RunsFact {
    const key = runsKey(jobId, args)
    const runs = [...this.live.all()].filter((run) => run.id !== asker && runsKey(run.jobId, run.args) === key)
    const of = (state: State): readonly Run[] => runs.filter((run) => run.state === state)
    return { count: (state) => of(state).length, first: (state) => of(state)[0]?.id ?? null }
  }

  #stored(jobId: string, args: Args) {
    const key = runsKey(jobId, args)
    const runs = [...this.live.all()].filter((run) => runsKey(run.jobId, run.args) === key)
    const finished: Partial<Record<State, RunId>> = {}
    for (const { id, state } of runs) if (isFinished(state)) finished[state] = id
    return {
      unfinished: runs.filter(({ state }) => !isFinished(state)).map(({ id, state }) => ({ id, state })),
      finished,
    }
  }

  #counted(kind: ConditionKind): ConditionKind {
    return {
      type: kind.type,
      aliases: kind.aliases,
      atStart: kind.atStart,
      revive: (bound) => {
        const condition = kind.revive(bound)
        return {
          needs: condition.needs,
          evaluate: (facts) => {
            this.asked++
            return condition.evaluate(facts)
          },
        }
      },
    }
  }
}

export function bound(type: string, spec: JsonObject): BoundCondition {
  return { type, spec, str: `${type} ${JSON.stringify(spec)}` }
}

export function limit(count: number, jobId: string, args: Args): BoundCondition {
  return bound('max_running', { count, job_id: jobId, args })
}

export function finish(world: World, id: RunId, outcome: 'success' | 'failure'): void {
  const run = world.get(id)
  world.input(run, { type: 'ended', outcome, message: null, startedAt: 0, at: 0, meta: null })
}
