import { bindRun, type Job } from '@apsis/core/job'
import type { ActionSpec } from '@apsis/core/kind'
import {
  agentChoiceText,
  type BindResult,
  type Bound,
  type ConditionOutcome,
  type Effect,
  type Handle,
  isFinished,
  type NewRun,
  type Rejection,
  type Run,
  type RunFact,
  type RunId,
  type RunInput,
  sameLabels,
  step,
  type WaitingRun,
} from '@apsis/core/run'
import type { Duration, Instant } from '@apsis/core/time'
import type { InstantRow, RunWrite } from '@apsis/store/port'
import { planActions } from './actions.ts'
import type { CommandReply } from './commands.ts'
import type { Committer } from './committer.ts'
import type { Conditions } from './conditions.ts'
import type { Definitions } from './definitions.ts'
import type { Early } from './early.ts'
import type { Runtimes } from './effects.ts'
import type { LiveRuns } from './live-runs.ts'
import { type Moment, presentMoment } from './moment.ts'
import { observeChange, type Observer } from './observer.ts'
import type { Agents, Clock, LoadOf, Log, NewId } from './ports.ts'
import { type Reply, restOfStep } from './rest-of-step.ts'
import type { RunsWatches } from './runs-watch.ts'
import { verdictOf } from './verdict.ts'

/** Scheduled runs that are due later than this are left to the store, ms. */
export const NEAR: Duration = 10 * 60_000

export interface RunTableParts {
  readonly live: LiveRuns
  readonly definitions: Definitions
  readonly committer: Committer
  readonly watches: RunsWatches
  readonly conditions: Pick<Conditions, 'forget'>
  readonly agents: Agents
  readonly runtimes: Runtimes
  readonly clock: Clock
  readonly early: Early
  readonly newId: NewId
  readonly log: Log
  readonly observe: Observer | undefined
  /** Actions of every run, after those of its job. */
  readonly actions: readonly ActionSpec[]
  /** For programs on agents that set no timeout. */
  readonly timeout: Bound['program']['timeout']
  load: LoadOf
  /** The run has ended, and that is durable. */
  ended(run: Run): void
  /** The instant that a run grew from has its verdict. */
  decided(jobId: string, scheduleKey: string): void
  /** The run waits no longer. */
  leftWaiting(id: RunId): void
  /** What is held of the run is not true: it is to be read from the store again. */
  reload(run: Run): void
  /** Carries out effects; called only when what led to them is durable, or they need not wait for that. */
  perform(run: Run, effect: Effect, decided: Moment): void
  /** Makes a run that an action asked for, in this very turn. */
  follow(run: Run, jobId: string, args: Run['args'], depth: number): void
}

/** The runs that the engine holds, and the one way in which they change. Called in the engine's turn only. */
export class RunTable {
  readonly #parts: RunTableParts

  constructor(parts: RunTableParts) {
    this.#parts = parts
  }

  /** Puts a new run in, with the instant that it grows from. */
  create(run: NewRun, message: string, instant: InstantRow | null, reply?: (reply: CommandReply<Run>) => void): void {
    this.#apply(run, { type: 'schedule', message }, instant, reply)
  }

  /** Takes in a run as stored, without changing it. */
  hold(run: Run): void {
    if (this.#parts.live.get(run.id) === undefined) this.#parts.live.set(run)
  }

  /** Forgets a run that was taken in and is as it was: no timer of it is set, so it must not count as taken up. */
  letGo(run: Run): void {
    if (this.#parts.live.get(run.id) === run) this.#parts.live.letGo(run.id)
  }

  /** Applies an input; replies when what it decided is durable. */
  apply(run: Run, input: RunInput, reply?: (reply: CommandReply<Run>) => void): void {
    this.#apply(run, input, null, reply)
  }

  /** Ends a scheduled run whose instant was missed, and is not made up for. */
  miss(run: Run, reason: string): void {
    this.#apply(run, { type: 'skip', message: `missed: ${reason}` }, null, undefined, reason)
  }

  /** A run that was dropped is there still: it is read again, and taken up as it is then. */
  stays(run: Run): void {
    this.again(run.jobId, run.args)
    this.#parts.reload(run)
  }

  /** A scheduled run whose time has come, or that a user starts. */
  begin(
    run: Run,
    type: 'due' | 'start',
    reply?: (reply: CommandReply<Run>) => void,
    reason: string | null = null,
  ): void {
    this.#begin(this.#labelled(run), type, reply, reason)
  }

  #begin(run: Run, type: 'due' | 'start', reply: Reply | undefined, reason: string | null): void {
    const bind = this.#bind(run)
    // A waiting run starts as it was bound, whatever has become of its job since.
    const bound = run.state === 'waiting' ? run.bound : bind.ok ? bind.bound : null
    // One that is to wait chooses when it starts: else a choice that nothing comes of were somebody's turn.
    const starts = run.state === 'waiting' || (run.state === 'scheduled' && bound?.conditions.length === 0)
    this.apply(run, { type, bind, ...this.#handle(run, starts ? bound : null), reason }, reply)
  }

  /** A coming run with the labels that its job has now, if it had others; any other run as it is. */
  #labelled(run: Run): Run {
    if (run.state !== 'scheduled') return run
    const labels = this.#parts.definitions.get(run.jobId)?.labels
    if (labels === undefined || sameLabels(run.labels, labels)) return run
    this.apply(run, { type: 'relabel', labels })
    return this.#parts.live.get(run.id) ?? run
  }

  /** What the conditions of a waiting run say; `met`: of those that hold, what there is. */
  evaluated(run: WaitingRun, outcome: ConditionOutcome, met: readonly string[] = []): void {
    const current = this.#parts.live.get(run.id)
    if (current?.state !== 'waiting') return
    this.apply(current, {
      type: 'evaluated',
      outcome,
      met,
      ...this.#handle(current, outcome.type === 'ready' ? current.bound : null),
    })
  }

  /** A scheduled run that only the store has was withdrawn: conditions may look at it. */
  gone(jobId: string, args: Run['args'], id: RunId): void {
    this.#parts.live.delete(id)
    this.#parts.watches.gone(jobId, args, id)
  }

  /** A run that was said to be gone is there all the same: conditions look again. */
  again(jobId: string, args: Run['args']): void {
    this.#parts.watches.again(jobId, args)
  }

  /** Finished runs were removed from the store: conditions may know them. */
  removed(ids: ReadonlySet<RunId>): void {
    this.#parts.watches.removed(ids)
  }

  /** Forgets a scheduled run that was withdrawn. */
  drop(run: Run): void {
    this.#parts.live.delete(run.id)
    this.#parts.watches.note(run, null)
    this.#disarm(run)
  }

  #apply(
    run: Run,
    input: RunInput,
    instant: InstantRow | null,
    reply?: (reply: CommandReply<Run>) => void,
    missed?: string,
  ): void {
    const { clock, committer, watches, conditions, observe } = this.#parts
    const decided = presentMoment(clock)
    const { now } = decided
    const result = step(run, input, now)
    if (!result.ok) {
      reply?.(result)
      return
    }
    const after = result.run
    const { early, agents } = this.#parts
    const perform = (effects: readonly Effect[]): void => this.#perform(after, effects, decided)
    const rest = restOfStep({ after, input, effects: result.effects, reply }, { early, agents, perform })
    if (after === run) {
      committer.after(() => {
        rest.perform()
        rest.reply({ ok: true, value: after })
      })
      return
    }
    this.#parts.live.set(after)
    if (run.state === 'waiting' && after.state !== 'waiting') {
      conditions.forget(run.id)
      this.#parts.leftWaiting(run.id)
    }
    watches.note(run.state === 'new' ? null : run, after)
    const actionNotes = this.#act(after, result.facts)
    const verdict = missed === undefined ? verdictOf(run, after, now) : missedVerdict(missed, now)
    const write: RunWrite = {
      run: after,
      expect: run.state === 'new' ? null : run.version,
      facts: [...result.facts, ...actionNotes].map((fact) => ({ ...fact, time: now })),
      ...(instant === null ? {} : { instant }),
      ...(verdict === null || verdict === undefined ? {} : { verdict }),
      ...(result.meta === null ? {} : { meta: result.meta }),
      ...(input.type === 'relabel' ? { relabelled: true } : {}),
    }
    if (verdict !== null && verdict !== undefined && run.origin.type === 'schedule')
      this.#parts.decided(run.jobId, run.origin.scheduleKey)
    committer.write(write, {
      durable: () => {
        if (observe !== undefined) observeChange(observe, run, after, clock.now())
        // A run that is due much later is left to the store, and has no timers.
        if (this.#release(after)) this.#disarm(after)
        else rest.perform()
        if (isFinished(after.state) && !isFinished(run.state)) this.#parts.ended(after)
        rest.reply({ ok: true, value: after })
      },
      conflict: () => {
        this.#conflict(after)
        rest.reply({ ok: false, rejection: conflict(after.id) })
      },
    })
  }

  #perform(run: Run, effects: readonly Effect[], decided = presentMoment(this.#parts.clock)): void {
    for (const effect of effects) this.#parts.perform(run, effect, decided)
  }

  #disarm(run: Run): void {
    this.#perform(run, [
      { type: 'disarm', key: 'due' },
      { type: 'disarm', key: 'hold' },
    ])
  }

  /** Actions follow in the same turn, so that the end of a run and what follows from it are durable together. */
  #act(run: Run, facts: readonly RunFact[]): RunFact[] {
    const hash = 'bound' in run ? run.bound?.definition : undefined
    const job = hash === undefined ? this.#parts.definitions.get(run.jobId) : this.#parts.definitions.pinned(hash)
    const actions = [...(job?.actions ?? []), ...this.#parts.actions]
    if (actions.length === 0) return []
    const notes: RunFact[] = []
    for (const fact of facts) {
      if (fact.type !== 'state') continue
      const planned = planActions(run, fact.state, actions, this.#parts.definitions.paramsOf)
      for (const { jobId, args } of planned.effects) this.#parts.follow(run, jobId, args, planned.depth)
      for (const message of planned.errors) notes.push({ type: 'log', message: `error: ${message}` })
    }
    return notes
  }

  /** What is durable and not live any more needs no place in memory. Whether it is a run that is due much later. */
  #release(run: Run): boolean {
    const { live, clock } = this.#parts
    const far =
      run.state === 'scheduled' && Math.min(run.times.schedule ?? 0, run.held?.until ?? Infinity) > clock.now() + NEAR
    if (live.get(run.id) === run && (isFinished(run.state) || far)) live.delete(run.id)
    return far
  }

  /** The store has another version: what is held here is not true. */
  #conflict(run: Run): void {
    const { log, conditions, live, watches } = this.#parts
    log.warn('the stored run is another version; it is read again', { run: run.id, version: run.version })
    conditions.forget(run.id)
    live.delete(run.id)
    watches.again(run.jobId, run.args)
    this.#parts.reload(run)
  }

  #bind(run: Run): BindResult {
    const job: Job | undefined = this.#parts.definitions.get(run.jobId)
    if (job === undefined) return { ok: false, message: `no job ${run.jobId}` }
    const bind = bindRun(job, { runId: run.id, args: run.args }, this.#parts.definitions.paramsOf)
    const { timeout, runtimes } = this.#parts
    if (!bind.ok || timeout === null || bind.bound.program.timeout !== null) return bind
    if (runtimes.get(bind.bound.program.type)?.on !== 'agent') return bind
    return { ok: true, bound: { ...bind.bound, program: { ...bind.bound.program, timeout } } }
  }

  /** A fresh identity for what the run will start, and the agent to ask if one is there. The run's id in it lets a lost release be found again. */
  #handle(run: Run, bound: Bound | null): { readonly handle: Handle; readonly choice: string | null } {
    const id = `${run.id}-${this.#parts.newId()}`
    const runtime = bound === null ? undefined : this.#parts.runtimes.get(bound.program.type)
    if (bound === null || runtime?.on !== 'agent') return { handle: { id, on: 'server', agent: null }, choice: null }
    const choice = this.#parts.agents.choose(runtime.group(bound.program), this.#parts.load)
    return {
      handle: { id, on: 'agent', agent: choice?.agent ?? null },
      choice: choice === null ? null : agentChoiceText(choice),
    }
  }
}

function missedVerdict(reason: string, at: Instant): RunWrite['verdict'] {
  return { verdict: 'missed', reason, at }
}

function conflict(id: RunId): Rejection {
  return { code: 'CONFLICT', message: `run ${id} was changed by something else at the same time` }
}
