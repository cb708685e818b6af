import { droppedMark, type FdResult, type ProcResult } from '@apsis/wire/result'
import { decodeStatus } from '@apsis/wire/status'
import type { DroppedRange } from './dropped.ts'
import { maskedName } from './mask-text.ts'
import type { Now } from './now.ts'
import { cgroupAccounting, oursOf } from './ours.ts'
import type { Asked, Ended, Proc, Recording, Running } from './proc.ts'
import { type HostUnits, parseStat, parseStatm, type StatFields } from './stat.ts'
import { rfc3339, seconds } from './time.ts'

/** What a result needs to be read from the host, at the moment when it is built. */
export interface Gathered {
  /** /proc/PID/stat and statm of a running proc, null when it is gone. */
  readonly stat: string | null
  readonly statm: string | null
  /** Where a running proc is now; null when that is not to be had. */
  readonly cwd: string | null
  readonly captures: ReadonlyMap<number, Captured>
}

/** What is captured, of one descriptor: its length, or for an attached one its bytes, each without what a limit did not keep; null when it could not be read. */
export type Captured = DetachedOutput | Uint8Array | CutOutput | null

/** An output that is not read: its true length, and what was not kept. */
export interface DetachedOutput {
  readonly length: number
  readonly dropped: DroppedRange | null
}

/** An output less `dropped`. */
export interface CutOutput {
  readonly length: number
  readonly dropped: DroppedRange
  readonly head: Uint8Array
  readonly tail: Uint8Array
}

/** The result of a proc (spec/procstar.md 3). One that has not started yet shows as running, without a pid. */
export function resultOf(proc: Proc, gathered: Gathered, now: Now, units: HostUnits): ProcResult {
  return proc.state === 'ended' ? ended(proc, gathered, now, units) : live(proc, gathered, now, units)
}

function live(proc: Recording | Asked | Running, gathered: Gathered, now: Now, units: HostUnits): ProcResult {
  const started = proc.state === 'running' ? proc.started : null
  return {
    state: 'running',
    errors: [],
    pid: started?.pid ?? null,
    proc_stat: statOf(gathered.stat, proc, units),
    proc_statm: gathered.statm === null ? null : parseStatm(gathered.statm, units),
    cgroup_accounting: null,
    times: {
      start: rfc3339(started?.wall ?? proc.askedAt),
      now: rfc3339(now.wall),
      stop: null,
      elapsed: started === null || now.mono < started.mono ? 0 : seconds(now.mono - started.mono),
    },
    status: null,
    rusage: null,
    fds: fdResults(proc, gathered),
    ...oursOf(proc, gathered.cwd),
  }
}

function ended(proc: Ended, gathered: Gathered, now: Now, units: HostUnits): ProcResult {
  const { end } = proc
  return {
    state: end.errors.length > 0 ? 'error' : 'terminated',
    errors: end.errors,
    pid: proc.started?.pid ?? end.pid,
    proc_stat: statOf(end.stat, proc, units),
    proc_statm: null,
    cgroup_accounting: end.cgroup === undefined ? null : cgroupAccounting(end.cgroup),
    times: {
      start: rfc3339(end.start),
      now: rfc3339(now.wall),
      stop: rfc3339(end.stop),
      elapsed: seconds(end.elapsed),
    },
    status: end.status === null ? null : decodeStatus(end.status),
    rusage: end.rusage === null ? null : usage(end.rusage),
    fds: fdResults(proc, gathered),
    ...oursOf(proc, null),
  }
}

// The program's name may be a secret, as a part of argv[0].
function statOf(line: string | null, { about }: Proc, units: HostUnits): StatFields | null {
  const fields = line === null ? null : parseStat(line, units)
  const secrets = about?.secrets ?? null
  const comm = fields?.['comm']
  return secrets !== null && typeof comm === 'string' ? { ...fields, comm: maskedName(comm, secrets) } : fields
}

function usage(given: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const count = (name: string): number => given[name] ?? 0
  return {
    utime: count('utime') / 1e6,
    stime: count('stime') / 1e6,
    maxrss: count('maxrss') * 1024,
    minflt: count('minflt'),
    majflt: count('majflt'),
    nswap: count('nswap'),
    inblock: count('inblock'),
    oublock: count('oublock'),
    nvcsw: count('nvcsw'),
    nivcsw: count('nivcsw'),
  }
}

function fdResults(proc: Proc, { captures }: Gathered): ProcResult['fds'] {
  const results: Record<string, FdResult | null> = {}
  // Sorted, as existing agents do (spec/procstar.md 3.1).
  for (const { name, fd, action } of proc.fds.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    results[name] = action.kind === 'capture' ? captureResult(captures.get(fd) ?? null, action) : null
  }
  return results
}

type Capture = Extract<Proc['fds'][number]['action'], { readonly kind: 'capture' }>

function captureResult(captured: Captured, capture: Capture): FdResult {
  const { encoding } = capture
  if (captured === null) return { type: 'error' }
  if (captured instanceof Uint8Array) return attached(captured, encoding)
  if (!('head' in captured))
    return { type: 'detached', length: captured.length, encoding: encoding ?? 'base64', ...cut(captured.dropped) }
  const { head, tail, length, dropped } = captured
  const mark = Buffer.from(droppedMark(dropped.stop - dropped.start))
  return { ...attached(Buffer.concat([head, mark, tail]), encoding), length, ...cut(dropped) }
}

function cut(dropped: DroppedRange | null): { readonly dropped?: readonly [number, number] } {
  return dropped === null ? {} : { dropped: [dropped.start, dropped.stop] }
}

function attached(bytes: Uint8Array, encoding: 'utf-8' | null): Extract<FdResult, { type: 'text' | 'data' }> {
  if (encoding === 'utf-8')
    return { type: 'text', text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes), encoding }
  return { type: 'data', data: bytes.toBase64(), encoding: 'base64' }
}
