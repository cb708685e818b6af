import type { Peer, Receipt, Request } from './input.ts'
import type { DeletedLine } from './journal.ts'
import { outputFile, timesFile } from './place.ts'
import { hasTimes } from './plan.ts'
import type { Ended, Proc } from './proc.ts'
import { closeStreamsOf } from './push.ts'
import { isOurs, refuse, SERVER, send, type Step } from './state.ts'

type DeleteRequest = Extract<Request, { readonly type: 'ProcDeleteRequest' }>
type DeletedReceipt = Extract<Receipt, { readonly kind: 'deleted' }>

/** Ids remembered as deleted on a connection. */
const MOST_FORGOTTEN = 1024

/** Takes a delete request: makes it durable first, so that a restart does not bring the proc back. */
export function deleteProc(step: Step, to: Peer, request: DeleteRequest): void {
  const proc = step.state.procs.get(request.proc_id)
  if (proc === undefined) return unknown(step, to, request.proc_id)
  if (proc.state !== 'ended') return refuse(step, to, request, `process running: ${proc.id}`)
  // A second request gets the answer of the first.
  if (proc.deleting && to.kind === 'server') return
  recordDeletion(step, proc, { to, request })
}

/** Deletes an ended proc that nobody asked to delete; the server is told all the same. */
export function deleteUnasked(step: Step, proc: Ended): void {
  recordDeletion(step, proc, null)
}

function recordDeletion(step: Step, proc: Ended, asked: DeletedReceipt['asked']): void {
  const line: DeletedLine = { t: 'deleted', id: proc.id }
  step.state.procs.put({ ...proc, deleting: true })
  step.out.push({
    do: 'record',
    segment: proc.place.segment,
    lines: [line],
    receipt: { kind: 'deleted', asked, line },
  })
}

// An existing server closes the connection when it hears of an id that it has just had deleted.
function unknown(step: Step, to: Peer, id: string): void {
  if (to.kind === 'server' && !isOurs(step.state, to) && step.state.forgotten.has(id)) return
  send(step, to, { type: 'ProcUnknown', proc_id: id })
}

/** The deletion is durable: forgets the proc and tells the server. */
export function deleteRecorded(step: Step, { asked, line }: DeletedReceipt): void {
  const proc = step.state.procs.get(line.id)
  if (proc !== undefined) {
    closeStreamsOf(step, proc)
    forget(step, proc)
    remember(step, proc.id)
    send(step, SERVER, { type: 'ProcDelete', proc_id: proc.id })
  }
  if (asked?.to.kind === 'local') send(step, asked.to, { type: 'ProcDelete', proc_id: line.id })
}

/** It could not be made durable: the proc stays. */
export function deleteUnrecorded(step: Step, { asked, line }: DeletedReceipt, reason: string): void {
  const proc = step.state.procs.get(line.id)
  if (proc?.state === 'ended') step.state.procs.put({ ...proc, deleting: false })
  if (asked !== null) refuse(step, asked.to, asked.request, `cannot record the deletion: ${reason}`)
}

/** Drops a proc, its output, and its segment if that was the last of it. */
export function forget(step: Step, proc: Proc): void {
  const { procs, segments } = step.state
  procs.remove(proc.id)
  // What it has left running is nobody's to stop any more.
  if (proc.state === 'ended' && proc.monitor !== null) procs.unmonitored(proc.monitor)
  segments.release(proc.place)
  const lengths = proc.state === 'ended' ? proc.end.lengths : undefined
  const written = proc.fds.filter(
    ({ fd, action }) => action.kind === 'capture' && action.path === null && lengths?.get(fd) !== 0,
  )
  const files = written.map(({ fd }) => outputFile(proc.place, fd))
  if (hasTimes(proc.fds)) files.push(timesFile(proc.place))
  if (files.length > 0) step.out.push({ do: 'erase', files })
  dropSegments(step)
}

/** Deletes the segments that hold nothing any more. */
export function dropSegments(step: Step): void {
  if (!step.state.recovered) return
  for (const segment of step.state.segments.dropEmpty()) step.out.push({ do: 'removeSegment', segment })
}

function remember(step: Step, id: string): void {
  const { forgotten } = step.state
  forgotten.add(id)
  const [oldest] = forgotten
  if (forgotten.size > MOST_FORGOTTEN && oldest !== undefined) forgotten.delete(oldest)
}
