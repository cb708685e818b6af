import { randomUUID } from 'node:crypto'
import { readInput } from '@apsis/agent/input'
import { type AgentHandle, onShutdownSignals, runAgent, type ShutdownHow } from '@apsis/agent/main'
import { type AgentOptions, agentOptions } from '@apsis/agent/options'
import type { Parsed } from './args.ts'
import { exitMode, NOT_WRITTEN } from './exit-mode.ts'
import type { Flags } from './flags.ts'
import { type Environment, misused } from './index.ts'
import { type Log, logger } from './log.ts'
import { readDocument } from './read-document.ts'
import { serveMode, serveOptions } from './serve-mode.ts'
import { misplaced, type PrivateFolder, privateFolder } from './state-folder.ts'
import { printErr } from './stdio.ts'
import { waitMode } from './wait-mode.ts'

const FAILED = 1
const UNUSABLE_INPUT = 2
/** EX_DATAERR. */
const REFUSED_INPUT = 65

type Specs = Extract<ReturnType<typeof readInput>, { readonly ok: true }>['value']

/** Runs the modes until they have all ended; resolves with the exit code. */
export async function runProcstar(flags: Flags, environment: Environment): Promise<number> {
  const options = agentOptions(given(flags), environment)
  if (!options.ok) return misused(options.error)
  if (flags.agent && options.value.host === null)
    return misused('no agent server to connect to: give --agent-host HOST, or set PROCSTAR_AGENT_HOST')
  const serving = flags.serve ? serveOptions(flags, environment) : null
  if (serving?.ok === false) return misused(serving.error)
  const specs = flags.input === undefined ? null : await document(flags.input)
  if (specs?.ok === false) {
    printErr(`Error: ${specs.error}\n`)
    return UNUSABLE_INPUT
  }
  const problem = flags.state === undefined ? null : await misplaced(flags.state)
  if (problem !== null) {
    printErr(`Error: ${problem}\n`)
    return FAILED
  }
  const folder = flags.agent || flags.state !== undefined ? null : await privateFolder()
  if (folder?.ok === false) {
    printErr(`Error: ${folder.error}\n`)
    return FAILED
  }
  const own = folder?.value ?? null
  const begun: Begun = { agent: null, unwritten: false }
  const log = logger(flags.logLevel, environment)
  try {
    const setting = { flags, environment, serving: serving?.value ?? null, log }
    const code = await runModes(setting, inFolder(options.value, own), specs?.value ?? null, begun)
    begun.unwritten = code === NOT_WRITTEN
    return code
  } catch (error) {
    printErr(`Error: ${error instanceof Error ? error.message : String(error)}\n`)
    return FAILED
  } finally {
    const left = begun.agent?.counts().unended ?? 0
    if (own !== null && begun.unwritten) {
      await own.keep()
      printErr(
        `Error: the results are kept: procstar --print --state ${own.path} writes them; then remove that folder\n`,
      )
    } else if (left === 0) await own?.remove()
    else if (own !== null) log('warn', `${left} still run; take them back with --state ${own.path}`)
  }
}

/** What one run of the program goes by. */
interface Setting {
  readonly flags: Flags
  readonly environment: Environment
  /** Null: HTTP is not served. */
  readonly serving: Parameters<typeof serveMode>[1] | null
  readonly log: Log
}

/** The agent, once there is one. */
interface Begun {
  agent: AgentHandle | null
  /** Whether its results could not be written. */
  unwritten: boolean
}

function given(flags: Flags): Parameters<typeof agentOptions>[0] {
  return {
    host: flags.agent ? flags.agentHost : null,
    port: flags.agentPort,
    group: flags.groupId,
    connId: flags.connId,
    restrictExe: flags.restrictExe,
    stateDir: flags.state,
    keepFor: flags.keepFor,
    diskBudget: flags.diskBudget,
    connectIntervalStart: flags.connectIntervalStart,
    connectIntervalMult: flags.connectIntervalMult,
    connectIntervalMax: flags.connectIntervalMax,
    connectCountMax: flags.connectCountMax,
    readTimeout: flags.readTimeout,
  }
}

async function document(path: string): Promise<Parsed<Specs>> {
  const bytes = await readDocument(path)
  if (!bytes.ok) return bytes
  const specs = readInput(bytes.value)
  return specs.ok ? specs : { ok: false, error: `INPUT ${path === '-' ? 'stdin' : path}: ${specs.error}` }
}

// Nobody asks for the identity of a folder that is gone afterwards.
function inFolder(options: AgentOptions, folder: PrivateFolder | null): AgentOptions {
  return folder === null ? options : { ...options, stateDir: folder.path, connId: options.connId ?? randomUUID() }
}

async function runModes(setting: Setting, options: AgentOptions, specs: Specs | null, begun: Begun): Promise<number> {
  const { environment, log } = setting
  const mayConnect = Promise.withResolvers<void>()
  const early: ShutdownHow[] = []
  let shutdown = (how: ShutdownHow): void => void early.push(how)
  const deaf = onShutdownSignals((how, name) => {
    log('info', `received: ${name}`)
    shutdown(how)
  })
  try {
    const agent = await runAgent(options, { log, environment, connectAfter: mayConnect.promise })
    begun.agent = agent
    const refused = specs === null ? null : await startAll(agent, specs)
    if (refused !== null) {
      printErr(`Error: ${refused}\n`)
      const stopped = agent.stop()
      mayConnect.resolve()
      await stopped
      return REFUSED_INPUT
    }
    if (specs !== null) log('info', 'started processes from specs')
    shutdown = (how) => agent.shutdown(how)
    for (const how of early) shutdown(how)
    mayConnect.resolve()
    return await untilEnded(agent, setting)
  } finally {
    deaf()
  }
}

/** Null, or why they are refused. */
async function startAll(agent: AgentHandle, specs: Specs): Promise<string | null> {
  const answer = await agent.request({ type: 'ProcStartRequest', specs })
  return answer?.type === 'RequestError' ? answer.err : null
}

async function untilEnded(agent: AgentHandle, { flags, serving, log }: Setting): Promise<number> {
  const modes: Promise<number>[] = [
    agent.closed.then((why) => (why === 'unreachable' || why === 'folder-gone' ? FAILED : 0)),
  ]
  if (flags.exit) modes.push(exitMode(agent, flags, log))
  if (flags.wait) modes.push(waitMode(agent, flags, log).then(() => 0))
  if (serving !== null) modes.push(serveMode(agent, serving, log))
  try {
    const codes = await Promise.all(modes)
    return codes.find((code) => code !== 0) ?? 0
  } finally {
    await agent.stop()
  }
}
