import {
  decidePause,
  isActive,
  MAX_PAUSES,
  type Pause,
  pauseJson,
  type PauseDecision,
  pauseText,
  readPause,
} from '@apsis/core/pause'
import { givenReason, reasonFault, type Run, type RunId, type ScheduledRun, withReason } from '@apsis/core/run'
import { formatInstant, HOUR, type Instant } from '@apsis/core/time'
import type { RecordRow } from '@apsis/store/port'
import type { CommandReply, PauseRequest } from './commands.ts'
import type { Committer } from './committer.ts'
import type { Definitions } from './definitions.ts'
import type { LiveRuns } from './live-runs.ts'
import type { Clock, Log, NewId } from './ports.ts'
import { refusedByStore, rejected } from './requests.ts'
import type { Timers } from './timers.ts'

/** How long an ended pause is kept: so long after a start, everything that came due while no server ran is decided. */
const KEPT = HOUR
/** Runs that pauses may hold at once, unless said: each is in memory. What comes due beyond is skipped, and says so. */
const MAX_HELD = 50_000
/** Runs released in one turn. */
const PIECE = 100

export interface PausePorts {
  readonly clock: Clock
  readonly newId: NewId
  readonly log: Log
  readonly timers: Timers
  readonly committer: Committer
  readonly definitions: Pick<Definitions, 'get'>
  readonly live: LiveRuns
  /** Runs that pauses may hold at once; absent: `MAX_HELD`. */
  readonly maxHeld: number | undefined
  readonly post: (task: () => void) => void
  /** Holds a run no longer, and decides anew what its time means. */
  release(run: ScheduledRun, reason: string): void
}

/** The pauses in force, and for a while those that have ended. In the engine's turn only. */
export class Pauses {
  readonly #ports: PausePorts
  readonly #pauses = new Map<string, Pause>()

  constructor(ports: PausePorts) {
    this.#ports = ports
  }

  /** Takes up what is stored: before anything becomes due. */
  load(rows: readonly RecordRow[]): void {
    for (const { id, json } of rows) {
      const pause = readPause(json)
      if (!pause.ok) {
        this.#ports.log.error('a pause can no longer be read and is set aside', { pause: id, problem: pause.message })
        continue
      }
      this.#put(pause.value)
      const active = isActive(pause.value, this.#ports.clock.now())
      // It ended while no server ran, or before the end of it was durable: that is still to be said.
      if (json['ended'] === false && !active) this.#ports.post(() => this.#end(pause.value, 'the pause has ended'))
      // Of an earlier version, which did not note it: what has ended was said then, what has not is noted from now on.
      if (json['ended'] === undefined && active) this.#ports.post(() => this.#noteComing(id))
    }
  }

  /** Those in force, oldest first. */
  active(): readonly Pause[] {
    const now = this.#ports.clock.now()
    const active = [...this.#pauses.values()].filter((pause) => isActive(pause, now))
    return active.sort((left, right) => left.createdAt - right.createdAt)
  }

  add(request: PauseRequest, reply: (answer: CommandReply<Pause>) => void): void {
    const { clock, newId, committer } = this.#ports
    const now = clock.now()
    const refusal = this.#refusal(request, now)
    if (refusal !== null) {
      reply(refusal)
      return
    }
    const { scope, target, until, mode, reason } = request
    const pause: Pause = { id: newId(), scope, target, createdAt: now, until, mode, reason: givenReason(reason) }
    this.#put(pause)
    this.#store(pause, false)
    committer.fact({ type: 'pause', change: 'added', pauseId: pause.id }, now)
    committer.after(
      () => reply({ ok: true, value: pause }),
      () => {
        this.#undo(pause)
        reply(refusedByStore())
      },
    )
  }

  resume(id: string, reason: string | null, reply: (answer: CommandReply<Pause>) => void): void {
    const { clock, committer } = this.#ports
    const now = clock.now()
    const pause = this.#pauses.get(id)
    const fault = reasonFault(reason)
    if (fault !== null) {
      reply(rejected('REQUEST', fault))
      return
    }
    if (pause === undefined || !isActive(pause, now)) {
      reply(rejected('PAUSE_UNKNOWN', `no pause ${id} is in force`))
      return
    }
    const ended = { ...pause, until: now }
    this.#put(ended)
    this.#end(ended, withReason('the pause has ended', reason))
    committer.after(
      () => reply({ ok: true, value: ended }),
      () => {
        // What it held has begun, and stays so.
        this.#put(pause)
        reply(refusedByStore())
      },
    )
  }

  /** Decides what the pauses mean for a run whose time has come. Only what schedules make is paused. */
  decide(run: ScheduledRun): PauseDecision {
    const now = this.#ports.clock.now()
    if (run.origin.type !== 'schedule' || this.#pauses.size === 0) return { type: 'begin' }
    const room = this.#ports.live.held < (this.#ports.maxHeld ?? MAX_HELD)
    // Those of its job as they are now: the run's may have yet to follow.
    const labels = this.#ports.definitions.get(run.jobId)?.labels ?? run.labels
    const asked = { ...run, labels, due: run.times.schedule ?? now }
    const decision = decidePause(this.#pauses.values(), asked, now, room)
    // Its end may have come already, and is to come again: the clock was set back.
    const pause = decision.type === 'hold' ? this.#pauses.get(decision.pause) : undefined
    if (pause !== undefined && pause.until !== null) this.#armEnd(pause, pause.until)
    return decision
  }

  /** A run was taken up from the store: the pause that holds it may have ended while no server ran. */
  takenUp(run: Run): void {
    if (run.state !== 'scheduled' || run.held === null || run.held.pause === null) return
    const pause = this.#pauses.get(run.held.pause)
    if (pause === undefined || !isActive(pause, this.#ports.clock.now())) this.#release(run.id, 'the pause has ended')
  }

  #refusal({ scope, target, until, reason }: PauseRequest, now: number): ReturnType<typeof rejected> | null {
    const fault = reasonFault(reason)
    if (fault !== null) return rejected('REQUEST', fault)
    if (target === '')
      return rejected('REQUEST', 'target is empty: expected a job, a prefix of jobs ending in /, or a label')
    if (scope === 'job' && !target.endsWith('/') && this.#ports.definitions.get(target) === undefined) {
      return rejected('JOB_UNKNOWN', `no job ${target}`)
    }
    if (until !== null && until <= now) {
      return rejected('REQUEST', `until is ${formatInstant(until)}: expected a time to come`)
    }
    if (this.active().length >= MAX_PAUSES) return rejected('TOO_MANY', `${MAX_PAUSES} pauses are in force`)
    return null
  }

  #put(pause: Pause): void {
    const { timers, clock, post } = this.#ports
    this.#pauses.set(pause.id, pause)
    if (pause.until === null) return
    const now = clock.now()
    if (pause.until > now) this.#armEnd(pause, pause.until)
    else timers.clear(`pause ${pause.id}/end`)
    timers.set(`pause ${pause.id}/forget`, Math.max(pause.until, now) + KEPT, () => post(() => this.#forget(pause.id)))
  }

  #armEnd(pause: Pause, until: Instant): void {
    const { timers, post } = this.#ports
    timers.set(`pause ${pause.id}/end`, until, () => post(() => this.#end(pause, 'the pause has ended')))
  }

  /** A pause that is not stored: what it held meanwhile goes on. */
  #undo(pause: Pause): void {
    this.#pauses.delete(pause.id)
    for (const timer of ['end', 'forget']) this.#ports.timers.clear(`pause ${pause.id}/${timer}`)
    this.#letGo(pause, 'the pause could not be stored')
  }

  #forget(id: string): void {
    this.#pauses.delete(id)
    this.#ports.committer.extra({ removedRecords: [{ kind: 'pause', id }] })
  }

  /** Its end is told as of when it was due, however late that is; that it was told is durable with it. */
  #end(pause: Pause, reason: string): void {
    const { log, committer, clock } = this.#ports
    const at = Math.min(clock.now(), pause.until ?? Number.POSITIVE_INFINITY)
    log.info('a pause has ended', { pause: pauseText(pause), at: formatInstant(at) })
    committer.fact({ type: 'pause', change: 'ended', pauseId: pause.id }, at)
    this.#store(pause, true)
    this.#letGo(pause, reason)
  }

  /** The end of this pause is still to be told, also if it comes while no server runs. */
  #noteComing(id: string): void {
    const pause = this.#pauses.get(id)
    if (pause !== undefined && isActive(pause, this.#ports.clock.now())) this.#store(pause, false)
  }

  /** `ended`: its end was told. */
  #store(pause: Pause, ended: boolean): void {
    const json = { ...pauseJson(pause), ended }
    this.#ports.committer.extra({ records: [{ kind: 'pause', id: pause.id, json }] })
  }

  /** Releases what a pause holds, in order of time, some in each turn. */
  #letGo(pause: Pause, reason: string): void {
    const { live, post, committer } = this.#ports
    // Those that it holds now: what it might hold after, as when the clock is set back, must not keep this from ending.
    let left = live.countHeldBy(pause.id)
    const some = (): void => {
      for (const then = Math.max(0, left - PIECE); left > then; left--) {
        const id = live.firstHeldBy(pause.id)
        if (id === undefined) return
        this.#release(id, reason)
      }
      if (left > 0) committer.whenRoom(() => post(some))
    }
    some()
  }

  #release(id: RunId, reason: string): void {
    const run = this.#ports.live.get(id)
    if (run?.state !== 'scheduled' || run.held === null || run.held.pause === null) return
    this.#ports.release(run, reason)
  }
}
