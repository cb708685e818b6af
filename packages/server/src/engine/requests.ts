import { argsFault, type Job } from '@apsis/core/job'
import { newRun, type Origin, reasonFault, type Rejection, type Run, type RunId, withReason } from '@apsis/core/run'
import { formatInstant, type Instant } from '@apsis/core/time'
import type { CommandReply, ScheduleRequest } from './commands.ts'
import type { Definitions } from './definitions.ts'
import type { LiveRuns } from './live-runs.ts'
import type { Clock } from './ports.ts'
import type { RunTable } from './run-table.ts'
import { takesNothing } from './store-busy.ts'

/** Runs made in one turn: the others wait no longer for it than for a slice. */
const PIECE = 100

type Reply<T> = (answer: CommandReply<T>) => void

export interface RequestPorts {
  readonly clock: Clock
  readonly definitions: Definitions
  readonly live: LiveRuns
  readonly table: RunTable
  takeId(): RunId
  post(task: () => void): void
  /** A line for the log of a run, in a turn of its own. */
  note(id: RunId, message: string): void
  /** Puts an ad hoc job that has left in force again. */
  recall(job: Job): void
}

/** Runs that do not come from a schedule: asked for by users, reruns, and those that actions make. In the engine's turn only. */
export class Requests {
  readonly #ports: RequestPorts

  constructor(ports: RequestPorts) {
    this.#ports = ports
  }

  schedule(request: ScheduleRequest, reply: Reply<readonly Run[]>): void {
    const job = this.#ports.definitions.get(request.jobId)
    if (job === undefined) {
      reply(rejected('JOB_UNKNOWN', `no job ${request.jobId}`))
      return
    }
    const problem = argsFault(job, request.args)
    if (problem !== null) {
      reply(rejected('ARGS', problem))
      return
    }
    const fault = reasonFault(request.reason)
    if (fault !== null) {
      reply(rejected('REQUEST', fault))
      return
    }
    const runs: Run[] = []
    let left = request.count
    let refused: { readonly ok: false; readonly rejection: Rejection } | null = null
    if (left === 0) reply({ ok: true, value: runs })
    const one: Reply<Run> = (answer) => {
      if (answer.ok) runs.push(answer.value)
      else refused = answer
      left--
      if (left === 0) reply(refused ?? { ok: true, value: runs })
    }
    const origin = request.origin ?? { type: 'request' }
    const note = withReason(`scheduled: ${request.time === null ? 'now' : formatInstant(request.time)}`, request.reason)
    let made = 0
    const some = (): void => {
      for (const end = Math.min(made + PIECE, request.count); made < end; made++)
        this.#make(job, request, origin, note, one)
      if (made < request.count) this.#ports.post(some)
    }
    some()
  }

  /** A run as that one was. The log of each names the other, in one commit. */
  rerun(run: Run, reason: string | null, reply: Reply<Run>): void {
    const job = this.#ports.definitions.get(run.jobId) ?? this.#leftAdHoc(run)
    if (job === undefined) {
      reply(rejected('JOB_UNKNOWN', `no job ${run.jobId}`))
      return
    }
    // The stop time is as far from the start as it was (spec/decisions.md: it is computed again).
    const { stop, schedule } = run.times
    const away = stop === undefined || schedule === undefined ? null : stop - schedule
    const request = { args: run.args, time: null, stop: away === null ? null : this.#ports.clock.now() + away }
    const note = withReason(`scheduled as rerun of ${run.id}`, reason)
    const id = this.#make(job, request, { type: 'rerun', of: run.id }, note, reply)
    this.#ports.table.apply(run, { type: 'note', message: withReason(`rerun as ${id}`, reason) })
  }

  /** The ad hoc job of a run, in force again: it had left when its runs were over. */
  #leftAdHoc(run: Run): Job | undefined {
    const job = 'bound' in run && run.bound !== null ? this.#ports.definitions.pinned(run.bound.definition) : undefined
    if (job?.adHoc !== true) return undefined
    this.#ports.recall(job)
    return job
  }

  /** Makes a run that an action of `of` wants. */
  follow(of: Run, jobId: string, args: Run['args'], depth: number): void {
    const job = this.#ports.definitions.get(jobId)
    const problem = job === undefined ? `no job ${jobId}` : argsFault(job, args)
    if (job === undefined || problem !== null) {
      this.#ports.note(of.id, `error: action: ${problem ?? ''}`)
      return
    }
    const origin: Origin = { type: 'action', of: of.id, depth }
    this.#make(job, { args, time: null, stop: null }, origin, `scheduled by action of ${of.id}`)
  }

  #make(
    job: Job,
    request: Pick<ScheduleRequest, 'args' | 'time' | 'stop'>,
    origin: Origin,
    note: string,
    reply?: Reply<Run>,
  ): RunId {
    const { clock, table, live } = this.#ports
    const now = clock.now()
    const schedule = request.time ?? now
    const id = this.#ports.takeId()
    const seed = { id, jobId: job.id, args: request.args, labels: job.labels, origin, schedule, stop: request.stop }
    table.create(newRun(seed, now), note, null, reply)
    const begin = (): void => {
      const run = live.get(id)
      if (run?.state === 'scheduled' && schedule <= now) table.begin(run, 'due')
    }
    // Already due: it needs no timer, and begins in the same commit. But what an action makes begins in a turn of its own: a run that ends
    // as it begins would have its actions carried out within those of the first, and so on.
    if (origin.type === 'action') this.#ports.post(begin)
    else begin()
    return id
  }
}

/** A refusal as a reply. */
export function rejected(
  code: Rejection['code'],
  message: string,
): { readonly ok: false; readonly rejection: Rejection } {
  return { ok: false, rejection: { code, message } }
}

/** The store took what the command decided never, as a defect of ours: nothing of it is in force. */
export function refusedByStore(): ReturnType<typeof rejected> {
  return rejected('CONFLICT', 'the store refused the change, and it is undone: the log of the server says why')
}

/** While nothing is durable nothing can be promised, and whoever asks is told so rather than left without an answer. */
export function storeFails(since: Instant): ReturnType<typeof rejected> {
  return rejected('BUSY', takesNothing(since))
}
