import type { Backfill } from '@apsis/core/backfill'
import type { Job } from '@apsis/core/job'
import type { Pause } from '@apsis/core/pause'
import { type Run, type RunId, type RunInput, recover, runId } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'
import type { JobRow } from '@apsis/store/port'
import { agentEvent } from './agent-runs.ts'
import { agentRecord, rememberedAgent } from './agents/agent-record.ts'
import { tellClockBehind } from './clock-behind.ts'
import type {
  BackfillPreview,
  BackfillRequest,
  CommandReply,
  Commands,
  JobChanges,
  Operation,
  PauseRequest,
  ScheduleRequest,
} from './commands.ts'
import type { Conditions } from './conditions.ts'
import { type DecidedAhead, decidedAhead } from './decided-ahead.ts'
import type { Definitions } from './definitions.ts'
import type { Drains } from './drains.ts'
import { perform } from './effects.ts'
import { JobChangeRefused } from './job-changes.ts'
import { releaseLeftovers } from './leftovers.ts'
import type { EngineLoad, EngineOptions } from './options.ts'
import type { AgentEvent, AgentView } from './ports.ts'
import { refillLater } from './refill.ts'
import { rejected, storeFails } from './requests.ts'
import { NEAR } from './run-table.ts'
import type { SanityReport } from './sanity-report.ts'
import { StoreBusy } from './store-busy.ts'
import { type EngineParts, engineParts } from './parts.ts'

/** Inputs that may wait before further commands are refused with BUSY. */
const MAX_WAITING = 200_000
/** Runs taken up in one turn. */
const PIECE = 250
/** Scheduled runs that are read to see whether they can be. */
const PROBED = 100
/** How long stopping waits for what was decided to become durable, ms. */
const STOPPING = 5_000

/**
 * The run engine: one mailbox, one writer. Every input goes through the core's `step`; what it decides is committed, published, and only then
 * carried out (architecture, section 5).
 */
export class Engine implements Commands {
  /** Agents that take no new procs. */
  readonly drains: Drains
  readonly #options: EngineOptions
  readonly #parts: EngineParts
  readonly #ready = Promise.withResolvers<void>()
  #nextRun = 1
  #stopped = false
  #stopRefill = (): void => {}

  constructor(options: EngineOptions) {
    this.#options = options
    this.#parts = engineParts(options, {
      due: (id) => this.#due(id),
      input: (id, input) => this.#input(id, input),
      takeUp: (run) => this.#takeUp(run),
      takeId: () => this.#takeId(),
      command: (task) => this.#command(task),
    })
    this.drains = this.#parts.drains
  }

  /** Takes up what the store has, then plans. Rejects with `StoreError` where that cannot be read. Resolves when every live run is taken up; agents may register before. `stored`: the store's jobs, where they are read. `aside`: those of them that are neither in force nor gone. */
  async start(
    jobs: readonly Job[],
    stored: readonly JobRow[] | null = null,
    aside: readonly string[] = [],
  ): Promise<JobChanges> {
    const { read } = this.#options.store
    const [nextRun, live, pauses, backfills, drains, agents, relabels, gone] = await Promise.all([
      read.nextRun(),
      read.liveRuns(),
      read.records('pause'),
      read.records('backfill'),
      read.records('drain'),
      read.records('agent'),
      read.records('relabel'),
      read.records('gone'),
      // What is due soon is read when jobs are in force. That it can be read is to be known before anything is promised.
      read.scheduledRuns(this.#options.clock.now() + NEAR, PROBED),
    ])
    this.#options.agents.remember(agents.map(rememberedAgent).filter((view) => view !== null))
    this.drains.load(drains)
    this.#nextRun = nextRun
    this.#parts.pauses.load(pauses)
    this.#parts.relabels.load(relabels)
    this.#parts.gone.load(gone)
    this.#parts.backfills.load(backfills, live)
    await this.#parts.stored.pin(live)
    await this.#parts.heartbeat.start(this.#options.store)
    const changes = await this.#parts.planning.load(jobs, stored, aside)
    for (const run of live) {
      if ('handle' in run && run.handle?.agent) this.#options.agents.expect(run.handle.agent)
    }
    await this.#takeUpAll(live)
    const { heartbeat, cursors } = this.#parts
    tellClockBehind(this.#options.clock.now(), heartbeat.reached, cursors, this.#options.log)
    this.#parts.planning.start()
    this.#parts.sanity.start()
    this.#stopRefill = refillLater(
      {
        store: this.#options.store,
        clock: this.#options.clock,
        failing: this.#parts.failing,
        live: this.#parts.live,
        take: (runs, isStale) => this.#takeUpAll(runs, isStale),
      },
      0,
    )
    if (this.#stopped) this.#stopRefill()
    this.#post(() => this.#parts.backfills.start())
    this.#ready.resolve()
    return changes
  }

  /** Stops deciding. What was decided and is not durable yet is finished first. */
  async stop(): Promise<void> {
    if (this.#stopped) return
    this.#parts.heartbeat.record()
    this.#halt()
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.after(STOPPING, resolve)
      void this.#parts.committer.idle().then(() => {
        cancel()
        resolve()
      })
    })
    this.#parts.committer.stop()
  }

  /** Stops as a crash would: at once, whatever is under way. For simulation. */
  crash(): void {
    this.#halt()
    this.#parts.committer.stop()
  }

  get definitions(): Pick<Definitions, 'get' | 'all' | 'size' | 'adHoc' | 'paramsOf'> {
    return this.#parts.definitions
  }

  /** The run as decided, which may be ahead of the store; undefined when only the store has it. */
  live(id: RunId): Run | undefined {
    return this.#parts.live.get(id)
  }

  /** Why a waiting run waits, as of now; null when it does not wait, or was not asked yet. */
  reason(id: RunId): ReturnType<Conditions['reason']> {
    return this.#parts.conditions.reason(id)
  }

  /** Counts for whoever watches the server. */
  load(): EngineLoad {
    return {
      scheduled: this.#parts.live.countOf('scheduled'),
      waiting: this.#parts.live.countOf('waiting'),
      starting: this.#parts.live.countOf('starting'),
      running: this.#parts.live.countOf('running'),
      stopping: this.#parts.live.countOf('stopping'),
      timers: this.#parts.timers.size,
      inputs: this.#parts.mailbox.length,
      failingSince: this.#failingSince(),
    }
  }

  /** Whether nothing waits to be done, and nothing is due within so many milliseconds. */
  quietFor(ms: number): boolean {
    const { mailbox, timers, live } = this.#parts
    return mailbox.length === 0 && live.countOf('starting') === 0 && timers.quietFor(ms)
  }

  /** Looks now whether schedules, ledger and runs fit together. Rejects when the store cannot be read. */
  async sanity(): Promise<SanityReport> {
    await this.#ready.promise
    return this.#parts.sanity.check()
  }

  /** What was found when it was last looked, every minute; `at` says when. Null before the first look. */
  lastSanity(): SanityReport | null {
    return this.#parts.sanity.last
  }

  /** Instants that are overdue, have no verdict, and that nothing explains, as last counted: within a minute or so. Null: not known. */
  unaccounted(): number | null {
    return this.#parts.sanity.last?.unaccounted ?? null
  }

  /** How many live runs an agent was given. */
  loadOf(connId: string): number {
    return this.#parts.live.countOfAgent(connId)
  }

  agent(event: AgentEvent): void {
    this.#post(() => {
      agentEvent(event, {
        live: this.#parts.live,
        runtimes: this.#options.runtimes,
        apply: (run, input) => this.#parts.table.apply(run, input),
        perform: (run, effects) => {
          // What makes an effect right, the run itself above all, may be decided and not durable yet.
          if (effects.length > 0)
            this.#parts.committer.after(() => effects.forEach((effect) => perform(run, effect, this.#parts.effects)))
        },
        now: () => this.#options.clock.now(),
        available: () => this.#parts.assignments.offer(),
      })
      if (event.type !== 'registered') return
      const { store, agents } = this.#options
      releaseLeftovers(event.connId, event.procIds, {
        live: this.#parts.live,
        read: store.read,
        agents,
        reads: this.#parts.reads,
        nextRun: () => this.#nextRun,
      })
    })
  }

  /** These finished runs are gone from the store, or some of them: what conditions know of them is asked again. */
  removed(runIds: readonly RunId[]): void {
    this.#post(() => this.#parts.table.removed(new Set(runIds)))
  }

  /** An agent came, went or changed: a fact for the live feed, and kept for the server after this one. */
  agentChanged(view: AgentView, listed = true): void {
    this.#post(() => {
      const change = !listed ? 'removed' : view.connected ? 'connected' : 'disconnected'
      const data = this.drains.dataOf(view)
      const { committer } = this.#parts
      committer.fact({ type: 'agent', change, connId: view.conn.conn_id, data }, this.#options.clock.now())
      const record = agentRecord(view)
      committer.extra(listed ? { records: [record] } : { removedRecords: [record] })
    })
  }

  operate(id: RunId, operation: Operation): Promise<CommandReply<Run>> {
    return this.#command((reply) => this.#parts.operations.operate(id, operation, reply))
  }

  schedule(request: ScheduleRequest): Promise<CommandReply<readonly Run[]>> {
    // New work is refused while nothing can be made durable; what is asked of runs there are is taken and waits; but a stop goes to a process that runs.
    const { failingSince } = this.#parts.committer
    if (failingSince !== null) return Promise.resolve(storeFails(failingSince))
    return this.#command((reply) => this.#parts.requests.schedule(request, reply))
  }

  rerun(id: RunId, reason: string | null = null): Promise<CommandReply<Run>> {
    return this.#command((reply) => this.#parts.operations.rerun(id, reason, reply))
  }

  pause(request: PauseRequest): Promise<CommandReply<Pause>> {
    return this.#command((reply) => this.#parts.pauses.add(request, reply))
  }

  resume(pauseId: string, reason: string | null = null): Promise<CommandReply<Pause>> {
    return this.#command((reply) => this.#parts.pauses.resume(pauseId, reason, reply))
  }

  pauses(): readonly Pause[] {
    return this.#parts.pauses.active()
  }

  backfill(request: BackfillRequest): Promise<CommandReply<Backfill>> {
    const { failingSince } = this.#parts.committer
    if (failingSince !== null) return Promise.resolve(storeFails(failingSince))
    return this.#command((reply) => this.#parts.backfills.add(request, reply))
  }

  previewBackfill(request: BackfillRequest, limit: number): Promise<CommandReply<BackfillPreview>> {
    return this.#command((reply) => this.#parts.backfills.preview(request, limit, reply))
  }

  cancelBackfill(id: string, reason: string | null = null): Promise<CommandReply<Backfill>> {
    return this.#command((reply) => this.#parts.backfills.cancel(id, reason, reply))
  }

  backfills(): readonly Backfill[] {
    return this.#parts.backfills.all()
  }

  /** Rejects with `JobChangeRefused` where the store refuses the change or a job of it cannot be read, and with `StoreError` where it cannot be read: then nothing has changed. */
  async applyJobs(jobs: readonly Job[]): Promise<JobChanges> {
    await this.#ready.promise
    return this.#parts.planning.apply(jobs)
  }

  /** Calls back, once, with since when the store takes nothing: at once while that is so, else when it begins. The result forgets that. */
  whenStoreFails(callback: (since: Instant) => void): () => void {
    return this.#parts.committer.whenFailing(callback)
  }

  /** What `applyJobs` would change. */
  jobChanges(jobs: readonly Job[]): JobChanges {
    return this.#parts.planning.changes(jobs)
  }

  /** Which instants of jobs, due from a time on, have their verdict. Rejects with `StoreError`. */
  decidedAhead(jobIds: readonly string[], from: Instant): Promise<DecidedAhead> {
    return decidedAhead(this.#options.store.read, jobIds, from)
  }

  /** Puts an ad hoc job in force; resolves when it is durable, rejects with `JobChangeRefused` when the store refuses it, with `StoreBusy` while it takes nothing. */
  async addJob(job: Job): Promise<void> {
    await this.#ready.promise
    const { failingSince } = this.#parts.committer
    if (failingSince !== null) throw new StoreBusy(failingSince, 'the job is not in force')
    return new Promise((resolve, reject) =>
      this.#post(() => {
        const plan = this.#parts.planning.put(job)
        this.#parts.committer.after(
          () => {
            this.#post(plan)
            resolve()
          },
          () => {
            this.#parts.definitions.remove(job.id)
            reject(new JobChangeRefused())
          },
        )
      }),
    )
  }

  /** Since when the store takes nothing, or something that the engine needs cannot be read. */
  #failingSince(): Instant | null {
    const { committer, failing } = this.#parts
    const since = [committer.failingSince, failing.since].filter((at) => at !== null)
    return since.length === 0 ? null : Math.min(...since)
  }

  #due(id: RunId): void {
    this.#parts.heartbeat.turn()
    this.#parts.operations.due(id)
  }

  #input(id: RunId, input: RunInput): void {
    const run = this.#parts.live.get(id)
    if (run !== undefined) this.#parts.table.apply(run, input)
  }

  /** Takes runs up in slices, so that nothing due meanwhile is late for it. */
  #takeUpAll(runs: readonly Run[], isStale: (run: Run) => boolean = () => false): Promise<void> {
    return new Promise((resolve) => {
      const from = (start: number): void => {
        for (const run of runs.slice(start, start + PIECE)) if (!isStale(run)) this.#takeUp(run)
        if (start + PIECE < runs.length) this.#post(() => from(start + PIECE))
        else resolve()
      }
      this.#post(() => from(0))
    })
  }

  #takeUp(run: Run): void {
    if (this.#parts.live.get(run.id) !== undefined) return
    this.#parts.table.hold(run)
    for (const effect of recover(run, this.#options.clock.now())) perform(run, effect, this.#parts.effects)
    this.#parts.pauses.takenUp(run)
  }

  #command<T>(task: (reply: (answer: CommandReply<T>) => void) => void): Promise<CommandReply<T>> {
    return new Promise((resolve) => {
      if (this.#stopped) resolve(rejected('BUSY', 'the server is shutting down'))
      else if (this.#parts.mailbox.length > MAX_WAITING) resolve(rejected('BUSY', 'too much is waiting to be done'))
      else void this.#ready.promise.then(() => this.#post(() => task(resolve)))
    })
  }

  #post(task: () => void): void {
    this.#parts.mailbox.post(task)
  }

  #halt(): void {
    this.#stopped = true
    this.#stopRefill()
    for (const part of [
      this.#parts.mailbox,
      this.#parts.timers,
      this.#parts.planning,
      this.#parts.reads,
      this.#parts.heartbeat,
      this.#parts.sanity,
    ])
      part.stop()
  }

  #takeId(): RunId {
    const id = runId(this.#nextRun++)
    this.#parts.committer.nextRun(this.#nextRun)
    return id
  }
}
