import type { FdResult, ProcResult } from '@apsis/wire/result'
import { decodeStatus } from '@apsis/wire/status'
import type { Now } from './now.ts'
import type { Asked, Ended, Proc, Recording, Running } from './proc.ts'
import { type HostUnits, parseStat, parseStatm } from './stat.ts'
import { rfc3339, seconds } from './time.ts'

/** What a result needs to be read from the host, at the moment when it is built. */
export interface Gathered {
  /** /proc/PID/stat and statm of a running proc, null when it is gone. */
  readonly stat: string | null
  readonly statm: string | null
  /** By descriptor: the length of what is captured, or for an attached one its bytes; null when they could not be read. */
  readonly captures: ReadonlyMap<number, number | Uint8Array | null>
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
    proc_stat: gathered.stat === null ? null : parseStat(gathered.stat, units),
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
  }
}

function ended(proc: Ended, gathered: Gathered, now: Now, units: HostUnits): ProcResult {
  const { end } = proc
  return {
    state: end.errors.length > 0 ? 'error' : 'terminated',
    errors: end.errors,
    pid: proc.started?.pid ?? end.pid,
    proc_stat: end.stat === null ? null : parseStat(end.stat, units),
    proc_statm: null,
    cgroup_accounting: null,
    times: {
      start: rfc3339(end.start),
      now: rfc3339(now.wall),
      stop: rfc3339(end.stop),
      elapsed: seconds(end.elapsed),
    },
    status: end.status === null ? null : decodeStatus(end.status),
    rusage: end.rusage === null ? null : usage(end.rusage),
    fds: fdResults(proc, gathered),
  }
}

const COUNTS = ['minflt', 'majflt', 'nswap', 'inblock', 'oublock', 'nvcsw', 'nivcsw'] as const

function usage(given: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const counts = Object.fromEntries(COUNTS.map((name) => [name, given[name] ?? 0]))
  return {
    utime: (given['utime'] ?? 0) / 1e6,
    stime: (given['stime'] ?? 0) / 1e6,
    maxrss: (given['maxrss'] ?? 0) * 1024,
    ...counts,
  }
}

function fdResults(proc: Proc, { captures }: Gathered): ProcResult['fds'] {
  const results: Record<string, FdResult | null> = {}
  for (const { name, fd, action } of proc.fds) {
    results[name] = action.kind === 'capture' ? captureResult(captures.get(fd) ?? null, action.encoding) : null
  }
  return results
}

function captureResult(captured: number | Uint8Array | null, encoding: 'utf-8' | null): FdResult {
  if (captured === null) return { type: 'error' }
  if (typeof captured === 'number') return { type: 'detached', length: captured, encoding: encoding ?? 'base64' }
  if (encoding === 'utf-8')
    return { type: 'text', text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(captured), encoding }
  return { type: 'data', data: captured.toBase64(), encoding: 'base64' }
}
