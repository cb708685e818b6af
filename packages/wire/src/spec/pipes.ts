import { fdNumber } from './fd-name.ts'
import type { ProcSpec } from './spec.ts'

/** Whether each `pipe-read` has a `pipe-write` of the same request and each of those one reader; the existing texts (spec/procstar.md 2.3), or null. */
export function checkPipes(entries: readonly (readonly [string, ProcSpec])[]): string | null {
  const writers = new Map<string, Set<number>>()
  for (const [procId, spec] of entries) {
    const fds = (spec.fds ?? []).flatMap(([name, fd]) => (fd === 'pipe-write' ? [fdNumber(name) ?? -1] : []))
    if (fds.length > 0) writers.set(procId, new Set(fds))
  }
  for (const [, spec] of entries) {
    for (const [, fd] of spec.fds ?? []) {
      if (typeof fd !== 'object' || !('pipe-read' in fd)) continue
      const { proc_id: procId, fd: name } = fd['pipe-read']
      const number = fdNumber(name)
      if (number === null) return `bad fd: ${name}`
      if (writers.get(procId)?.delete(number) !== true) return `unmatched read pipe: ${procId} ${name}`
    }
  }
  for (const [procId, fds] of writers) for (const fd of fds) return `unmatched write pipe: ${procId} ${fd}`
  return null
}
