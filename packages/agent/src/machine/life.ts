import { type ProcSpec, resolveSpec } from '@apsis/wire/spec'
import { dropCommands, flushCommands, monitorOf } from './commands.ts'
import type { EndLine, LostLine, Monitor, StageError, StartLine } from './journal.ts'
import type { Place } from './place.ts'
import { planOf } from './plan.ts'
import type { Asked, Ended, Proc, Recording, Running } from './proc.ts'
import { pushFor } from './push.ts'
import { stageErrorText } from './stage-error.ts'
import { SERVER, sendResult, type Step } from './state.ts'

/** Exit code 63: what existing agents show for a process that never came to its program (spec/procstar.md 7). */
const NOT_STARTED = 63 << 8
const KILLED = 9

/** A new proc, before its record is durable. */
export function newProc(id: string, place: Place, spec: ProcSpec, askedAt: bigint): Recording {
  const { exe, fds } = resolveSpec(spec)
  return { state: 'recording', id, place, spec, exe, fds, askedAt }
}

/** Its intention is durable: asks the launcher, or leaves that for when there is one. */
export function ask(step: Step, proc: Recording | Asked): void {
  const asked: Asked = { ...proc, state: 'asked', monitor: null }
  step.state.procs.put(asked)
  if (step.state.launcherReady)
    step.out.push({ do: 'launch', plan: planOf(asked.id, asked.place, asked.spec, step.state.config) })
}

/** Its monitor is there. */
export function launched(step: Step, id: string, monitor: Monitor): void {
  const proc = step.state.procs.get(id)
  if (proc === undefined || proc.state === 'recording') return
  step.state.procs.monitored(monitor, id)
  if (proc.state !== 'asked') return
  const next: Asked = { ...proc, monitor }
  step.state.procs.put(next)
  flushCommands(step, next)
}

/** Its monitor could not be made. */
export function launchFailed(step: Step, id: string, error: StageError): void {
  const proc = step.state.procs.get(id)
  if (proc?.state === 'asked') lose(step, proc, stageErrorText(error, proc.exe), NOT_STARTED)
}

/** It has started. A record that came twice changes nothing. */
export function started(step: Step, line: StartLine): void {
  const proc = step.state.procs.get(line.id)
  if (proc?.state !== 'asked') return
  const { spec: _spec, ...held } = proc
  const { pid, pidStart, wall, mono, monitor } = line
  const running: Running = { ...held, state: 'running', monitor, started: { pid, pidStart, wall, mono } }
  step.state.procs.put(running)
  step.state.procs.monitored(monitor, line.id)
  sendResult(step, SERVER, running)
  flushCommands(step, running)
}

/** It has ended, by its monitor's record. */
export function ended(step: Step, line: EndLine): void {
  const proc = step.state.procs.get(line.id)
  if (proc === undefined || (proc.state !== 'asked' && proc.state !== 'running')) return
  const { pid, status, start, stop, elapsed, rusage, stat } = line
  const errors = line.errors.map((error) => stageErrorText(error, proc.exe))
  // Nobody waits for a status that cannot come: existing clients take one for granted.
  const known = status ?? (errors.length > 0 ? NOT_STARTED : null)
  const lengths = line.lengths === undefined ? {} : { lengths: line.lengths }
  end(step, proc, { pid, status: known, start, stop, elapsed, rusage, errors, stat, ...lengths })
}

/** A monitor is no more. Its proc's last record was read before, so one without an end died with it. */
export function gone(step: Step, monitor: Monitor): void {
  const id = step.state.procs.unmonitored(monitor)
  const proc = id === undefined ? undefined : step.state.procs.get(id)
  if (proc === undefined || (proc.state !== 'asked' && proc.state !== 'running')) return
  const own = monitorOf(proc)
  if (own?.pid === monitor.pid && own.start === monitor.start) lose(step, proc, 'lost: its monitor was killed', KILLED)
}

/** Concludes that a proc is no more, without a record of it; the conclusion is recorded, so that it stays the same. */
export function lose(step: Step, proc: Recording | Asked | Running, reason: string, status: number | null): void {
  const line: LostLine = { t: 'lost', id: proc.id, wall: step.now.wall, status, errors: [reason] }
  step.out.push({ do: 'record', segment: proc.place.segment, lines: [line], receipt: { kind: 'lost' } })
  lost(step, proc, line)
}

/** It is lost, by a conclusion of now or of an agent before. */
export function lost(step: Step, proc: Recording | Asked | Running, line: LostLine): void {
  const begin = proc.state === 'running' ? proc.started.wall : proc.askedAt
  const pid = proc.state === 'running' ? proc.started.pid : null
  const elapsed = line.wall > begin ? line.wall - begin : 0n
  end(step, proc, {
    pid,
    status: line.status,
    start: begin,
    stop: line.wall,
    elapsed,
    rusage: null,
    errors: line.errors,
    stat: null,
  })
}

function end(step: Step, proc: Recording | Asked | Running, end: Ended['end']): void {
  // A server waits for the news of the start before that of the end.
  if (proc.state !== 'running') sendResult(step, SERVER, proc)
  const { id, place, fds, exe, askedAt } = proc
  const next: Ended = {
    state: 'ended',
    id,
    place,
    fds,
    exe,
    askedAt,
    started: proc.state === 'running' ? proc.started : null,
    monitor: monitorOf(proc),
    end,
    deleting: false,
  }
  step.state.procs.put(next)
  dropCommands(step, id)
  sendResult(step, SERVER, next)
  pushFor(step, next)
}

/** Every proc that is not over. */
export function unended(procs: Iterable<Proc>): readonly (Recording | Asked | Running)[] {
  return [...procs].filter((proc) => proc.state !== 'ended')
}
