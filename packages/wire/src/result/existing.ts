import type { FdResult, ProcResult } from './result.ts'

/** A result with exactly the members that existing agents send, at the top and of descriptors: what a peer without extension `results` gets. */
export function existingResult(result: ProcResult): ProcResult {
  const { state, errors, pid, proc_stat, proc_statm, cgroup_accounting, times, status, rusage } = result
  const fds = Object.fromEntries(Object.entries(result.fds).map(([name, fd]) => [name, existingFd(fd)]))
  return { state, errors, pid, proc_stat, proc_statm, cgroup_accounting, times, status, rusage, fds }
}

function existingFd(fd: FdResult | null): FdResult | null {
  if (fd === null || fd.type === 'error' || !('dropped' in fd)) return fd
  if (fd.type === 'detached') return { type: fd.type, length: fd.length, encoding: fd.encoding }
  if (fd.type === 'text') return { type: fd.type, text: fd.text, encoding: fd.encoding }
  return { type: fd.type, data: fd.data, encoding: fd.encoding }
}
