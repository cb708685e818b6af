import { isFields, type Fields } from './fields.ts'
import type { Credentials } from './accounts.ts'
import { type EndExtras, numbers, readExtras, readTree, type TreeRecord } from './end-record.ts'
import { checkProc, parseProcSpec, type ProcSpec } from '@apsis/wire/spec'

/** A monitor: its pid alone could have been recycled, with its start time (in ticks) it is one process for ever. */
export interface Monitor {
  readonly pid: number
  readonly start: number
}

/** A record of a journal (launcher/PROTOCOL.md). Times in nanoseconds. */
export type JournalLine = SegmentLine | AskedLine | StartLine | EndLine | LostLine | DeletedLine

/** First line of a segment: during which run of the host's kernel its procs were asked for. */
export interface SegmentLine {
  readonly t: 'segment'
  readonly boot: string
}
/** The durable intention to start a proc. */
export interface AskedLine {
  readonly t: 'asked'
  readonly id: string
  /** The proc's number in the segment, which its output files are named by. */
  readonly n: number
  readonly wall: bigint
  readonly spec: ProcSpec
  /** Whom it runs as, as the host's accounts were then; absent for the agent's own. */
  readonly as?: Credentials
  /** The same for procs that were asked for together and have pipes: the least of their numbers. */
  readonly batch?: number
  /** The environment that it is to have, `NAME=VALUE`, where the result is to show it. */
  readonly env?: readonly string[]
}
/** The proc is about to execute its program. */
export interface StartLine {
  readonly t: 'start'
  readonly id: string
  readonly monitor: Monitor
  readonly pid: number
  /** Start time of the proc in ticks since boot. */
  readonly pidStart: number
  readonly wall: bigint
  readonly mono: bigint
  /** Folders of its control groups; absent without any. */
  readonly cgroups?: readonly string[]
}
/** The proc has ended, by its monitor. */
export interface EndLine extends EndExtras {
  readonly t: 'end'
  readonly id: string
  readonly pid: number | null
  readonly status: number | null
  readonly start: bigint
  readonly stop: bigint
  readonly elapsed: bigint
  /** utime and stime in µs, maxrss in KiB. */
  readonly rusage: Readonly<Record<string, number>>
  readonly errors: readonly StageError[]
  readonly stat: string | null
  /** By descriptor, the length of each captured output; absent where something may write there yet. */
  readonly lengths?: ReadonlyMap<number, number>
}
/** The proc has ended without a record of its monitor; written by the agent. */
export interface LostLine {
  readonly t: 'lost'
  readonly id: string
  readonly wall: bigint
  readonly status: number | null
  readonly errors: readonly string[]
  /** What the agent found in its control groups, and ended. */
  readonly tree?: TreeRecord
}
/** The server has the result and wants to hear no more of this proc. */
export interface DeletedLine {
  readonly t: 'deleted'
  readonly id: string
}

/** A step of starting a proc that failed. */
export interface StageError {
  readonly stage: string
  readonly fd: number | null
  readonly errno: number
  readonly text: string
}

/** The record in a line, or null for a line that is none: torn by a crash or a full disk, or of a kind that is not known. */
export function parseJournalLine(text: string): JournalLine | null {
  const given = readJson(text)
  if (given === null) return null
  switch (given['t']) {
    case 'segment':
      return typeof given['boot'] === 'string' ? { t: 'segment', boot: given['boot'] } : null
    case 'asked':
      return readAsked(given)
    case 'start':
      return readStart(given)
    case 'end':
      return readEnd(given)
    case 'lost':
      return readLost(given)
    case 'deleted':
      return typeof given['id'] === 'string' ? { t: 'deleted', id: given['id'] } : null
    default:
      return null
  }
}

/** A record of the agent as a line of its journal, with the newline. Another one comes before it: a full disk may have left half a line there. */
export function journalText(line: SegmentLine | AskedLine | LostLine | DeletedLine): string {
  // Only there may a spec have one, and to look at every member takes longer than all the rest.
  const hasBigints = line.t === 'asked' && (line.spec.systemd_properties ?? null) !== null
  return `\n${JSON.stringify(fieldsOf(line), hasBigints ? bigintAsText : undefined)}\n`
}

function fieldsOf(line: SegmentLine | AskedLine | LostLine | DeletedLine): object {
  switch (line.t) {
    case 'segment':
      return { t: line.t, v: 1, boot: line.boot }
    case 'asked':
    case 'lost':
      return { ...line, wall: String(line.wall) }
    case 'deleted':
      return line
  }
}

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}

function readJson(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text)
    return isFields(value) ? value : null
  } catch {
    return null
  }
}

function readAsked(given: Fields): AskedLine | null {
  const { id, n } = given
  const wall = nanoseconds(given['wall'])
  const spec = parseProcSpec(withBigints(given['spec']))
  if (typeof id !== 'string' || !isCount(n) || wall === null || !spec.ok || checkProc(id, spec.value) !== null)
    return null
  const as = readCredentials(given['as'])
  // Never as somebody else than was meant.
  if (as === null && given['as'] !== undefined) return null
  const { batch, env } = given
  return {
    t: 'asked',
    id,
    n,
    wall,
    spec: spec.value,
    ...(as === null ? {} : { as }),
    ...(isCount(batch) ? { batch } : {}),
    ...(isTexts(env) ? { env } : {}),
  }
}

// JSON has no integers of 64 bits: they are written as text, which a spec does not have there.
function withBigints(spec: unknown): unknown {
  if (!isFields(spec) || !isFields(spec['systemd_properties'])) return spec
  const properties: [string, unknown][] = Object.entries(spec['systemd_properties']).map(([group, members]) => [
    group,
    isFields(members)
      ? Object.fromEntries(Object.entries(members).map(([key, value]) => [key, bigintOf(value)]))
      : members,
  ])
  return { ...spec, systemd_properties: Object.fromEntries(properties) }
}

function bigintOf(value: unknown): unknown {
  return typeof value === 'string' && /^[0-9]{16,20}$/.test(value) ? BigInt(value) : value
}

function readCredentials(value: unknown): Credentials | null {
  if (!isFields(value)) return null
  const { uid, gid, groups } = value
  if (!isCount(uid) || !isCount(gid) || !Array.isArray(groups) || !groups.every(isCount)) return null
  return { uid, gid, groups }
}

function readStart(given: Fields): StartLine | null {
  const { id, mon, mon_start: monStart, pid, pid_start: pidStart } = given
  const wall = nanoseconds(given['wall'])
  const mono = nanoseconds(given['mono'])
  if (typeof id !== 'string' || !isCount(mon) || !isCount(monStart) || !isCount(pid) || wall === null || mono === null)
    return null
  return {
    t: 'start',
    id,
    monitor: { pid: mon, start: monStart },
    pid,
    pidStart: isCount(pidStart) ? pidStart : 0,
    wall,
    mono,
    ...(isTexts(given['cgroups']) ? { cgroups: given['cgroups'] } : {}),
  }
}

function readEnd(given: Fields): EndLine | null {
  const { id, pid, status, stat } = given
  const start = nanoseconds(given['start'])
  const stop = nanoseconds(given['stop'])
  if (typeof id !== 'string' || start === null || stop === null) return null
  return {
    t: 'end',
    id,
    pid: isCount(pid) && pid > 0 ? pid : null,
    status: isCount(status) ? status : null,
    start,
    stop,
    elapsed: nanoseconds(given['elapsed']) ?? stop - start,
    rusage: readUsage(given['rusage']),
    errors: Array.isArray(given['errors']) ? given['errors'].map(readError) : [],
    stat: typeof stat === 'string' ? stat : null,
    ...readLengths(given),
    ...readExtras(given),
  }
}

function readLengths({ out, tree }: Fields): Pick<EndLine, 'lengths'> {
  if (!Array.isArray(out) || !isFields(tree) || tree['empty'] !== true) return {}
  const lengths = new Map<number, number>()
  for (const one of out)
    if (isFields(one) && isCount(one['fd']) && isCount(one['len'])) lengths.set(one['fd'], one['len'])
  return { lengths }
}

function readUsage(value: unknown): Readonly<Record<string, number>> {
  return isFields(value) ? numbers(value) : {}
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

function readError(value: unknown): StageError {
  const given = isFields(value) ? value : {}
  const { stage, fd, errno, text } = given
  return {
    stage: typeof stage === 'string' ? stage : 'start',
    fd: typeof fd === 'number' ? fd : null,
    errno: typeof errno === 'number' ? errno : 0,
    text: typeof text === 'string' ? text : '',
  }
}

function readLost(given: Fields): LostLine | null {
  const { id, status, errors } = given
  const wall = nanoseconds(given['wall'])
  if (typeof id !== 'string' || wall === null || !Array.isArray(errors)) return null
  return {
    t: 'lost',
    id,
    wall,
    status: isCount(status) ? status : null,
    errors: errors.filter((error) => typeof error === 'string'),
    ...(isFields(given['tree']) ? { tree: readTree(given['tree']) } : {}),
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

const DIGITS = /^[0-9]{1,19}$/

// Times since 1970 in ns are beyond 2^53 and so are written as strings; times since boot are not.
function nanoseconds(value: unknown): bigint | null {
  if (isCount(value)) return BigInt(value)
  return typeof value === 'string' && DIGITS.test(value) ? BigInt(value) : null
}
