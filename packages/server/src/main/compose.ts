import { randomBytes, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { registry } from '@apsis/kinds/builtin'
import { runtimesFor } from '@apsis/kinds/runtime'
import { type AgentListener, certificateIn, listenForAgents, tokenIn } from '../edges/agents/index.ts'
import { systemClock } from '../edges/clock/index.ts'
import { startHttp } from '../edges/http/index.ts'
import { apiSockets, FeedHub, OutputGrowth } from '../edges/live/index.ts'
import { AgentHub, Engine, OutputSink } from '../engine/index.ts'
import type { Beginnings } from './beginnings.ts'
import { JobSet } from './job-set.ts'
import type { AgentServerOptions, ServerOptions, StartFailure, StartResult } from './options.ts'

/** The composition root: builds the parts of a server in order, and starts them. No logic but the order. The store is closed when the server stops or fails. */
export async function composeServer(options: ServerOptions, beginnings: Beginnings): Promise<StartResult> {
  const { config, log } = options
  const clock = systemClock()
  const startTime = clock.now()
  const { store, stored, sources } = beginnings
  const { dataFolder, version } = options
  const jobSet = new JobSet({ sources, dataFolder, version, log }, beginnings)
  const jobs = await jobSet.first(beginnings)
  if (!jobs.ok) {
    await store.close()
    return { ...failed('JOBS_INVALID', jobs.message), diagnostics: jobs.diagnostics }
  }

  const feed = new FeedHub({ seq: await store.read.lastSeq(), later: (ms, then) => void setTimeout(then, ms) })
  const growth = new OutputGrowth()
  const sink = new OutputSink({
    append: (chunks) => store.appendOutput(chunks),
    clock,
    log,
    listener: (runId, outputId, length) => growth.grew(runId, outputId, length),
  })
  const token = options.agents === null ? '' : (options.agents.token ?? (await tokenIn(options.dataFolder)))
  const hub = new AgentHub({
    clock,
    log,
    sink,
    token,
    reconnectTimeout: config.agents.reconnectTimeout,
    updateInterval: config.agents.updateInterval,
    emit: (event) => engine.agent(event),
    changed: (view) => engine.agentChanged(view),
  })
  const engine: Engine = new Engine({
    store,
    clock,
    newId: randomUUID,
    log,
    agents: hub,
    runtimes: runtimesFor(config.agents),
    conditions: registry.conditions,
    parse: (row) => jobSet.parse(row),
    horizon: config.schedule.horizon,
    startTimeout: config.agents.startTimeout,
    waitingTimeout: config.waiting.maxTime,
    actions: config.actions,
    timeout: config.timeout,
    publish: (published) => feed.publish(published),
  })

  let started = (): void => {}
  const whenStarted = new Promise<void>((resolve) => {
    started = resolve
  })
  const delay = monitorEventLoopDelay({ resolution: 10 })
  delay.enable()
  const history = store.read
  const http = await startHttp({
    bind: options.bind,
    web: options.webFolder,
    sockets: apiSockets({
      hub: feed,
      read: history,
      history,
      growth,
      version: options.version,
      now: () => clock.now(),
      log,
    }),
    ports: {
      commands: engine,
      history,
      jobs: {
        list: () => [...engine.definitions.all()].filter(({ adHoc }) => !adHoc).sort((a, b) => (a.id < b.id ? -1 : 1)),
        get: (jobId) => engine.definitions.get(jobId) ?? null,
        definition: async (hash) => {
          const row = await history.definition(hash)
          return row === null ? null : jobSet.parse(row)
        },
      },
      adHoc: { add: (document) => jobSet.addAdHoc(document, `adhoc-${randomBytes(9).toString('hex')}`, engine) },
      folder: { reload: (dryRun) => jobSet.reload(engine, dryRun) },
      agents: { list: () => (options.agents === null ? null : hub.views()) },
      control: { version: options.version, startTime, started: () => whenStarted, shutDown: options.onShutDown },
      engine: { load: () => engine.load() },
      delay: {
        take: () => {
          const taken = { max: delay.max / 1e9, mean: Number.isNaN(delay.mean) ? 0 : delay.mean / 1e9 }
          delay.reset()
          return taken
        },
      },
      feed,
      now: () => clock.now(),
      log,
    },
  })
  let agents: { readonly listener: AgentListener; readonly certPath: string } | null = null
  const stop = async (): Promise<void> => {
    if (http.ok) await http.server.stop()
    await agents?.listener.close()
    await engine.stop()
    sink.stop()
    delay.disable()
    await jobSet.idle()
    await store.close()
  }
  if (!http.ok) {
    await stop()
    return failed(http.code, http.message)
  }
  if (options.agents !== null) {
    const listening = await openAgentServer(options.agents, options.dataFolder, { hub, log })
    if (!listening.ok) {
      await stop()
      return listening
    }
    agents = listening
  }

  await engine.start(jobs.jobs, stored)
  started()
  void jobSet.started(jobs.jobs)
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
      : 'check procstar.agent.server in the config'
    return failed('AGENT_SERVER', `cannot take agents at ${host}:${port}: ${text}; ${wayOut}`)
  }
}

function failed(code: string, message: string): StartFailure {
  return { ok: false, code, message, diagnostics: [] }
}
