import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Address, type Config, defaultConfig, formatAddress, parseConfig } from '@apsis/core/config'
import { type Diagnostic, formatDiagnostic } from '@apsis/core/document'
import { registry } from '@apsis/kinds/builtin'
import { calendarFolders } from '../edges/jobs-dir/index.ts'
import { named } from '../edges/log/index.ts'
import { checkArchives } from './archive-paths.ts'
import type { AgentServerOptions, StartFailure } from './options.ts'
import { type LogFlags, openServerLog, tendLog } from './server-log.ts'
import { startServer } from './start-server.ts'

/** What the command line says about the server to run. Null: not said, so that the config file, or a default, counts. */
export interface CommandOptions {
  readonly config: string | null
  /** The data folder. */
  readonly data: string | null
  /** The job folder. */
  readonly jobs: string | null
  /** Empty: not said. */
  readonly bind: readonly Address[]
  readonly log: LogFlags
  readonly version: string
}

/** A server that runs. */
export interface Serving {
  readonly addresses: readonly Address[]
  /** Resolves when it has stopped, for whatever reason: with whether it is to start again, and with the exit code. */
  readonly stopped: Promise<{ readonly restart: boolean; readonly code: 0 | 1 }>
  /** Begins to stop. Idempotent. */
  stop(): void
}

const ADDRESS: Address = { host: '127.0.0.1', port: 5000 }
const AGENT_PORT = 59_789
/** Longest that a server which cannot go on takes to stop, ms. */
const FAILED_STOP = 5_000
const DATA_FOLDER = 'apsis-data'

/** Starts a server as a command line and its config file say, or says for people why it cannot. */
export async function serve(
  options: CommandOptions,
): Promise<{ readonly ok: true; readonly serving: Serving } | { readonly ok: false; readonly message: string }> {
  const read = await readConfig(options.config)
  if (!read.ok) return read
  const { config, folder } = read
  const opened = await openServerLog(options.log, config.log, folder)
  if (!opened.ok) return opened
  const log = named(opened.log, 'server')
  const untended = tendLog(opened.log, options.log.file !== null || config.log.file !== null)
  const closeLog = async (): Promise<void> => {
    await opened.log.close()
    untended()
  }
  for (const diagnostic of read.diagnostics) log.warn(formatDiagnostic(diagnostic), { event: 'config.notice' })
  for (const key of notYet(config))
    log.warn(`config key ${key} has no effect in this version`, { event: 'config.notice' })
  const dataFolder = options.data === null ? resolve(folder, config.data ?? DATA_FOLDER) : resolve(options.data)
  const archives = await checkArchives(config.retention, dataFolder)
  if (archives.error !== null) {
    await closeLog()
    return { ok: false, message: archives.error }
  }
  for (const warning of archives.warnings) log.warn(warning, { event: 'config.notice' })
  const bind = options.bind.length > 0 ? options.bind : config.bind.length > 0 ? config.bind : [ADDRESS]
  const stopped = Promise.withResolvers<{ restart: boolean; code: 0 | 1 }>()
  const failure = Promise.withResolvers<string>()
  const starting = startServer({
    config,
    dataFolder,
    jobsFolder: options.jobs === null ? resolve(folder, config.jobDir) : resolve(options.jobs),
    calendarFolders: calendarFolders(
      config.calendarDirs.map((path) => resolve(folder, path)),
      process.env['ORA_CALENDARS'],
    ),
    bind: bind.map(({ host, port }) => ({ host: host === '*' ? '0.0.0.0' : host, port })),
    agents: agentServer(config, folder),
    webFolder: join(import.meta.dirname, '../../../web/dist'),
    version: options.version,
    log: opened.log,
    onShutDown: (restart) => void end(restart),
    onFailure: (message) => failure.resolve(message),
  })
  const result = await Promise.race([
    starting,
    failure.promise.then((reason): StartFailure => {
      const message = `the server cannot go on, before it has started: ${reason}; start it again`
      log.error(message, { event: 'server.failed' })
      return { ok: false, code: 'FAILED', message, diagnostics: [] }
    }),
  ])
  if (!result.ok) {
    endAnyhow()
    await closeLog()
    const lines = result.diagnostics.map(formatDiagnostic)
    return { ok: false, message: [result.message, ...lines].join('\n') }
  }
  const { server } = result
  let ending = false
  const end = async (restart: boolean, failed = false): Promise<void> => {
    if (ending) return
    ending = true
    log.info('shutting down; processes that run go on', { event: 'server.stopping' })
    let code: 0 | 1 = failed ? 1 : 0
    try {
      await (failed ? Promise.race([server.stop(), pause(FAILED_STOP, undefined, { ref: false })]) : server.stop())
    } catch (error) {
      code = 1
      log.error('shutting down failed', { event: 'server.stop_failed', error: String(error) })
    }
    await closeLog()
    if (failed) endAnyhow()
    stopped.resolve({ restart, code })
  }
  // Nothing is lost: what was told is durable, and processes go on. Whoever keeps the server running starts it again.
  void failure.promise.then((message) => {
    log.error(`the server cannot go on: ${message}; it ends, so that it can be started again`, {
      event: 'server.failed',
    })
    void end(false, true)
  })
  for (const address of server.addresses)
    log.info(`serving at http://${formatAddress(address)}/`, {
      event: 'server.started',
      jobs: server.jobs,
      version: options.version,
    })
  if (server.agents !== null)
    log.info(`taking agents at port ${server.agents.port}`, { event: 'agents.open', trust: server.agents.certPath })
  if (server.addresses.some(({ host }) => !/^(127\.|::1$|localhost$)/.test(host))) {
    log.warn('the API is open to whoever can reach this address: there is no authentication in this version', {
      event: 'server.open_api',
    })
  }
  return { ok: true, serving: { addresses: server.addresses, stopped: stopped.promise, stop: () => void end(false) } }
}

/** Ends the process before long, whatever it still waits for; one that waits for nothing ends at once. */
function endAnyhow(): void {
  setTimeout(() => process.exit(1), FAILED_STOP).unref()
}

async function readConfig(path: string | null): Promise<
  | {
      readonly ok: true
      readonly config: Config
      readonly folder: string
      readonly diagnostics: readonly Diagnostic[]
    }
  | { readonly ok: false; readonly message: string }
> {
  if (path === null) return { ok: true, config: defaultConfig(), folder: process.cwd(), diagnostics: [] }
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    return {
      ok: false,
      message: `cannot read the config file ${path}: ${error instanceof Error ? error.message : String(error)}`,
    }
  }
  const result = parseConfig(text, path, registry)
  if (!result.ok)
    return {
      ok: false,
      message: [`errors in the config file ${path}`, ...result.diagnostics.map(formatDiagnostic)].join('\n'),
    }
  return { ok: true, config: result.config, folder: dirname(resolve(path)), diagnostics: result.diagnostics }
}

/** Keys of the existing system that are read but not acted on yet. */
function notYet(config: Config): readonly string[] {
  const { agents } = config
  return [agents.outputInterval === null ? null : 'procstar.agent.run.output_interval'].filter((key) => key !== null)
}

/** Where agents are taken: as the config says, else the environment; on loopback where nobody said that they are to be taken. */
function agentServer(config: Config, folder: string): AgentServerOptions | null {
  const { agents } = config
  if (agents.enable === false) return null
  const variable = (name: string): string | null => process.env[`PROCSTAR_AGENT_${name}`] || null
  const certPath = agents.tls.certPath === null ? variable('CERT') : resolve(folder, agents.tls.certPath)
  const keyPath = agents.tls.keyPath === null ? variable('KEY') : resolve(folder, agents.tls.keyPath)
  return {
    host: agents.host ?? variable('HOST') ?? (agents.enable === true ? '*' : '127.0.0.1'),
    port: agents.port ?? Number(variable('PORT') ?? AGENT_PORT),
    token: agents.accessToken ?? variable('TOKEN'),
    tls: certPath === null ? null : { certPath, keyPath: keyPath ?? certPath.replace(/(\.[^./]*)?$/, '.key') },
  }
}
