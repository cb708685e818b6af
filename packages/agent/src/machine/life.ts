import { type FdEntry, type ProcSpec, resolveSpec } from '@apsis/wire/spec'
import { aboutOf } from './about.ts'
import { dropCommands, flushCommands, monitorOf } from './commands.ts'
import type { Credentials } from './accounts.ts'
import { maskedText } from './mask-text.ts'
import type { TreeRecord } from './end-record.ts'
import type { EndLine, LostLine, Monitor, StageError, StartLine } from './journal.ts'
import type { Place } from './place.ts'
import { NO_PIPES, type PipeIds } from './pipes.ts'
import { planOf } from './plan.ts'
import type { Asked, Ended, Proc, Recording, Running } from './proc.ts'
import { pushFor } from './push.ts'
import { stageErrorText } from './stage-error.ts'
import { sendNews, type Step } from './state.ts'

/** Exit code 63: what existing agents show for a process that never came to its program (spec/procstar.md 7). */
export const NOT_STARTED: number = 63 << 8
const KILLED = 9
/** The bits of a raw wait status that are the signal. */
const SIGNAL = 0x7f
const MONITOR_KILLED = 'lost: its monitor was killed'

/** A new proc, before its record is durable. */
export function newProc(
  id: string,
  place: Place,
  spec: ProcSpec,
  askedAt: bigint,
  credentials: Credentials | null = null,
  batch: number | null = null,
  env: readonly string[] | null = null,
): Recording {
  const { exe, fds, stop } = resolveSpec(spec)
  const held = { id, place, exe, fds: fds.map(withoutData), askedAt, stop, about: aboutOf(spec, env) }
  return { state: 'recording', ...held, spec, credentials, batch, env }
}

// A result says nothing about data, which may be long and is not held as long as the proc.
function withoutData(entry: FdEntry): FdEntry {
  return entry.action.kind === 'data' ? { ...entry, action: { kind: 'data', bytes: new Uint8Array(0) } } : entry
}

/** Its intention is durable: asks the launcher, or leaves that for when there is one. */
export function ask(step: Step, proc: Recording | Asked, pipes: PipeIds = NO_PIPES): void {
  const asked: Asked = { ...proc, state: 'asked', monitor: null, pipes }
  step.state.procs.put(asked)
  if (step.state.launcherReady)
    step.out.push({ do: 'launch', plan: planOf(asked.id, asked.place, asked.spec, step.state.config, asked) })
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
  if (proc?.state !== 'asked') return
  // Who is at the other end of a pipe has to see its end.
  for (const pipe of proc.pipes.values()) step.out.push({ do: 'unpipe', pipe })
  loseFirst(step, proc, maskedText(stageErrorText(error, proc.exe), proc.about?.secrets), NOT_STARTED)
}

/** It has started. A record that came twice changes nothing. */
export function started(step: Step, line: StartLine): void {
  const proc = step.state.procs.get(line.id)
  if (proc?.state !== 'asked') return
  const { spec, credentials: _credentials, batch: _batch, env: _env, pipes: _pipes, ...held } = proc
  const { pid, pidStart, wall, mono, monitor } = line
  const cgroups = resolveSpec(spec).orphans === 'kill' ? (line.cgroups ?? []) : []
  const running: Running = {
    ...held,
    state: 'running',
    monitor,
    started: { pid, pidStart, wall, mono },
    ...(cgroups.length === 0 ? {} : { cgroups }),
  }
  step.state.procs.put(running)
  step.state.procs.monitored(monitor, line.id)
  sendNews(step, running)
  flushCommands(step, running)
}

/** It has ended, by its monitor's record. */
export function ended(step: Step, line: EndLine): void {
  const proc = step.state.procs.get(line.id)
  if (proc === undefined || (proc.state !== 'asked' && proc.state !== 'running')) return
  const { t: _t, id: _id, errors: steps, status, ...recorded } = line
  const errors = steps
    .filter((error) => !signalled(error, status))
    .map((error) => maskedText(stageErrorText(error, proc.exe), proc.about?.secrets))
  // Nobody waits for a status that cannot come: existing clients take one for granted.
  const known = status ?? (errors.length > 0 ? NOT_STARTED : null)
  end(step, proc, { ...recorded, status: known, errors, ...(steps.length === 0 ? {} : { steps }) })
}

// A signal ended it before it came to its program: for existing clients it was terminated by that signal, nothing else. Older launchers gave no status.
function signalled({ stage }: StageError, status: number | null): boolean {
  return stage === 'start' && status !== null && (status & SIGNAL) !== 0
}

/**
 * A monitor is no more. Its proc's last record was read before, so one without an end died with it. What the proc left, and the monitor would
 * have killed, is ended first, as far as control groups tell.
 */
export function gone(step: Step, monitor: Monitor): void {
  const id = step.state.procs.unmonitored(monitor)
  const proc = id === undefined ? undefined : step.state.procs.get(id)
  if (proc === undefined || (proc.state !== 'asked' && proc.state !== 'running')) return
  if (!isMonitorOf(proc, monitor)) return
  if (proc.state === 'running' && proc.cgroups !== undefined)
    step.out.push({ do: 'endCgroups', id: proc.id, monitor, cgroups: proc.cgroups })
  else if (proc.state === 'asked') loseFirst(step, proc, MONITOR_KILLED, KILLED)
  else lose(step, proc, MONITOR_KILLED, KILLED)
}

/** What was in the control groups that a monitor left has ended; `tree` null where it is not known to have. */
export function cgroupsEnded(step: Step, id: string, monitor: Monitor, tree: TreeRecord | null): void {
  const proc = step.state.procs.get(id)
  if (proc?.state === 'running' && isMonitorOf(proc, monitor)) lose(step, proc, MONITOR_KILLED, KILLED, tree)
}

function isMonitorOf(proc: Proc, monitor: Monitor): boolean {
  const own = monitorOf(proc)
  return own?.pid === monitor.pid && own.start === monitor.start
}

/**
 * The same of a proc that has no start on record: the next agent would not conclude it but ask for the proc again, so nobody is told before the
 * conclusion is durable.
 */
function loseFirst(step: Step, proc: Asked, reason: string, status: number | null): void {
  if (step.state.losing.has(proc.id)) return
  recordLoss(step, proc, { t: 'lost', id: proc.id, wall: step.now.wall, status, errors: [reason] })
}

function recordLoss(step: Step, proc: Proc, line: LostLine): void {
  step.state.losing.set(proc.id, { line, isWritten: true })
  step.out.push({ do: 'record', segment: proc.place.segment, lines: [line], receipt: { kind: 'lost', id: proc.id } })
}

/** That a proc will not run is durable, or nobody will ever look. */
export function lossRecorded(step: Step, id: string): void {
  const losing = step.state.losing.get(id)
  const proc = step.state.procs.get(id)
  step.state.losing.delete(id)
  if (losing === undefined || proc === undefined || proc.state === 'ended') return
  lost(step, proc, losing.line)
}

/** It could not be written: it is tried again. */
export function lossUnrecorded(step: Step, id: string): void {
  const losing = step.state.losing.get(id)
  if (losing !== undefined) step.state.losing.set(id, { ...losing, isWritten: false })
}

/** Tries again to record what could not be. */
export function retryLosses(step: Step): void {
  for (const [id, { line, isWritten }] of step.state.losing) {
    const proc = step.state.procs.get(id)
    if (proc === undefined) step.state.losing.delete(id)
    else if (!isWritten) recordLoss(step, proc, line)
  }
}

/** Concludes that a proc is no more, without a record of it; the conclusion is recorded, so that it stays the same. */
export function lose(
  step: Step,
  proc: Recording | Asked | Running,
  reason: string,
  status: number | null,
  tree: TreeRecord | null = null,
): void {
  const found = tree === null ? {} : { tree }
  const line: LostLine = { t: 'lost', id: proc.id, wall: step.now.wall, status, errors: [reason], ...found }
  step.out.push({ do: 'record', segment: proc.place.segment, lines: [line], receipt: { kind: 'lost', id: null } })
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
    ...(line.tree === undefined ? {} : { tree: line.tree }),
  })
}

function end(step: Step, proc: Recording | Asked | Running, end: Ended['end']): void {
  // A server waits for the news of the start before that of the end.
  if (proc.state !== 'running') sendNews(step, proc)
  const { id, place, fds, exe, askedAt, stop, about } = proc
  const next: Ended = {
    state: 'ended',
    id,
    place,
    fds,
    exe,
    askedAt,
    stop,
    about,
    started: proc.state === 'running' ? proc.started : null,
    monitor: monitorOf(proc),
    end,
    deleting: false,
  }
  step.state.procs.put(next)
  dropCommands(step, id)
  sendNews(step, next)
  pushFor(step, next)
}

/** Every proc that is not over. */
export function unended(procs: Iterable<Proc>): readonly (Recording | Asked | Running)[] {
  return [...procs].filter((proc) => proc.state !== 'ended')
}
