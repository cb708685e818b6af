import { homedir } from 'node:os'
import { join } from 'node:path'

/** How to run an agent. Times in seconds. */
export interface AgentOptions {
  /** Host of the server; null: no server, the agent serves this host only. */
  readonly host: string | null
  /** 1 to 65535. */
  readonly port: number
  /** Group that the agent offers itself in: 1 to 200 characters. */
  readonly group: string
  /** What the server expects of agents. */
  readonly token: string
  /** PEM file of a certificate to trust besides the roots of the system; read at each attempt to connect. */
  readonly cert: string | null
  /** Folder of everything that must outlive the agent. One agent at a time; on a local file system. */
  readonly stateDir: string
  /** The binary `procstar-launcher`. */
  readonly launcher: string
  /** Connection id instead of the one that the state folder keeps: 1 to 200 characters. */
  readonly connId: string | null
  /** The only file that procs may execute, compared as text. */
  readonly restrictExe: string | null
  /** First wait after a failed attempt to connect, what it is multiplied by each time, and its longest. */
  readonly connectIntervalStart: number
  readonly connectIntervalMult: number
  readonly connectIntervalMax: number
  /** Failed attempts in a row after which the agent gives up; from 1, or Infinity. */
  readonly connectCountMax: number
  /** Seconds of silence after which the server is given up. */
  readonly readTimeout: number
  /** Procs held at a time; a start request beyond is refused. */
  readonly maxProcs: number
  /** Seconds that an ended proc is kept for whoever wants its result; Infinity: until it is deleted. */
  readonly keepFor: number
  /** Bytes of captured output of ended procs that are kept, beyond which the oldest are deleted; or Infinity. */
  readonly diskBudget: number
}

const DEFAULT_PORT = 59_789

/** Options as given by somebody; what is missing comes from the environment or a default. */
export type GivenOptions = { readonly [K in keyof AgentOptions]?: AgentOptions[K] | undefined }

/** Environment variables by name. */
export interface Environment {
  readonly [name: string]: string | undefined
}

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string }

/**
 * Completes options: what is given, else `PROCSTAR_AGENT_HOST`, `_PORT`, `_TOKEN`, `_CERT`, else the defaults of existing agents (spec/procstar.md
 * 1). An empty variable counts as absent. The error says which option is wrong, and what was expected.
 */
export function agentOptions(given: GivenOptions, env: Environment): Parsed<AgentOptions> {
  const variable = (name: string): string | null => env[name] || null
  const options: AgentOptions = {
    host: given.host === undefined ? variable('PROCSTAR_AGENT_HOST') : given.host,
    port: given.port ?? Number(variable('PROCSTAR_AGENT_PORT') ?? DEFAULT_PORT),
    group: given.group ?? 'default',
    token: given.token ?? variable('PROCSTAR_AGENT_TOKEN') ?? '',
    cert: given.cert === undefined ? variable('PROCSTAR_AGENT_CERT') : given.cert,
    stateDir: given.stateDir ?? defaultStateDir(env),
    launcher: given.launcher ?? join(import.meta.dirname, '../../launcher/build/procstar-launcher'),
    connId: given.connId ?? null,
    restrictExe: given.restrictExe ?? null,
    connectIntervalStart: given.connectIntervalStart ?? 1,
    connectIntervalMult: given.connectIntervalMult ?? 2,
    connectIntervalMax: given.connectIntervalMax ?? 15,
    connectCountMax: given.connectCountMax ?? Infinity,
    readTimeout: given.readTimeout ?? 60,
    maxProcs: given.maxProcs ?? 100_000,
    keepFor: given.keepFor ?? Infinity,
    diskBudget: given.diskBudget ?? Infinity,
  }
  const error = problem(options)
  return error === null ? { ok: true, value: options } : { ok: false, error }
}

function problem(options: AgentOptions): string | null {
  const { port, connectIntervalStart, connectIntervalMult, connectIntervalMax, connectCountMax, maxProcs } = options
  const { keepFor, diskBudget, readTimeout } = options
  if (!isWhole(port, 1, 65_535)) return `port: expected a whole number from 1 to 65535, got ${port}`
  for (const key of ['group', 'connId'] as const) {
    const text = options[key]
    if (text !== null && (text.length < 1 || text.length > 200 || /\p{Cc}/u.test(text))) {
      return `${key}: expected 1 to 200 characters, none of them a control character`
    }
  }
  if (!(connectIntervalStart >= 0 && connectIntervalStart <= 86_400))
    return `connectIntervalStart: expected seconds from 0 to 86400, got ${connectIntervalStart}`
  if (!(connectIntervalMult >= 1 && connectIntervalMult < Infinity))
    return `connectIntervalMult: expected a number from 1, got ${connectIntervalMult}`
  if (!(connectIntervalMax >= 0 && connectIntervalMax <= 86_400))
    return `connectIntervalMax: expected seconds from 0 to 86400, got ${connectIntervalMax}`
  if (connectCountMax !== Infinity && !isWhole(connectCountMax, 1, Number.MAX_SAFE_INTEGER))
    return `connectCountMax: expected a whole number from 1, got ${connectCountMax}`
  if (!isWhole(maxProcs, 1, 10_000_000)) return `maxProcs: expected a whole number from 1 to 10000000, got ${maxProcs}`
  if (!(readTimeout > 0 && readTimeout <= 86_400))
    return `readTimeout: expected seconds above 0, up to 86400, got ${readTimeout}`
  if (!(keepFor >= 60)) return `keepFor: expected seconds from 60, got ${keepFor}`
  if (!(diskBudget >= 0)) return `diskBudget: expected bytes from 0, got ${diskBudget}`
  return null
}

/** Whether a number is a whole one of the range, both ends included. */
export function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most
}

function defaultStateDir(env: Environment): string {
  return join(env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'procstar')
}
