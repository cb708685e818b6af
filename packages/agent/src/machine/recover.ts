import { forget, dropSegments } from './delete.ts'
import type { AskedLine, JournalLine } from './journal.ts'
import { askAgain } from './ask.ts'
import { ended, lose, lost, newProc, started, unended } from './life.ts'
import { flushCommands } from './commands.ts'
import { hasPipes, NO_PIPES } from './pipes.ts'
import type { Step } from './state.ts'

/** Takes a record of a journal: after the start, only of what monitors say; the agent's own it knows. */
export function takeRecord(step: Step, segment: number, line: JournalLine): void {
  switch (line.t) {
    case 'start':
      return isOf(step, line.id, segment) ? started(step, line) : undefined
    case 'end':
      return isOf(step, line.id, segment) ? ended(step, line) : undefined
    default:
      return step.state.recovered ? undefined : takeOwn(step, segment, line)
  }
}

// The id may have been used before, by a proc of another segment.
function isOf(step: Step, id: string, segment: number): boolean {
  return step.state.procs.get(id)?.place.segment === segment
}

function takeOwn(step: Step, segment: number, line: Exclude<JournalLine, { t: 'start' | 'end' }>): void {
  switch (line.t) {
    case 'segment':
      return step.state.segments.setBoot(segment, line.boot)
    case 'asked':
      return takeAsked(step, segment, line)
    case 'lost': {
      const proc = step.state.procs.get(line.id)
      if (proc !== undefined && proc.place.segment === segment && proc.state !== 'ended') lost(step, proc, line)
      return
    }
    case 'deleted': {
      const proc = step.state.procs.get(line.id)
      if (proc?.place.segment === segment) forget(step, proc)
    }
  }
}

function takeAsked(step: Step, segment: number, line: AskedLine): void {
  const { procs, segments } = step.state
  if (procs.get(line.id) !== undefined) return
  const place = { segment, index: line.n }
  segments.hold(place)
  const batch = line.batch ?? (hasPipes(line.spec) ? line.n : null)
  const proc = newProc(line.id, place, line.spec, line.wall, line.as ?? null, batch, line.env ?? null)
  procs.put({ ...proc, state: 'asked', monitor: null, pipes: NO_PIPES })
}

/** All that there was has been read. What is not over and of an earlier run of the host is lost. */
export function recovered(step: Step, current: number, existing: readonly number[]): void {
  const { state } = step
  for (const segment of existing) state.segments.note(segment)
  state.segments.begin(current)
  state.recovered = true
  for (const proc of unended(state.procs.values())) {
    if (!state.segments.isOf(proc.place.segment, state.config.boot)) lose(step, proc, 'lost: host rebooted', null)
  }
  dropSegments(step)
}

/**
 * A launcher is there. Whatever an earlier one was asked has its first record by now or will never have one, so what has none is asked again;
 * monitors of what runs are watched from now on by this launcher.
 */
export function launcherReady(step: Step): void {
  const { state } = step
  state.launcherReady = true
  const procs = unended(state.procs.values())
  askAgain(
    step,
    procs.filter((proc) => proc.state === 'asked').filter(({ id }) => !state.losing.has(id)),
  )
  for (const proc of procs) {
    if (proc.state !== 'running') continue
    step.out.push({ do: 'watch', monitor: proc.monitor })
    flushCommands(step, proc)
  }
}
