import { randomBytes, randomUUID } from 'node:crypto'
import { catchupDefaults } from '@apsis/core/catchup'
import { readFile } from 'node:fs/promises'
import { registry } from '@apsis/kinds/builtin'
import { type RunRemoval, StoreError } from '@apsis/store/port'
import { runtimesFor } from '@apsis/kinds/runtime'
import { type AgentListener, certificateIn, listenForAgents, tokenIn } from '../edges/agents/index.ts'
import { systemClock } from '../edges/clock/index.ts'
import { type AgentList, type Jobs, startHttp, statsJson } from '../edges/http/index.ts'
import { named } from '../edges/log/index.ts'
import { IdleCollection } from '../edges/memory/index.ts'
import { apiSockets, FeedHub, OutputGrowth } from '../edges/live/index.ts'
import { AgeClock, noteShortRetention, Retention, Turns, upkeepServices } from '../edges/upkeep/index.ts'
import { AD_HOC_PREFIX, AgentHub, Engine, JobChangeRefused, OUTPUT_ID, OutputSink } from '../engine/index.ts'
import type { Beginnings } from './beginnings.ts'
import { type FirstJobs, JobSet } from './job-set.ts'
import { type LastServer, lastServer } from './last-server.ts'
import { observeServer } from './observability.ts'
import type { AgentServerOptions, ServerOptions, StartFailure, StartResult } from './options.ts'
import { watchJobs } from './watch-jobs.ts'

/** Nothing is to be due for so long when memory is given back, ms. */
const QUIET = 1_000

/** The composition root: builds the parts of a server in order, and starts them. No logic but the order. The store is closed when the server stops or fails. */
export async function composeServer(options: ServerOptions, beginnings: Beginnings): Promise<StartResult> {
  const { config, log } = options
  const clock = systemClock()
  const startTime = clock.now()
  const oldest = config.runs.lookback === null ? null : startTime - config.runs.lookback
  const { store, stored, sources } = beginnings
  const { dataFolder, version } = options
  const jobSet = new JobSet(
    { sources, dataFolder, version, now: () => clock.now(), log: named(log, 'jobs') },
    beginnings,
  )
  let first: { readonly jobs: FirstJobs; readonly last: LastServer }
  try {
    first = { jobs: await jobSet.first(beginnings), last: await lastServer(store) }
  } catch (error) {
    await store.close()
    if (!(error instanceof StoreError)) throw error
    return unreadable(error)
  }
  const { jobs, last } = first
  if (!jobs.ok) {
    await store.close()
    return { ...failed('JOBS_INVALID', jobs.message), diagnostics: jobs.diagnostics }
  }

  const ages = new AgeClock(clock, last.age)
  const turns = new Turns()
  const retention = new Retention({
    rules: config.retention,
    maintenance: store.maintenance,
    dataFolder,
    clock,
    ages,
    log: named(log, 'retention'),
    turns,
    gone: (removal) => gone(removal),
  })
  const feed = new FeedHub({ seq: last.seq, later: (ms, then) => void setTimeout(then, ms) })
  const gone = (removal: RunRemoval): void => {
    feed.removed(removal)
    engine.removed(removal.runIds)
  }
  const growth = new OutputGrowth()
  const watch = observeServer(
    {
      version,
      dataFolder,
      now: () => clock.now(),
      load: () => engine.load(),
      agents: () => hub.views(),
      drained: (connId) => engine.drains.of(connId) !== null,
      loadOf: (connId) => engine.loadOf(connId),
      jobs: () => engine.definitions.size,
      feed,
      queues: () => store.queues(),
      sanity: () => engine.lastSanity(),
      retentionLag: () => retention.lag(),
    },
    named(log, 'server'),
  )
  const sink = new OutputSink({
    append: (chunks) => store.appendOutput(chunks),
    clock,
    log,
    listener: (runId, outputId, length) => growth.grew(runId, outputId, length),
  })
  const token = options.agents === null ? '' : (options.agents.token ?? (await tokenIn(options.dataFolder)))
  const hub = new AgentHub({
    clock,
    log: named(log, 'agents'),
    sink,
    token,
    reconnectTimeout: config.agents.reconnectTimeout,
    updateInterval: config.agents.updateInterval,
    emit: (event) => engine.agent(event),
    changed: (view, listed) => engine.agentChanged(view, listed),
  })
  const figures = async (): Promise<string> =>
    JSON.stringify(
      await statsJson({
        control: { startTime },
        engine,
        delay: watch.loop,
        gc: watch.gc,
        feed,
        now: () => clock.now(),
      }),
    )
  const engine: Engine = new Engine({
    store,
    clock,
    newId: randomUUID,
    log: named(log, 'engine'),
    agents: hub,
    runtimes: runtimesFor(config.agents),
    conditions: registry.conditions,
    parse: (row) => jobSet.parse(row),
    horizon: config.schedule.horizon,
    catchup: catchupDefaults(config.schedule, startTime),
    knowsAgent: (connId) => hub.view(connId) !== null,
    startTimeout: config.agents.startTimeout,
    waitingTimeout: config.waiting.maxTime,
    actions: config.actions,
    timeout: config.timeout,
    publish: (published) => feed.publish(published),
    observe: watch.observer,
    kept: () => ({ ages: { ...ages.kept() } }),
    tasks: {
      services: upkeepServices(store.maintenance, dataFolder, figures, gone, ages, turns),
      output: async (runId, text) => {
        await store.appendOutput([{ runId, outputId: OUTPUT_ID, offset: 0, data: Buffer.from(text) }])
      },
    },
  })

  let started = (): void => {}
  const whenStarted = new Promise<void>((resolve) => {
    started = resolve
  })
  const history = store.read
  const inForce: Jobs = {
    list: () => [...engine.definitions.all()].filter(({ adHoc }) => !adHoc).sort((a, b) => (a.id < b.id ? -1 : 1)),
    get: (jobId) => engine.definitions.get(jobId) ?? null,
    definition: async (hash) => {
      const row = await history.definition(hash)
      return row === null ? null : jobSet.parse(row)
    },
  }
  const agentList: AgentList = {
    list: () => (options.agents === null ? null : hub.views()),
    runs: (connId) => engine.loadOf(connId),
    drains: engine.drains,
  }
  const http = await startHttp({
    bind: options.bind,
    web: options.webFolder,
    sockets: apiSockets({
      oldest,
      jobs: inForce,
      agents: agentList,
      hub: feed,
      read: history,
      history,
      growth,
      version: options.version,
      now: () => clock.now(),
      log: named(log, 'http'),
    }),
    ports: {
      commands: engine,
      history,
      checks: engine,
      jobs: inForce,
      adHoc: {
        add: (document) => jobSet.addAdHoc(document, `${AD_HOC_PREFIX}${randomBytes(9).toString('hex')}`, engine),
      },
      folder: {
        reload: (dryRun) => jobSet.reload(engine, dryRun),
        state: () => jobSet.status.state(engine.definitions.all()),
      },
      agents: agentList,
      control: { version: options.version, startTime, started: () => whenStarted, shutDown: options.onShutDown },
      engine: { load: () => engine.load(), reason: (id) => engine.reason(id) },
      delay: watch.loop,
      gc: watch.gc,
      metrics: watch.metrics,
      oldest,
      feed,
      now: () => clock.now(),
      log: named(log, 'http'),
    },
  })
  const idle = new IdleCollection(() => engine.quietFor(QUIET))
  let agents: { readonly listener: AgentListener; readonly certPath: string } | null = null
  let watching = async (): Promise<void> => {}
  const stop = async (): Promise<void> => {
    if (http.ok) await http.server.stop()
    await watching()
    await agents?.listener.close()
    ages.stop()
    await retention.stop()
    await engine.stop()
    sink.stop()
    watch.stop()
    idle.stop()
    await jobSet.idle()
    await store.close()
  }
  if (!http.ok) {
    await stop()
    return failed(http.code, http.message)
  }
  if (options.agents !== null) {
    const listening = await openAgentServer(options.agents, options.dataFolder, { hub, log: named(log, 'agents') })
    if (!listening.ok) {
      await stop()
      return listening
    }
    agents = listening
  }

  try {
    await engine.start(jobs.jobs, stored, jobs.aside)
  } catch (error) {
    if (!(error instanceof StoreError || error instanceof JobChangeRefused)) throw error
    await stop()
    return error instanceof JobChangeRefused ? failed('JOBS_REFUSED', error.message) : unreadable(error)
  }
  started()
  ages.start()
  retention.start()
  // After it: what was put off is read by then.
  void jobSet.started(jobs.jobs).then(() => noteShortRetention(jobs.jobs, config.retention, named(log, 'retention')))
  if (config.reload.watch) {
    const reload = (): Promise<unknown> => jobSet.reload(engine, false)
    watching = watchJobs({ sources, status: jobSet.status, log: named(log, 'jobs'), reload })
  }
  const listener = agents
  let stopping: Promise<void> | null = null
  return {
    ok: true,
    server: {
      addresses: http.server.addresses,
      agents: listener === null ? null : { port: listener.listener.port, certPath: listener.certPath, token },
      jobs: jobs.jobs.length,
      stop: () => (stopping ??= stop()),
    },
  }
}

async function openAgentServer(
  options: AgentServerOptions,
  dataFolder: string,
  parts: Pick<Parameters<typeof listenForAgents>[0], 'hub' | 'log'>,
): Promise<{ readonly ok: true; readonly listener: AgentListener; readonly certPath: string } | StartFailure> {
  const { host, port, tls } = options
  try {
    const pair =
      tls === null
        ? await certificateIn(dataFolder)
        : {
            cert: await readFile(tls.certPath, 'utf8'),
            key: await readFile(tls.keyPath, 'utf8'),
            certPath: tls.certPath,
          }
    return { ok: true, listener: await listenForAgents({ host, port, ...pair, ...parts }), certPath: pair.certPath }
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    const inUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    const wayOut = inUse
      ? 'another server may be running: stop it, or choose another port with procstar.agent.server.port'
      : 'check procstar.agent.server in the config, and what it leaves to PROCSTAR_AGENT_CERT and its like in the environment of the server'
    return failed('AGENT_SERVER', `cannot take agents at ${host}:${port}: ${text}; ${wayOut}`)
  }
}

function unreadable({ code, message }: StoreError): StartFailure {
  return failed(code, `${message}. What is wrong with it: apsisctl check-db`)
}

function failed(code: string, message: string): StartFailure {
  return { ok: false, code, message, diagnostics: [] }
}
