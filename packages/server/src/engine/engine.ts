import type { Job } from '@apsis/core/job'
import { isFinished, newRun, type Run, type RunId, type RunInput, recover, runId } from '@apsis/core/run'
import { formatInstant } from '@apsis/core/time'
import type { JobRow } from '@apsis/store/port'
import { agentEvent } from './agent-runs.ts'
import { Assignments } from './assignments.ts'
import type { CommandReply, Commands, JobChanges, Operation, ScheduleRequest } from './commands.ts'
import { Committer } from './committer.ts'
import { Conditions } from './conditions.ts'
import { Definitions } from './definitions.ts'
import { type EffectPorts, perform } from './effects.ts'
import { releaseLeftovers } from './leftovers.ts'
import { LiveRuns } from './live-runs.ts'
import { Mailbox } from './mailbox.ts'
import type { EngineLoad, EngineOptions } from './options.ts'
import { Planning } from './planning.ts'
import type { AgentEvent, AgentView } from './ports.ts'
import { refillLater } from './refill.ts'
import { rejected, storeFails, Requests } from './requests.ts'
import { RetryingReads } from './retrying-reads.ts'
import { RunTable } from './run-table.ts'
import { RunsWatches } from './runs-watch.ts'
import { ServerPrograms } from './server-programs.ts'
import { StoredRuns } from './stored-runs.ts'
import { Timers } from './timers.ts'
import { WaitingLimit } from './waiting-limit.ts'

/** Inputs that may wait before further commands are refused with BUSY. */
const MAX_WAITING = 200_000
const RETRY = 1_000
/** Runs taken up in one turn. */
const PIECE = 250
/** How long stopping waits for what was decided to become durable, ms. */
const STOPPING = 5_000

/**
 * The run engine: one mailbox, one writer. Every input goes through the core's `step`; what it decides is committed, published, and only then
 * carried out (architecture, section 5).
 */
export class Engine implements Commands {
  readonly #options: EngineOptions
  readonly #live = new LiveRuns()
  readonly #definitions = new Definitions()
  readonly #mailbox: Mailbox
  readonly #committer: Committer
  readonly #timers: Timers
  readonly #table: RunTable
  readonly #planning: Planning
  readonly #requests: Requests
  readonly #assignments: Assignments
  readonly #effects: EffectPorts
  readonly #reads: RetryingReads
  readonly #stored: StoredRuns
  readonly #ready = Promise.withResolvers<void>()
  #nextRun = 1
  #stopped = false

  constructor(options: EngineOptions) {
    this.#options = options
    const { store, clock, newId, log, agents, runtimes } = options
    this.#timers = new Timers(clock)
    this.#reads = new RetryingReads(clock, log)
    this.#stored = new StoredRuns({
      read: store.read,
      definitions: this.#definitions,
      parse: options.parse,
      post: (task) => this.#post(task),
    })
    const load = (connId: string): number => this.#live.countOfAgent(connId)
    this.#mailbox = new Mailbox(clock, log, () => {
      this.#table.evaluateAll()
      this.#committer.flush()
    })
    this.#committer = new Committer((batch) => store.commit(batch), options.publish, clock, log)
    const watches = new RunsWatches({
      live: this.#live,
      runsOf: async (jobId, args) => {
        await new Promise<void>((resolve) => this.#committer.after(resolve))
        return store.read.runsOf(jobId, args)
      },
      post: (task) => this.#post(task),
      changed: (watchers) => {
        for (const id of watchers) this.#table.evaluate(id)
      },
      failed: (error, retry) => {
        log.error('cannot read the runs that a condition looks at', { error: String(error) })
        clock.wake(clock.now() + RETRY, () => this.#post(retry))
      },
    })
    const input = (id: RunId, runInput: RunInput): void => this.#post(() => this.#input(id, runInput))
    const programs = new ServerPrograms(this.#timers, clock, input)
    this.#assignments = new Assignments({
      agents,
      runtimes,
      timers: this.#timers,
      startTimeout: options.startTimeout,
      load,
      input,
    })
    const waitingLimit = new WaitingLimit({
      timers: this.#timers,
      limit: options.waitingTimeout,
      run: (id) => this.#live.get(id),
      expired: (run, outcome) => this.#post(() => this.#table.evaluated(run, outcome)),
    })
    this.#effects = {
      timers: this.#timers,
      agents,
      programs,
      runtimes,
      log,
      run: (id) => this.#live.get(id),
      input,
      due: (id) => this.#post(() => this.#due(id)),
      evaluate: (id) => {
        waitingLimit.arm(id)
        this.#post(() => this.#table.evaluate(id))
      },
      assign: (run) => this.#assignments.add(run),
      unassign: (id) => this.#assignments.remove(id),
      outputLength: (id, then) =>
        this.#reads.add(
          `the output of ${id}`,
          () => store.read.outputs(id),
          (outputs) => then(outputs[0]?.length ?? 0),
        ),
    }
    this.#table = new RunTable({
      live: this.#live,
      definitions: this.#definitions,
      committer: this.#committer,
      watches,
      conditions: new Conditions(options.conditions, watches),
      agents,
      runtimes,
      clock,
      newId,
      log,
      actions: options.actions,
      timeout: options.timeout,
      load,
      leftWaiting: (id) => this.#timers.clear(`${id}/waiting`),
      reload: (run) =>
        this.#reads.add(
          `run ${run.id}`,
          () => store.read.run(run.id),
          (stored) => {
            if (stored !== null && !isFinished(stored.state)) this.#post(() => this.#takeUp(stored))
          },
        ),
      evaluateLater: () => this.#post(() => {}),
      perform: (run, effect) => perform(run, effect, this.#effects),
      follow: (run, jobId, args, depth) => this.#requests.follow(run, jobId, args, depth),
    })
    this.#requests = new Requests({
      clock,
      definitions: this.#definitions,
      live: this.#live,
      table: this.#table,
      takeId: () => this.#takeId(),
      post: (task) => this.#post(task),
      note: (id, message) => input(id, { type: 'note', message }),
    })
    this.#planning = new Planning({
      store,
      clock,
      log,
      committer: this.#committer,
      definitions: this.#definitions,
      live: this.#live,
      table: this.#table,
      horizon: options.horizon,
      parse: options.parse,
      post: (task) => this.#post(task),
      create: (seed, instant) => {
        const id = this.#takeId()
        const run = newRun({ ...seed, id }, clock.now())
        this.#table.create(run, `scheduled: ${formatInstant(seed.schedule)}`, { ...instant, runId: id })
      },
    })
  }

  /** Takes up what the store has, then plans. Resolves when every live run is taken up; agents may register before. `stored`: the store's jobs, where they are read. */
  async start(jobs: readonly Job[], stored: readonly JobRow[] | null = null): Promise<JobChanges> {
    const { read } = this.#options.store
    const [nextRun, live] = await Promise.all([read.nextRun(), read.liveRuns()])
    this.#nextRun = nextRun
    await this.#stored.pin(live)
    const changes = await this.#planning.load(jobs, stored)
    for (const run of live) {
      if ('handle' in run && run.handle?.agent) this.#options.agents.expect(run.handle.agent)
    }
    await this.#takeUpAll(live)
    this.#planning.start()
    refillLater(
      {
        store: this.#options.store,
        clock: this.#options.clock,
        timers: this.#timers,
        log: this.#options.log,
        held: () => this.#live.size,
        take: (runs) => void this.#takeUpAll(runs),
      },
      0,
    )
    this.#ready.resolve()
    return changes
  }

  /** Stops deciding. What was decided and is not durable yet is finished first. */
  async stop(): Promise<void> {
    if (this.#stopped) return
    this.#halt()
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.wake(this.#options.clock.now() + STOPPING, resolve)
      void this.#committer.idle().then(() => {
        cancel()
        resolve()
      })
    })
    this.#committer.stop()
  }

  /** Stops as a crash would: at once, whatever is under way. For simulation. */
  crash(): void {
    this.#halt()
    this.#committer.stop()
  }

  get definitions(): Pick<Definitions, 'get' | 'all' | 'size' | 'paramsOf'> {
    return this.#definitions
  }

  /** The run as decided, which may be ahead of the store; undefined when only the store has it. */
  live(id: RunId): Run | undefined {
    return this.#live.get(id)
  }

  /** Counts for whoever watches the server. */
  load(): EngineLoad {
    const load = { waiting: 0, starting: 0, running: 0, stopping: 0 }
    for (const { state } of this.#live.all()) {
      if (state === 'waiting' || state === 'starting' || state === 'running' || state === 'stopping') load[state]++
    }
    return {
      ...load,
      timers: this.#timers.size,
      inputs: this.#mailbox.length,
      failingSince: this.#committer.failingSince,
    }
  }

  agent(event: AgentEvent): void {
    this.#post(() => {
      agentEvent(event, {
        live: this.#live,
        runtimes: this.#options.runtimes,
        apply: (run, input) => this.#table.apply(run, input),
        perform: (run, effects) => {
          // What makes an effect right, the run itself above all, may be decided and not durable yet.
          if (effects.length > 0)
            this.#committer.after(() => effects.forEach((effect) => perform(run, effect, this.#effects)))
        },
        now: () => this.#options.clock.now(),
        available: () => this.#assignments.offer(),
      })
      if (event.type !== 'registered') return
      const { store, agents } = this.#options
      releaseLeftovers(event.connId, event.procIds, { live: this.#live, read: store.read, agents, reads: this.#reads })
    })
  }

  /** An agent came, went or changed: a fact for the live feed. */
  agentChanged(view: AgentView): void {
    this.#post(() => {
      const change = view.connected ? 'connected' : 'disconnected'
      const data = { group: view.conn.group_id, hostname: view.proc.hostname, state: view.shutdownState }
      this.#committer.fact({ type: 'agent', change, connId: view.conn.conn_id, data }, this.#options.clock.now())
    })
  }

  operate(id: RunId, operation: Operation): Promise<CommandReply<Run>> {
    return this.#command((reply) => {
      const run = this.#live.get(id)
      if (run !== undefined) this.#operateOn(run, operation, reply)
      else {
        this.#stored.load(id, reply, (stored) => {
          this.#table.hold(stored)
          this.#operateOn(this.#live.get(id) ?? stored, operation, reply)
          this.#table.letGo(stored)
        })
      }
    })
  }

  schedule(request: ScheduleRequest): Promise<CommandReply<readonly Run[]>> {
    // New work is refused while nothing can be made durable; what is asked of runs there are, such as a stop, is taken and waits.
    const { failingSince } = this.#committer
    if (failingSince !== null) return Promise.resolve(storeFails(failingSince))
    return this.#command((reply) => this.#requests.schedule(request, reply))
  }

  rerun(id: RunId): Promise<CommandReply<Run>> {
    return this.#command((reply) => {
      const run = this.#live.get(id)
      if (run !== undefined) this.#requests.rerun(run, reply)
      else this.#stored.load(id, reply, (stored) => this.#requests.rerun(stored, reply))
    })
  }

  async applyJobs(jobs: readonly Job[]): Promise<JobChanges> {
    await this.#ready.promise
    return this.#planning.apply(jobs)
  }

  /** What `applyJobs` would change. */
  jobChanges(jobs: readonly Job[]): JobChanges {
    return this.#planning.changes(jobs)
  }

  /** Puts an ad hoc job in force; resolves when it is durable. */
  async addJob(job: Job): Promise<void> {
    await this.#ready.promise
    return new Promise((resolve) =>
      this.#post(() => {
        this.#planning.add(job)
        this.#committer.after(resolve)
      }),
    )
  }

  #operateOn(run: Run, operation: Operation, reply: (answer: CommandReply<Run>) => void): void {
    switch (operation.type) {
      case 'start':
        this.#table.begin(run, 'start', reply)
        return
      case 'skip':
        this.#table.apply(run, { type: 'skip', message: 'skipped' }, reply)
        return
      case 'stop':
      case 'signal':
      case 'mark':
        this.#table.apply(run, operation, reply)
        return
    }
  }

  #due(id: RunId): void {
    const run = this.#live.get(id)
    if (run?.state === 'scheduled') this.#table.begin(run, 'due')
  }

  #input(id: RunId, input: RunInput): void {
    const run = this.#live.get(id)
    if (run !== undefined) this.#table.apply(run, input)
  }

  /** Takes runs up in slices, so that nothing due meanwhile is late for it. */
  #takeUpAll(runs: readonly Run[]): Promise<void> {
    return new Promise((resolve) => {
      const from = (start: number): void => {
        for (const run of runs.slice(start, start + PIECE)) this.#takeUp(run)
        if (start + PIECE < runs.length) this.#post(() => from(start + PIECE))
        else resolve()
      }
      this.#post(() => from(0))
    })
  }

  #takeUp(run: Run): void {
    if (this.#live.get(run.id) !== undefined) return
    this.#table.hold(run)
    for (const effect of recover(run, this.#options.clock.now())) perform(run, effect, this.#effects)
  }

  #command<T>(task: (reply: (answer: CommandReply<T>) => void) => void): Promise<CommandReply<T>> {
    return new Promise((resolve) => {
      if (this.#stopped) resolve(rejected('BUSY', 'the server is shutting down'))
      else if (this.#mailbox.length > MAX_WAITING) resolve(rejected('BUSY', 'too much is waiting to be done'))
      else void this.#ready.promise.then(() => this.#post(() => task(resolve)))
    })
  }

  #post(task: () => void): void {
    this.#mailbox.post(task)
  }

  #halt(): void {
    this.#stopped = true
    for (const part of [this.#mailbox, this.#timers, this.#planning, this.#reads]) part.stop()
  }

  #takeId(): RunId {
    const id = runId(this.#nextRun++)
    this.#committer.nextRun(this.#nextRun)
    return id
  }
}
