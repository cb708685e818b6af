import { fdNumber } from '@apsis/wire/spec'
import { accepted, command } from './commands.ts'
import { deleteProc } from './delete.ts'
import { sendEvery } from './every.ts'
import type { Peer, Request } from './input.ts'
import { captureOf, fileOf } from './place.ts'
import type { Proc } from './proc.ts'
import { acknowledge, openStream } from './push.ts'
import { start } from './start.ts'
import { refuse, send, sendResult, type Step } from './state.ts'

/** Takes a request of the server or of this host (spec/procstar.md 4.4). */
export function take(step: Step, to: Peer, request: Request): void {
  switch (request.type) {
    case 'ProcStartRequest':
      return start(step, to, request)
    case 'ProcidListRequest':
      return send(step, to, { type: 'ProcidList', proc_ids: step.state.procs.ids() })
    case 'ProcDeleteRequest':
      return deleteProc(step, to, request)
    case 'ProcResultRequest':
    case 'ProcSignalRequest':
    case 'ProcStopRequest':
    case 'ProcResultEvery':
    case 'ProcFdDataRequest':
    case 'ProcOutputRequest':
    case 'ProcOutputAck': {
      const proc = step.state.procs.get(request.proc_id)
      // An acknowledgement may cross the deletion.
      if (proc === undefined)
        return request.type === 'ProcOutputAck'
          ? undefined
          : send(step, to, { type: 'ProcUnknown', proc_id: request.proc_id })
      return takeOf(step, to, request, proc)
    }
  }
}

type OfProc = Exclude<Request, { readonly type: 'ProcStartRequest' | 'ProcidListRequest' | 'ProcDeleteRequest' }>

function takeOf(step: Step, to: Peer, request: OfProc, proc: Proc): void {
  switch (request.type) {
    case 'ProcResultRequest':
      // To the server, a proc that has not started does not exist yet; its start will be announced.
      if (to.kind === 'server' && (proc.state === 'recording' || proc.state === 'asked')) return
      return sendResult(step, to, proc)
    case 'ProcSignalRequest':
      return signal(step, to, request, proc)
    case 'ProcStopRequest':
      return stop(step, to, request, proc)
    case 'ProcResultEvery':
      return sendEvery(step, proc, request.interval)
    case 'ProcFdDataRequest':
      return fdData(step, to, request, proc)
    case 'ProcOutputRequest': {
      const fd = captured(step, to, request, proc)
      if (fd !== null) openStream(step, proc, fd, request.fd, request.start, request.window)
      return
    }
    case 'ProcOutputAck': {
      const fd = fdNumber(request.fd)
      if (fd !== null) acknowledge(step, proc.id, fd, request.offset)
    }
  }
}

const LAST_SIGNAL = 64

function signal(step: Step, to: Peer, request: Extract<OfProc, { type: 'ProcSignalRequest' }>, proc: Proc): void {
  const { signum } = request
  if (proc.state === 'ended') return refuse(step, to, request, 'no process')
  if (signum < 0 || signum > LAST_SIGNAL) return refuse(step, to, request, 'EINVAL: Invalid argument')
  // Signal 0 asks whether the process is there.
  if (signum === 0) accepted(step, { to, request })
  else command(step, proc, { command: { what: 'signal', signum }, for: { to, request } })
}

function stop(step: Step, to: Peer, request: Extract<OfProc, { type: 'ProcStopRequest' }>, proc: Proc): void {
  // What a proc has left running (`orphans: keep`) can be stopped as long as its monitor is there.
  const over = proc.state === 'ended' && (proc.monitor === null || !step.state.procs.isMonitored(proc.monitor))
  if (over) return refuse(step, to, request, 'no process')
  const { signum } = request
  if (signum < 1 || signum > LAST_SIGNAL) return refuse(step, to, request, 'EINVAL: Invalid argument')
  const grace = request.grace === null ? null : Math.ceil(request.grace * 1000)
  command(step, proc, { command: { what: 'stop', signum, grace }, for: { to, request } })
}

function fdData(step: Step, to: Peer, request: Extract<OfProc, { type: 'ProcFdDataRequest' }>, proc: Proc): void {
  const fd = captured(step, to, request, proc)
  if (fd === null) return
  const capture = captureOf(proc, fd)
  if (capture === null) return
  const { encoding, limit, keep } = capture
  const length = proc.state === 'ended' ? (proc.end.lengths?.get(fd) ?? null) : null
  const { start, stop: end } = request
  if (start < 0 || (end !== null && end < start))
    return refuse(step, to, request, `bad range: [${start}, ${end ?? ''})`)
  step.out.push({ do: 'sendFdData', to, request, file: fileOf(proc, fd), encoding, keep: { limit, keep }, length })
}

// The descriptor that is asked about, if its output is captured; refuses the request if not.
function captured(step: Step, to: Peer, request: Extract<OfProc, { fd: string }>, proc: Proc): number | null {
  const fd = fdNumber(request.fd)
  const entry = proc.fds.find((listed) => listed.fd === fd)
  if (fd === null) refuse(step, to, request, `bad fd: ${request.fd}`)
  else if (entry === undefined) refuse(step, to, request, `no fd: ${fd}`)
  else if (entry.action.kind !== 'capture') refuse(step, to, request, 'no fd data')
  else return fd
  return null
}
