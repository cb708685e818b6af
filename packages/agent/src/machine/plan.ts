import { type FdEntry, type ProcSpec, type ResolvedSpec, resolveSpec } from '@apsis/wire/spec'
import type { Credentials } from './accounts.ts'
import { cgroupSettings, type PlaceCgroup } from './cgroup-settings.ts'
import { type Environment, environmentOf } from './environment.ts'
import type { CaptureOptions, FdAction, LaunchPlan } from './launch-plan.ts'
import { maskPatterns, maskProblem } from './mask.ts'
import { openFlags } from './open-flags.ts'
import type { PipeIds } from './pipes.ts'
import { outputFile, type Place, timesFile } from './place.ts'

/** What every proc of this agent has in common. */
export interface Surroundings {
  readonly environment: Environment
  readonly restrictedExe: string | null
  readonly cgroup: PlaceCgroup
}

/** What was settled about a proc before it was recorded, or when the launcher is asked. */
export interface Settled {
  readonly credentials: Credentials | null
  readonly pipes: PipeIds
  /** The environment where that was recorded. */
  readonly env?: readonly string[] | null
}

/** How a proc is to be started. The spec has passed `checkBatch` and `unsupported`. */
export function planOf(id: string, place: Place, spec: ProcSpec, around: Surroundings, settled: Settled): LaunchPlan {
  const resolved: ResolvedSpec = resolveSpec(spec)
  return {
    id,
    exe: resolved.exe,
    argv: resolved.argv,
    cwd: resolved.cwd,
    umask: resolved.umask,
    orphans: resolved.orphans,
    limits: resolved.limits,
    nice: resolved.nice,
    pdeathSignal: resolved.pdeathSignal,
    signals: resolved.signals,
    searchPath: resolved.searchPath,
    timeout: resolved.timeout,
    perf: resolved.perf,
    env: settled.env ?? environmentOf(resolved.env, around.environment),
    fds: resolved.fds.map((entry) => action(entry, place, settled.pipes)),
    segment: place.segment,
    restrictedExe: around.restrictedExe,
    credentials: settled.credentials,
    keepFds: !resolved.closeFds,
    masks: maskPatterns(resolved.mask),
    times: hasTimes(resolved.fds) ? timesFile(place) : null,
    cgroup: cgroupOf(resolved, around.cgroup),
  }
}

/** Whether times of output are recorded. */
export function hasTimes(fds: readonly FdEntry[]): boolean {
  return fds.some(({ action: what }) => what.kind === 'capture' && what.times)
}

// Existing agents ignore properties for systemd where they cannot be had; ours are refused before (`unsupported`).
function cgroupOf({ cgroup, systemdProperties }: ResolvedSpec, place: PlaceCgroup): LaunchPlan['cgroup'] {
  const { parents, settings } = place(cgroupSettings(cgroup, systemdProperties))
  return parents.length === 0 ? null : { parents, settings }
}

function action({ fd, action: what }: FdEntry, place: Place, pipes: PipeIds): FdAction {
  switch (what.kind) {
    case 'inherit':
    case 'close':
      return { fd, kind: what.kind }
    case 'null':
      return { fd, kind: 'open', flags: openFlags(what.flags, fd), mode: 0, path: '/dev/null' }
    case 'file':
      return { fd, kind: 'open', flags: openFlags(what.flags, fd), mode: what.mode, path: what.path }
    case 'dup':
      return { fd, kind: 'dup', from: what.from }
    case 'capture':
      return { fd, kind: 'capture', file: outputFile(place, fd, what.path), options: captureOptions(what) }
    case 'data':
      return { fd, kind: 'data', bytes: what.bytes }
    case 'pipe-write':
    case 'pipe-read': {
      const pipe = pipes.get(fd)
      if (pipe === undefined) throw new Error(`a pipe without an id was let through: ${fd}`)
      return { fd, kind: 'pipe', pipe, side: what.kind === 'pipe-read' ? 'read' : 'write' }
    }
  }
}

function captureOptions(what: Extract<FdEntry['action'], { kind: 'capture' }>): CaptureOptions | null {
  const { limit, keep, times, path } = what
  const isNamed = path !== null
  return limit === null && !times && !isNamed ? null : { limit, keep, times, isNamed }
}

/** What the launcher takes for one proc (launcher/PROTOCOL.md). */
const MOST_FDS = 256
const MOST_CAPTURES = 16
const MOST_PIPE_ENDS = 32
/** Bytes of data for descriptors: a request to the launcher has at most 4 MiB. */
const MOST_DATA = 2 * 1024 * 1024

/** Why this agent cannot run a spec that is well formed, or null. */
export function unsupported(id: string, spec: ProcSpec, around: Surroundings): string | null {
  const fds = spec.fds ?? []
  if (fds.length > MOST_FDS) return `too many fds: ${id} has ${fds.length}, at most ${MOST_FDS}`
  const captures = fds.filter(([, fd]) => typeof fd === 'object' && 'capture' in fd).length
  if (captures > MOST_CAPTURES) return `too many captures: ${id} has ${captures}, at most ${MOST_CAPTURES}`
  const ends = fds.filter(([, fd]) => fd === 'pipe-write' || (typeof fd === 'object' && 'pipe-read' in fd)).length
  if (ends > MOST_PIPE_ENDS) return `too many pipe ends: ${id} has ${ends}, at most ${MOST_PIPE_ENDS}`
  const data = fds.reduce((sum, [, fd]) => sum + dataLength(fd), 0)
  if (data > MOST_DATA) return `too much data: ${id} has ${data} bytes for its fds, at most ${MOST_DATA}`
  const settings = cgroupSettings(spec.cgroup ?? {}, {})
  const [refused] = settings.length === 0 ? [] : around.cgroup(settings).refused
  if (refused !== undefined) return `cannot set ${refused.file}: ${id}: ${refused.reason}`
  return (spec.mask ?? null) === null ? null : maskProblem(id, spec.mask ?? [])
}

function dataLength(fd: NonNullable<ProcSpec['fds']>[number][1]): number {
  if (typeof fd !== 'object' || !('data' in fd)) return 0
  return 'text' in fd.data ? Buffer.byteLength(fd.data.text) : Buffer.byteLength(fd.data.base64, 'base64')
}
