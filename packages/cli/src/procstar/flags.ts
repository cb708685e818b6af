import { type Option, type Parsed, parseArgs } from './args.ts'
import { Values } from './values.ts'

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** What the command line says (spec/procstar.md 1). Times in seconds; undefined: not given. */
export interface Flags {
  /** Path of the input document; `-` for stdin. */
  readonly input: string | undefined
  readonly logLevel: LogLevel
  readonly print: boolean
  readonly output: string | undefined
  readonly exit: boolean
  readonly wait: boolean
  readonly waitTimeout: number
  readonly serve: boolean
  readonly servePort: number | undefined
  readonly serveHost: string | undefined
  readonly serveSocket: string | undefined
  readonly serveSocketMode: number | undefined
  readonly serveCert: string | undefined
  readonly serveKey: string | undefined
  readonly serveNames: readonly string[]
  readonly agent: boolean
  readonly agentHost: string | undefined
  readonly agentPort: number | undefined
  readonly connId: string | undefined
  readonly groupId: string | undefined
  readonly restrictExe: string | undefined
  readonly connectIntervalStart: number | undefined
  readonly connectIntervalMult: number | undefined
  readonly connectIntervalMax: number | undefined
  readonly connectCountMax: number | undefined
  /** For tests; the help does not tell of it. */
  readonly readTimeout: number | undefined
  readonly state: string | undefined
  readonly keepFor: number | undefined
  /** Bytes. */
  readonly diskBudget: number | undefined
  readonly help: boolean
  readonly version: boolean
}

const WAIT_TIMEOUT = 600
const LONGEST_WAIT = 2 ** 31
/** What the agent takes. */
const SHORTEST_KEEPING = 60

export const OPTIONS: readonly Option[] = [
  { long: 'log-level', value: 'LEVEL' },
  { long: 'restrict-exe', value: 'EXE' },
  { long: 'print', short: 'p', value: null },
  { long: 'output', short: 'o', value: 'FILE' },
  { long: 'exit', short: 'x', value: null },
  { long: 'wait', short: 'w', value: null },
  { long: 'wait-timeout', value: 'SECONDS' },
  { long: 'serve', short: 's', value: null },
  { long: 'serve-port', value: 'PORT' },
  { long: 'serve-host', value: 'ADDRESS' },
  { long: 'serve-socket', value: 'PATH' },
  { long: 'serve-socket-mode', value: 'MODE' },
  { long: 'serve-cert', value: 'FILE' },
  { long: 'serve-key', value: 'FILE' },
  { long: 'serve-names', value: 'NAME,NAME' },
  { long: 'agent', short: 'a', value: null },
  { long: 'agent-host', value: 'HOST' },
  { long: 'agent-port', value: 'PORT' },
  { long: 'conn-id', value: 'ID' },
  { long: 'group-id', value: 'GROUP' },
  { long: 'connect-interval-start', value: 'SECONDS' },
  { long: 'connect-interval-mult', value: 'FACTOR' },
  { long: 'connect-interval-max', value: 'SECONDS' },
  { long: 'connect-count-max', value: 'COUNT' },
  { long: 'agent-read-timeout', value: 'SECONDS' },
  { long: 'state', value: 'DIR' },
  { long: 'keep-for', value: 'SECONDS' },
  { long: 'disk-budget', value: 'BYTES' },
  { long: 'help', short: 'h', value: null },
  { long: 'version', short: 'V', value: null },
]

/** Reads the arguments; the error says which is wrong, and what was expected. */
export function readFlags(args: readonly string[]): Parsed<Flags> {
  const given = parseArgs(args, OPTIONS)
  if (!given.ok) return given
  const [input, second] = given.value.positionals
  if (second !== undefined) return { ok: false, error: `unexpected argument '${second}': one INPUT at most` }
  const values = new Values(given.value, OPTIONS)
  const flags: Flags = {
    input,
    logLevel: values.word('log-level', LOG_LEVELS) ?? 'warn',
    print: values.flag('print'),
    output: values.filled('output'),
    exit: values.flag('exit') || values.flag('print') || values.flag('output'),
    wait: values.flag('wait'),
    waitTimeout: values.whole('wait-timeout', 0, LONGEST_WAIT) ?? WAIT_TIMEOUT,
    serve: values.flag('serve'),
    servePort: values.whole('serve-port', 0, 65_535),
    serveHost: values.filled('serve-host'),
    serveSocket: values.filled('serve-socket'),
    serveSocketMode: values.mode('serve-socket-mode'),
    serveCert: values.filled('serve-cert'),
    serveKey: values.filled('serve-key'),
    serveNames: values.text('serve-names')?.split(',') ?? [],
    agent: values.flag('agent'),
    agentHost: values.filled('agent-host'),
    agentPort: values.whole('agent-port', 1, 65_535),
    connId: values.text('conn-id'),
    groupId: values.text('group-id'),
    restrictExe: values.filled('restrict-exe'),
    connectIntervalStart: values.positive('connect-interval-start'),
    connectIntervalMult: values.positive('connect-interval-mult'),
    connectIntervalMax: values.positive('connect-interval-max'),
    connectCountMax: values.count('connect-count-max'),
    readTimeout: values.positive('agent-read-timeout'),
    state: values.filled('state'),
    keepFor: values.whole('keep-for', SHORTEST_KEEPING, LONGEST_WAIT),
    diskBudget: values.whole('disk-budget', 0, Number.MAX_SAFE_INTEGER),
    help: values.flag('help'),
    version: values.flag('version'),
  }
  return values.error === null ? { ok: true, value: flags } : { ok: false, error: values.error }
}
