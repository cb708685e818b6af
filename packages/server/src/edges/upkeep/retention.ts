import { resolve } from 'node:path'
import { type RetentionRule, rulesOfJob } from '@apsis/core/config'
import { type Duration, formatElapsed, type Instant } from '@apsis/core/time'
import type { RunId } from '@apsis/core/run'
import type { DueRun, Maintenance, RunRemoval } from '@apsis/store/port'
import type { Clock, Log } from '../../engine/index.ts'
import type { AgeClock } from './age-clock.ts'
import { instantBounds } from './instant-bounds.ts'
import type { Turns } from './turns.ts'

/** Between the end of a pass and the next, ms. */
const REST = 60_000
/** Between two slices, ms: so that what must be written meanwhile is not behind a row of them. */
const BREATH = 10
/** Runs of one slice. */
const SLICE = 200
/** Instants of one slice: a row each. */
const INSTANTS = 1_000
/** How long a run may stay beyond its time before that is said, and how long until it is said again, ms. */
const BEHIND = 3_600_000
/** From how far on it counts that the wall clock is ahead of the one of ages, ms. */
const SET = 60_000
/** How often what nothing refers to any more is looked for, ms. */
const SWEEP = 86_400_000

export interface RetentionOptions {
  readonly rules: readonly RetentionRule[]
  readonly maintenance: Maintenance
  /** What paths of archives are relative to. */
  readonly dataFolder: string
  readonly clock: Pick<Clock, 'now' | 'monotonic' | 'after'>
  /** What ages count by. */
  readonly ages: Pick<AgeClock, 'now' | 'behind'>
  readonly log: Log
  /** Of all that takes runs out of the store. */
  readonly turns: Turns
  /** Told which runs are gone, some of a slice at a time. */
  readonly gone: (removal: RunRemoval) => void
}

/** What became of a slice: its last run, when the oldest of it that stays was due, and how many the archive refused. */
interface Slice {
  readonly last: RunId
  readonly left: Instant | null
  readonly refused: number
}

/** Removes or archives runs as the rules of the config say, all the time, in small slices. */
export class Retention {
  readonly #options: RetentionOptions
  #stopped = false
  #wake = (): void => {}
  #running: Promise<void> = Promise.resolve()
  #overdue: Instant | null = null
  // On the clock that is never set.
  #saidAt = -Infinity
  #refusedAt = -Infinity
  #sweptAt: number
  #removed = 0
  #unswept = 0

  constructor(options: RetentionOptions) {
    this.#options = options
    this.#sweptAt = options.clock.monotonic()
  }

  /** Goes on until it is stopped. Without rules it does nothing. */
  start(): void {
    const { rules, ages, log } = this.#options
    if (rules.length === 0) return
    const ahead = ages.behind()
    if (ahead >= SET) {
      const held = `the clock is ${formatElapsed(ahead)} ahead of where ages were when a server ran last`
      log.warn(
        `retention: ${held}; until servers have run for a day since, nothing goes by those ${formatElapsed(ahead)}`,
      )
    }
    this.#running = this.#run()
  }

  /** Resolves when the slice that is under way is done; a sweep ends at its next slice, and is made anew another day. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#wake()
    await this.#running
  }

  /** How long ago by the wall clock the oldest run that should be gone should have gone, ms; 0 where there is none. Null without rules. */
  lag(): number | null {
    if (this.#options.rules.length === 0) return null
    return this.#overdue === null ? 0 : Math.max(0, this.#options.clock.now() - this.#overdue)
  }

  /** Runs that were removed or archived since the start. */
  get removed(): number {
    return this.#removed
  }

  /** One pass over all jobs. */
  async pass(): Promise<void> {
    const { rules, maintenance, log } = this.#options
    const failing = new Set<string>()
    let left: Instant | null = null
    for (const jobId of await maintenance.jobIds()) {
      const ofJob = rulesOfJob(rules, jobId)
      await this.#instants(jobId, ofJob)
      for (const rule of ofJob) {
        if (this.#stopped) return
        try {
          const rest: Instant | null = await this.#apply(jobId, rule, failing.has(rule.archive ?? ''))
          left = earliest(left, rest)
        } catch (error) {
          failing.add(rule.archive ?? '')
          log.error('retention: runs that are due stay', { job: jobId, error: messageOf(error) })
          left = earliest(left, this.#overdue)
        }
      }
    }
    this.#overdue = left
    this.#warn()
  }

  /** Applies a rule to a job. When the oldest run that stays was due; null where none stays. `idle`: only looks. */
  async #apply(jobId: string, rule: RetentionRule, idle: boolean): Promise<Instant | null> {
    const { age, count } = rule
    if (age === null && count === null) return null
    let left: Instant | null = null
    let refused = 0
    let after: RunId | null = null
    while (!this.#stopped) {
      const from: RunId | null = after
      const slice: Slice | null = await this.#options.turns.take(() => this.#slice(jobId, rule, from, idle))
      if (slice === null) break
      if (idle) return slice.left
      // What the archive refuses, or what changed meanwhile, stays, and does not stop the rest: it is looked at again in the next pass.
      after = slice.last
      refused += slice.refused
      left = earliest(left, slice.left)
      await this.#sleep(BREATH)
    }
    this.#say(jobId, rule, refused)
    return age === null ? left : earliest(left, await this.#early(jobId, rule.states, age))
  }

  /** Applies a rule to the first runs of a job that are due, after some; null where none is due. `idle`: only looks. */
  async #slice(jobId: string, rule: RetentionRule, after: RunId | null, idle: boolean): Promise<Slice | null> {
    const { states, age, count, archive } = rule
    const { maintenance, dataFolder, ages, gone } = this.#options
    const before = age === null ? null : ages.now() - age
    const selection = { jobId, states, before, keep: count }
    const due = await maintenance.due([after === null ? selection : { ...selection, after }], SLICE)
    const last = due.at(-1)?.runId
    if (last === undefined) return null
    const since = overdueSince(due, age)
    this.#overdue = earliest(this.#overdue, since)
    if (idle) return { last, left: since, refused: 0 }
    this.#warn()
    const others = new Set(
      archive === null ? [] : (await maintenance.archive(resolve(dataFolder, archive), due)).refused,
    )
    const going = due.filter(({ runId }) => !others.has(runId))
    const staying = due.filter(({ runId }) => others.has(runId))
    const removed = await maintenance.remove(going, ages.now(), gone)
    this.#removed += removed
    this.#unswept += removed
    return { last, left: removed === 0 ? since : overdueSince(staying, age), refused: staying.length }
  }

  /** Since when a run is due by the wall clock that is not by the clock of ages, and so stays: it is behind, and that is to be seen. */
  async #early(jobId: string, states: RetentionRule['states'], age: Duration): Promise<Instant | null> {
    const { maintenance, ages, clock } = this.#options
    if (this.#stopped || ages.behind() < SET) return null
    return overdueSince(await maintenance.due([{ jobId, states, before: clock.now() - age, keep: null }], SLICE), age)
  }

  /** Removes decided instants of a job that have no run: those that never had one, and those whose run went before they were old enough. */
  async #instants(jobId: string, rules: readonly RetentionRule[]): Promise<void> {
    const { maintenance, ages, log } = this.#options
    try {
      for (const { verdicts, age, count } of instantBounds(rules)) {
        while (!this.#stopped) {
          const at = ages.now()
          const selection = { jobId, verdicts, before: age === null ? null : at - age, keep: count, at }
          if ((await maintenance.removeInstants(selection, INSTANTS)) < INSTANTS) break
          await this.#sleep(BREATH)
        }
      }
    } catch (error) {
      log.error('retention: instants that are due to go stay', { job: jobId, error: messageOf(error) })
    }
  }

  #say(job: string, { archive }: RetentionRule, refused: number): void {
    const { clock, log } = this.#options
    if (refused === 0 || clock.monotonic() - this.#refusedAt < BEHIND) return
    this.#refusedAt = clock.monotonic()
    const message =
      'retention: the archive has other runs of these ids, or another archive that cannot be read may have them: they stay'
    log.error(message, { job, archive, runs: refused })
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.pass()
        await this.#sweep()
      } catch (error) {
        this.#options.log.error('retention failed; it is tried again', { error: messageOf(error) })
      }
      await this.#sleep(REST)
    }
  }

  async #sweep(): Promise<void> {
    const now = this.#options.clock.monotonic()
    if (this.#stopped || this.#unswept === 0 || now - this.#sweptAt < SWEEP) return
    const swept = this.#unswept
    await this.#options.maintenance.sweep(() => !this.#stopped)
    // One that failed is made again.
    this.#sweptAt = now
    this.#unswept -= swept
  }

  #warn(): void {
    const { clock, ages, log } = this.#options
    const lag = this.lag() ?? 0
    if (lag < BEHIND || clock.monotonic() - this.#saidAt < BEHIND) return
    this.#saidAt = clock.monotonic()
    const set = ages.behind()
    const why =
      set < SET ? '' : `; the clock went forward by ${formatElapsed(set)}, which counts when it has lasted a day`
    log.warn(`retention is behind: a run should have gone ${formatElapsed(lag)} ago${why}`, { removed: this.#removed })
  }

  #sleep(ms: number): Promise<void> {
    if (this.#stopped) return Promise.resolve()
    const { clock } = this.#options
    return new Promise((done) => {
      const cancel = clock.after(ms, done)
      this.#wake = () => {
        cancel()
        done()
      }
    })
  }
}

/** Since when the oldest of these is due; null where that is not by age. */
function overdueSince(due: readonly DueRun[], age: number | null): Instant | null {
  return age === null || due.length === 0
    ? null
    : due.reduce((oldest, { changed }) => Math.min(oldest, changed + age), Infinity)
}

function earliest(left: Instant | null, right: Instant | null): Instant | null {
  if (left === null || right === null) return left ?? right
  return Math.min(left, right)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
