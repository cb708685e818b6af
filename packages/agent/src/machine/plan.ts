import { type FdEntry, type ResolvedSpec, resolveSpec, type ProcSpec } from '@apsis/wire/spec'
import { type Environment, environmentOf } from './environment.ts'
import { openFlags } from './open-flags.ts'
import { type OutputFile, outputFile, type Place } from './place.ts'

/** What to do with one descriptor of a proc, in the words of the launcher. */
export type FdAction =
  | { readonly fd: number; readonly kind: 'inherit' | 'close' }
  | { readonly fd: number; readonly kind: 'open'; readonly flags: number; readonly mode: number; readonly path: string }
  | { readonly fd: number; readonly kind: 'dup'; readonly from: number }
  | { readonly fd: number; readonly kind: 'capture'; readonly file: OutputFile }

/** Everything that the launcher needs to start a proc. */
export interface LaunchPlan {
  readonly id: string
  readonly exe: string
  readonly argv: readonly string[]
  /** `NAME=VALUE`. */
  readonly env: readonly string[]
  readonly cwd: string | null
  readonly umask: number | null
  /** Applied in this order. */
  readonly fds: readonly FdAction[]
  /** The segment whose journal takes the records of this proc. */
  readonly segment: number
  readonly orphans: 'keep' | 'kill'
  /** The only file that may be executed, or null for any. */
  readonly restrictedExe: string | null
}

/** What every proc of this agent has in common. */
export interface Surroundings {
  readonly environment: Environment
  readonly restrictedExe: string | null
}

/** How a proc is to be started. The spec has passed `checkBatch` and has no pipes (`unsupported`). */
export function planOf(id: string, place: Place, spec: ProcSpec, around: Surroundings): LaunchPlan {
  const resolved: ResolvedSpec = resolveSpec(spec)
  return {
    id,
    exe: resolved.exe,
    argv: resolved.argv,
    env: environmentOf(resolved.env, around.environment),
    cwd: resolved.cwd,
    umask: resolved.umask,
    fds: resolved.fds.map((entry) => action(entry, place)),
    segment: place.segment,
    orphans: resolved.orphans,
    restrictedExe: around.restrictedExe,
  }
}

function action({ fd, action: what }: FdEntry, place: Place): FdAction {
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
      return { fd, kind: 'capture', file: outputFile(place, fd) }
    case 'pipe-write':
    case 'pipe-read':
      throw new Error(`a pipe was let through: ${fd}`)
  }
}

/** What the launcher takes for one proc (launcher/PROTOCOL.md). */
const MOST_FDS = 256
const MOST_CAPTURES = 16

/** Why this agent cannot run a spec that is well formed, or null. */
export function unsupported(id: string, spec: ProcSpec): string | null {
  const fds = spec.fds ?? []
  const captures = fds.filter(([, fd]) => typeof fd === 'object' && 'capture' in fd).length
  if (fds.length > MOST_FDS) return `too many fds: ${id} has ${fds.length}, at most ${MOST_FDS}`
  if (captures > MOST_CAPTURES) return `too many captures: ${id} has ${captures}, at most ${MOST_CAPTURES}`
  for (const [name, fd] of fds) {
    if (fd === 'pipe-write' || (typeof fd === 'object' && 'pipe-read' in fd))
      return `pipes between procs are not supported: ${id} ${name}`
  }
  return null
}
