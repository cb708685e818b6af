import { MAKE_UP_ALL } from '@apsis/core/catchup'
import { isFinished, newRun, type Run, type RunId, type RunInput } from '@apsis/core/run'
import { formatInstant } from '@apsis/core/time'
import { Assignments } from './assignments.ts'
import { Backfills } from './backfills.ts'
import { CatchUp } from './catch-up.ts'
import type { CommandReply } from './commands.ts'
import { Committer } from './committer.ts'
import { Conditions } from './conditions.ts'
import { Cursors } from './cursors.ts'
import { Definitions } from './definitions.ts'
import { Drains } from './drains.ts'
import { Early } from './early.ts'
import { type EffectPorts, perform } from './effects.ts'
import { FailingReads } from './failing-reads.ts'
import { GoneInstants } from './gone-instants.ts'
import { Heartbeat } from './heartbeat.ts'
import { LiveRuns, runsKey } from './live-runs.ts'
import { Mailbox } from './mailbox.ts'
import type { EngineOptions } from './options.ts'
import { Operations } from './operations.ts'
import { Pauses } from './pauses.ts'
import { Planning } from './planning.ts'
import type { LoadOf } from './ports.ts'
import { Relabels } from './relabels.ts'
import { Requests } from './requests.ts'
import { RetryingReads } from './retrying-reads.ts'
import { RunTable } from './run-table.ts'
import { RunsWatches } from './runs-watch.ts'
import { ServerPrograms } from './server-programs.ts'
import { Sanity } from './sanity.ts'
import { StoredRuns } from './stored-runs.ts'
import { Timers } from './timers.ts'
import { WaitingLimit } from './waiting-limit.ts'

/** What the parts ask of the engine that they are parts of. Called in its turn only. */
export interface EngineHost {
  /** The time of a run has come. */
  due(id: RunId): void
  /** Something happened to a run that the engine may hold. */
  input(id: RunId, input: RunInput): void
  takeUp(run: Run): void
  takeId(): RunId
  command<T>(task: (reply: (answer: CommandReply<T>) => void) => void): Promise<CommandReply<T>>
}

/** What an engine consists of. */
export interface EngineParts {
  readonly live: LiveRuns
  readonly definitions: Definitions
  readonly mailbox: Mailbox
  readonly committer: Committer
  readonly conditions: Conditions
  readonly timers: Timers
  readonly table: RunTable
  readonly heartbeat: Heartbeat
  readonly sanity: Sanity
  readonly planning: Planning
  readonly cursors: Cursors
  readonly relabels: Relabels
  readonly gone: GoneInstants
  readonly requests: Requests
  readonly pauses: Pauses
  readonly backfills: Backfills
  readonly operations: Operations
  readonly assignments: Assignments
  readonly drains: Drains
  readonly effects: EffectPorts
  readonly reads: RetryingReads
  readonly failing: FailingReads
  readonly stored: StoredRuns
}

const WATCHED = 'the runs that a condition looks at: what waits for them waits on'

/** Makes the parts and ties them together: no logic is here. */
export function engineParts(options: EngineOptions, host: EngineHost): EngineParts {
  const live = new LiveRuns()
  const definitions = new Definitions()
  const post = (task: () => void): void => mailbox.post(task)
  const { store, clock, newId, log, agents, runtimes } = options
  const timers = new Timers(clock)
  const failing = new FailingReads(clock, log)
  const reads = new RetryingReads(clock, failing)
  const stored = new StoredRuns({
    read: store.read,
    definitions,
    parse: options.parse,
    post,
  })
  const load: LoadOf = (connId) => drains.loadOf(connId)
  const mailbox = new Mailbox(clock, log, () => {
    heartbeat.turn()
    conditions.evaluate()
    committer.flush()
  })
  const committer = new Committer((batch) => store.commit(batch), options.publish, clock, log, options.observe)
  const watches = new RunsWatches({
    live,
    runsOf: async (jobId, args) => {
      await new Promise<void>((resolve) => committer.after(resolve))
      const found = await store.read.runsOf(jobId, args)
      failing.well(WATCHED, runsKey(jobId, args))
      return found
    },
    post,
    changed: (groups) => conditions.change(groups),
    known: (runs) => {
      for (const id of runs) conditions.add(id)
    },
    failed: (key, error, retry) => {
      clock.after(failing.failed(WATCHED, key, error), () => post(retry))
    },
    forgotten: (key) => failing.forget(WATCHED, key),
  })
  const input = (id: RunId, runInput: RunInput): void => post(() => host.input(id, runInput))
  const programs = new ServerPrograms(timers, clock, input, options.tasks)
  const assignments = new Assignments({
    agents,
    runtimes,
    timers,
    clock,
    startTimeout: options.startTimeout,
    load,
    run: (id) => live.get(id),
    post,
    apply: (run, runInput) => table.apply(run, runInput),
  })
  const drains = new Drains({
    agents,
    live,
    committer,
    clock,
    log,
    command: (task) => host.command(task),
    available: () => assignments.offer(),
  })
  const waitingLimit = new WaitingLimit({
    clock,
    timers,
    limit: options.waitingTimeout,
    run: (id) => live.get(id),
    expired: (run, outcome) => post(() => table.evaluated(run, outcome)),
  })
  const effects: EffectPorts = {
    clock,
    timers,
    agents,
    programs,
    runtimes,
    log,
    run: (id) => live.get(id),
    input,
    due: (id) => post(() => host.due(id)),
    evaluate: (id, decided) => {
      waitingLimit.arm(id, decided)
      post(() => conditions.add(id))
    },
    assign: (run) => assignments.add(run),
    unassign: (id) => assignments.remove(id),
    settle: (id) => assignments.settle(id),
    outputLength: (id, then) =>
      reads.add(
        `the output of ${id}`,
        () => store.read.outputs(id),
        (outputs) => then(outputs[0]?.length ?? 0),
      ),
  }
  const conditions = new Conditions({
    kinds: options.conditions,
    watches,
    clock,
    log,
    run: (id) => live.get(id),
    evaluated: (run, outcome, met) => table.evaluated(run, outcome, met),
    later: () => post(() => {}),
  })
  const table = new RunTable({
    live,
    definitions,
    committer,
    watches,
    conditions,
    agents,
    runtimes,
    clock,
    early: new Early(clock, timers, () => committer.failingSince !== null),
    newId,
    log,
    observe: options.observe,
    actions: options.actions,
    timeout: options.timeout,
    load,
    decided: (jobId, scheduleKey) => planning.decided(jobId, scheduleKey),
    leftWaiting: (id) => timers.clear(`${id}/waiting`),
    reload: (run) =>
      reads.add(
        `run ${run.id}`,
        () => store.read.run(run.id),
        (stored) => {
          if (stored !== null && !isFinished(stored.state)) post(() => host.takeUp(stored))
        },
      ),
    ended: (run) => backfills.ended(run),
    perform: (run, effect, decided) => perform(run, effect, effects, decided),
    follow: (run, jobId, args, depth) => requests.follow(run, jobId, args, depth),
  })
  const requests = new Requests({
    clock,
    definitions,
    live,
    table,
    takeId: () => host.takeId(),
    post,
    note: (id, message) => input(id, { type: 'note', message }),
    recall: (job) => planning.add(job),
  })
  const turns = { clock, newId, log, committer, definitions, live }
  const pauses = new Pauses({
    ...turns,
    timers,
    maxHeld: options.maxHeld,
    post,
    release: (run, reason) => operations.released(run, reason),
  })
  const backfills = new Backfills({
    ...turns,
    table,
    takeId: () => host.takeId(),
    post,
  })
  const operations = new Operations({
    clock,
    agents,
    live,
    table,
    stored,
    requests,
    pauses,
    mayBegin: (run) => catchUp.mayBegin(run),
    perform: (run, effect) => perform(run, effect, effects),
  })
  const heartbeat = new Heartbeat(clock, committer, (task) => post(task), options.kept ?? (() => ({})))
  const cursors = new Cursors()
  const catchUp = new CatchUp({
    store,
    failing,
    clock,
    log,
    cursors,
    committer,
    definitions,
    live,
    table,
    timers,
    defaults: options.catchup ?? MAKE_UP_ALL,
    gap: () => heartbeat.gap,
    post,
    due: (id) => post(() => host.due(id)),
  })
  const sanity = new Sanity({
    store,
    clock,
    log,
    cursors,
    committer,
    definitions,
    live,
    catchUp,
    knowsAgent: options.knowsAgent ?? ((connId) => agents.view(connId) !== null),
    post,
  })
  const relabels = new Relabels({
    live,
    committer,
    definitions,
    table,
    read: store.read,
    reads,
    isChanging: (jobId) => planning.isChanging(jobId),
    takeUp: (run) => host.takeUp(run),
    post,
  })
  const gone = new GoneInstants({
    clock,
    log,
    committer,
    cursors,
    read: store.read,
    reads,
    defaults: options.catchup ?? MAKE_UP_ALL,
    gap: () => heartbeat.gap,
    parse: options.parse,
    post,
  })
  const planning: Planning = new Planning({
    relabels,
    gone,
    gap: () => heartbeat.gap,
    reads,
    cursors,
    failing,
    timers,
    catchUp,
    store,
    clock,
    log,
    committer,
    definitions,
    live,
    table,
    horizon: options.horizon,
    parse: options.parse,
    post,
    create: (seed, instant) => {
      const id = host.takeId()
      const run = newRun({ ...seed, id }, clock.now())
      table.create(run, `scheduled: ${formatInstant(seed.schedule)}`, { ...instant, runId: id })
    },
  })
  const runs = { live, definitions, table, requests, operations, pauses, backfills, stored }
  const agentsSide = { assignments, drains, effects }
  return {
    ...runs,
    ...agentsSide,
    relabels,
    gone,
    mailbox,
    committer,
    conditions,
    timers,
    heartbeat,
    sanity,
    planning,
    cursors,
    reads,
    failing,
  }
}
