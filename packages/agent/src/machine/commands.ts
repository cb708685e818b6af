import { ESRCH, osError } from './errno.ts'
import type { Command, CommandFor } from './input.ts'
import type { Monitor } from './journal.ts'
import type { Proc } from './proc.ts'
import { type HeldCommand, refuse, type Step } from './state.ts'

/** Commands that may wait for one proc. */
const MOST_WAITING = 16

/** Tells a proc's monitor, at once or as soon as it can be told. */
export function command(step: Step, proc: Proc, held: HeldCommand): void {
  const { state, out } = step
  const monitor = monitorOf(proc)
  if (monitor !== null && state.launcherReady) {
    out.push({ do: 'command', id: proc.id, monitor, command: held.command, for: held.for })
    return
  }
  const waiting = state.commands.get(proc.id) ?? []
  if (waiting.length < MOST_WAITING) state.commands.set(proc.id, [...waiting, held])
  else answer(step, held.for, `more than ${MOST_WAITING} signals wait for ${proc.id}`)
}

/** Gives a proc's monitor what has waited for it. */
export function flushCommands(step: Step, proc: Proc): void {
  const waiting = step.state.commands.get(proc.id) ?? []
  if (waiting.length === 0 || monitorOf(proc) === null || !step.state.launcherReady) return
  step.state.commands.delete(proc.id)
  for (const held of waiting) command(step, proc, held)
}

/** Answers what waited for a proc that has ended. */
export function dropCommands(step: Step, id: string): void {
  const waiting = step.state.commands.get(id) ?? []
  step.state.commands.delete(id)
  for (const held of waiting) answer(step, held.for, 'no process')
}

/** Takes a monitor's answer; `errno` null when the launcher was lost before. */
export function commanded(step: Step, id: string, given: Command, asked: CommandFor, errno: number | null): void {
  if (errno === 0) return accepted(step, asked)
  if (errno !== null) return answer(step, asked, errno === ESRCH ? 'no process' : osError(errno))
  const proc = step.state.procs.get(id)
  // A stop twice is a stop; a signal twice could be one too many.
  if (given.what === 'stop' && proc !== undefined && proc.state !== 'ended')
    command(step, proc, { command: given, for: asked })
  else answer(step, asked, 'the launcher ended before it answered')
}

/** The monitor that can be told about a proc, or null. */
export function monitorOf(proc: Proc): Monitor | null {
  return proc.state === 'recording' ? null : proc.monitor
}

/** Tells somebody of this host that a request, which has no answer of its own, is carried out. */
export function accepted(step: Step, asked: CommandFor): void {
  if (asked?.to.kind === 'local') step.out.push({ do: 'accepted', to: asked.to })
}

function answer(step: Step, asked: CommandFor, err: string): void {
  if (asked !== null) refuse(step, asked.to, asked.request, err)
}
