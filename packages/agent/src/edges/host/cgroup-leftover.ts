/** The monitor (pid and start time in ticks) that a cgroup of that name was made by, or null for a name that is none of ours. */
export function monitorOf(name: string): { readonly pid: number; readonly start: number } | null {
  const match = /^procstar-(\d+)-(\d+)-[0-9a-f]{16}$/.exec(name)
  return match === null ? null : { pid: Number(match[1]), start: Number(match[2]) }
}
