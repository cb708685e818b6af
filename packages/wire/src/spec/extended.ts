import type { ProcSpec } from './spec.ts'

/** Members that are beyond the existing schema: an existing agent refuses a request with one of them. */
const EXTENDED = ['cwd', 'umask', 'orphans'] as const

/** The spec without what an existing agent does not know. */
export function withoutExtended(spec: ProcSpec): ProcSpec {
  const { cwd: _cwd, umask: _umask, orphans: _orphans, ...existing } = spec
  return existing
}

/** Which members an existing agent would have to honour and cannot: those given with another value than the default. To be told before it is asked. */
export function extendedMembers(spec: ProcSpec): readonly string[] {
  return EXTENDED.filter((key) => (spec[key] ?? null) !== null && spec[key] !== 'keep')
}
