import { checkBatch } from '@apsis/wire/spec'
import { shownEnvironment } from './about.ts'
import { type Credentials, credentialsOf } from './accounts.ts'
import { askTogether } from './ask.ts'
import type { Peer, Receipt, Request } from './input.ts'
import type { AskedLine, DeletedLine } from './journal.ts'
import { newProc } from './life.ts'
import { withAbsoluteCaptures } from './named-captures.ts'
import { hasPipes } from './pipes.ts'
import { unsupported } from './plan.ts'
import { shutdownState } from './shutdown.ts'
import { isOurs, type MachineConfig, refuse, sendResult, type Step } from './state.ts'

type StartRequest = Extract<Request, { readonly type: 'ProcStartRequest' }>
type AskedReceipt = Extract<Receipt, { readonly kind: 'asked' }>
type WithdrawnReceipt = Extract<Receipt, { readonly kind: 'withdrawn' }>

/**
 * Takes a start request: all of its procs or none. A server of ours that asks again for a proc it asked for before is told how that proc is,
 * since it cannot know whether its first request arrived.
 */
export function start(step: Step, to: Peer, request: StartRequest): void {
  const { procs } = step.state
  const ids = Object.keys(request.specs)
  const known = ids.flatMap((id) => procs.get(id) ?? [])
  const [first] = known
  if (first !== undefined && !isOurs(step.state, to)) return refuse(step, to, request, `duplicate proc id: ${first.id}`)
  const fresh = ids.filter((id) => procs.get(id) === undefined)
  const credentials = new Map<string, Credentials>()
  if (fresh.length > 0) {
    const problem = refusal(step, request, fresh) ?? settle(step, request, fresh, credentials)
    if (problem !== null) return refuse(step, to, request, problem)
  }
  // One that is still on its way will be announced when it starts.
  for (const proc of known) if (proc.state === 'running' || proc.state === 'ended') sendResult(step, to, proc)
  if (fresh.length > 0) record(step, to, request, fresh, credentials)
  else if (to.kind === 'local') step.out.push({ do: 'accepted', to })
}

function refusal(step: Step, { specs }: StartRequest, fresh: readonly string[]): string | null {
  const { config, procs, shutdown, withdrawn } = step.state
  const problem =
    checkBatch(specs) ?? unconnected(specs, fresh) ?? first(fresh.map((id) => unsupportedIn(config, specs, id)))
  if (problem !== null) return problem
  const state = shutdownState(shutdown)
  if (state !== 'active') return `agent shutting down: ${state}`
  if (procs.size + fresh.length > config.mostProcs)
    return `too many procs: ${procs.size} held, at most ${config.mostProcs}`
  return withdrawn.length > 0 ? 'cannot record the request: an earlier failure to write is not mended yet' : null
}

function unsupportedIn(config: MachineConfig, specs: StartRequest['specs'], id: string): string | null {
  const spec = specs[id]
  return spec === undefined ? null : unsupported(id, spec, config)
}

// Of what was asked for before, no pipe can be had any more.
function unconnected(specs: StartRequest['specs'], fresh: readonly string[]): string | null {
  if (fresh.length === Object.keys(specs).length) return null
  return checkBatch(Object.fromEntries(Object.entries(specs).filter(([id]) => fresh.includes(id))))
}

function first(problems: readonly (string | null)[]): string | null {
  return problems.find((text) => text !== null) ?? null
}

// Names become numbers before anything is recorded, so that a restarted agent runs the proc as the same user.
function settle(
  step: Step,
  { specs }: StartRequest,
  fresh: readonly string[],
  into: Map<string, Credentials>,
): string | null {
  for (const id of fresh) {
    const spec = specs[id]
    const found = spec === undefined ? null : credentialsOf(spec, step.state.accounts)
    if (found === null) continue
    if ('problem' in found) return found.problem
    into.set(id, found)
  }
  return null
}

function record(
  step: Step,
  to: Peer,
  request: StartRequest,
  ids: readonly string[],
  credentials: ReadonlyMap<string, Credentials>,
): void {
  const { procs, segments } = step.state
  const lines: AskedLine[] = []
  const segment = segments.current
  let batch: number | null = null
  for (const id of ids) {
    const given = request.specs[id]
    if (given === undefined) continue
    const spec = withAbsoluteCaptures(given, step.state.config.folder)
    const place = segments.take()
    const connected = hasPipes(spec)
    if (connected) batch ??= place.index
    const as = credentials.get(id)
    const env = shownEnvironment(spec, step.state.config.environment)
    procs.put(newProc(id, place, spec, step.now.wall, as ?? null, connected ? batch : null, env))
    lines.push({
      t: 'asked',
      id,
      n: place.index,
      wall: step.now.wall,
      spec,
      ...(as === undefined ? {} : { as }),
      ...(connected && batch !== null ? { batch } : {}),
      ...(env === null ? {} : { env }),
    })
  }
  step.out.push({ do: 'record', segment, lines, receipt: { kind: 'asked', to, request, ids } })
}

/** The intention of a start request is durable. */
export function startRecorded(step: Step, receipt: AskedReceipt): void {
  if (receipt.to.kind === 'local') step.out.push({ do: 'accepted', to: receipt.to })
  const procs = receipt.ids.flatMap((id) => step.state.procs.get(id) ?? [])
  askTogether(
    step,
    procs.filter((proc) => proc.state === 'recording'),
  )
}

/**
 * It could not be made durable, but part of it may have reached the journal, where a later agent would find it. So the request is refused only
 * once that is withdrawn there, however long it takes; until then the procs are held, and nobody is told that they will not run.
 */
export function startUnrecorded(step: Step, { to, request, ids }: AskedReceipt, reason: string): void {
  const { procs } = step.state
  const lines: DeletedLine[] = []
  let segment = 0
  for (const id of ids) {
    const proc = procs.get(id)
    if (proc?.state !== 'recording') continue
    segment = proc.place.segment
    lines.push({ t: 'deleted', id })
  }
  step.state.withdrawn = [...step.state.withdrawn, { kind: 'withdrawn', segment, lines, to, request, reason }]
}

/** What may have reached the journal is withdrawn there: the procs will never run. */
export function startWithdrawn(step: Step, { lines, to, request, reason }: WithdrawnReceipt): void {
  const { procs, segments } = step.state
  for (const { id } of lines) {
    const proc = procs.get(id)
    if (proc?.state !== 'recording') continue
    procs.remove(id)
    segments.release(proc.place)
    step.state.commands.delete(id)
  }
  refuse(step, to, request, `cannot record the request: ${reason}`)
}

/** Tries again to withdraw what could not be recorded. */
export function retryWithdrawals(step: Step): void {
  const { withdrawn } = step.state
  step.state.withdrawn = []
  for (const receipt of withdrawn)
    step.out.push({ do: 'record', segment: receipt.segment, lines: receipt.lines, receipt })
}
