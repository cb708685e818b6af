import type { FoundCgroup, LeftCgroup, NoCgroup } from '../edges/host/index.ts'
import type { Proc } from '../machine/index.ts'

/** Which control groups procs have, for the log, and why not more. */
export function cgroupText(found: FoundCgroup | NoCgroup): string {
  const reasons = found.reasons.map(({ text }) => text).join('; ')
  if (found.kind === 'none') return `control groups: none: ${reasons || 'there are none here'}`
  const places: string[] = []
  if (found.v2 !== null)
    places.push(`v2 in ${found.v2.folder} (${found.v2.controllers.join(', ') || 'no controllers'})`)
  for (const [controller, folder] of found.v1) places.push(`v1 ${controller} in ${folder}`)
  return `control groups: ${found.kind}: ${places.join(', ')}${reasons === '' ? '' : `; ${reasons}`}`
}

/** About a control group of a monitor that was killed, in which there is still something. */
export function leftoverText(path: string): string {
  return `control group ${path} is left of a monitor that was killed, and there are processes in it: end them by writing 1 to its cgroup.kill, or by their pids in its cgroup.procs`
}

/** Whether a monitor of one of these procs has left it: other agents of this host use the same parents. */
export function isLeftBy(procs: Iterable<Proc>, { monitor }: LeftCgroup): boolean {
  for (const proc of procs) {
    const own = proc.state === 'recording' ? null : proc.monitor
    if (own?.pid === monitor.pid && own.start === monitor.start) return true
  }
  return false
}
