import { EXISTING, type OurMember, OURS } from './members.ts'
import type { FdSpec, ProcSpec } from './spec.ts'

/**
 * The spec without what an existing agent does not know: our members are left out, a capture keeps its existing options, and data for a
 * descriptor becomes /dev/null. `extendedMembers` says beforehand what is lost by that,
 * `essentialMembers` what must not be.
 */
export function withoutExtended(spec: ProcSpec): ProcSpec {
  const known = Object.entries(spec).filter(([key]) => EXISTING.some((existing) => existing === key))
  const existing: ProcSpec = { ...Object.fromEntries(known), argv: spec.argv }
  return spec.fds === undefined ? existing : { ...existing, fds: spec.fds.map(([name, fd]) => [name, plainFd(fd)]) }
}

/** Which members an existing agent would have to honour and cannot: those given with another value than the default. To be told before it is asked. */
export function extendedMembers(spec: ProcSpec): readonly string[] {
  const members: string[] = OURS.filter((key) => !isDefault(key, spec[key]))
  for (const [name, fd] of spec.fds ?? []) for (const member of extendedFd(fd)) members.push(`fds.${name}.${member}`)
  return members
}

const ESSENTIAL: readonly string[] = [
  'cwd',
  'umask',
  'user',
  'group',
  'groups',
  'search_path',
  'mask',
] satisfies readonly OurMember[]

/**
 * Those of `extendedMembers` without which something else would run, or as somebody else, or something would show that must not: no peer may be sent the
 * spec without them.
 */
export function essentialMembers(spec: ProcSpec): readonly string[] {
  return extendedMembers(spec).filter((member) => ESSENTIAL.includes(member) || /^fds\..*\.data$/.test(member))
}

// `mask` counts: a secret must not show because an agent is old. What only adds to the result does not.
function isDefault(key: OurMember, value: unknown): boolean {
  if (value === undefined || value === null) return true
  switch (key) {
    case 'orphans':
      return value === 'keep'
    case 'fd_names':
      return value === 'name'
    case 'close_fds':
    case 'search_path':
      return value === (key === 'close_fds')
    case 'perf':
    case 'result_env':
      return true
    default:
      return false
  }
}

function extendedFd(fd: FdSpec): readonly string[] {
  if (typeof fd === 'string') return []
  if ('data' in fd) return ['data']
  if (!('capture' in fd)) return []
  const { mode, limit } = fd.capture
  return [...(mode === 'file' ? ['path'] : []), ...((limit ?? null) === null ? [] : ['limit'])]
}

function plainFd(fd: FdSpec): FdSpec {
  if (typeof fd === 'string') return fd
  if ('data' in fd) return { null: { flags: 'Read' } }
  if (!('capture' in fd)) return fd
  const { path: _path, limit: _limit, keep: _keep, times: _times, mode, ...existing } = fd.capture
  return { capture: { ...(mode === undefined ? {} : { mode: mode === 'file' ? 'tempfile' : mode }), ...existing } }
}
