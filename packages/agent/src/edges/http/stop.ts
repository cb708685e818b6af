import { Check, top } from '@apsis/wire/parse'
import { parseSignal } from '@apsis/wire/signal'
import { readJson } from './body.ts'
import { replyTo } from './procs.ts'
import { type Refusal, refusal } from './refusal.ts'
import { data } from './reply.ts'
import type { Exchange, Handler, Service } from './route.ts'
import type { ShutdownHow } from '../../main/index.ts'

const SIGTERM = 15
/** Grace where neither the request nor the proc's spec says it, seconds. */
const GRACE = 10

/** POST /procs/:id/stop: ends the whole tree of a proc. The body may be left out, and everything in it. */
export const stopProc: Handler = async (service, exchange) => {
  const given = await optional(service, exchange)
  if (given.kind === 'refusal') return given
  const check = new Check()
  const { signal, grace } = check.fields(given.value, top(''), ['signal', 'grace'])
  const seconds = grace === undefined || grace === null ? grace : check.duration(grace, top('grace'))
  const checked = check.result(null)
  if (!checked.ok) return refusal(400, `parsing body: ${checked.error}`)
  const id = exchange.parameter('id')
  const policy = service.agent.stopPolicy(id)
  const signum = signal === undefined ? { ok: true as const, value: policy?.signum ?? SIGTERM } : parseSignal(signal)
  if (!signum.ok) return refusal(400, `parsing body: signal: ${signum.error}`)
  const answer = await service.agent.request({
    type: 'ProcStopRequest',
    proc_id: id,
    signum: signum.value,
    grace: seconds === undefined ? (policy?.grace ?? GRACE) : seconds,
  })
  return replyTo(answer)
}

const HOW: ReadonlyMap<unknown, ShutdownHow> = new Map([
  ['soft', 'idle'],
  ['orderly', 'terminate'],
  ['forceful', 'kill'],
])

/** POST /agent/shutdown: answered at once, before anything has ended. */
export const shutDown: Handler = async (service, exchange) => {
  const given = await optional(service, exchange)
  if (given.kind === 'refusal') return given
  const check = new Check()
  const { how = 'orderly' } = check.fields(given.value, top(''), ['how'])
  const word = check.word(how, top('how'), ['soft', 'orderly', 'forceful'])
  const checked = check.result(null)
  const meant = HOW.get(word)
  if (!checked.ok || meant === undefined) return refusal(400, `parsing body: ${checked.ok ? 'how' : checked.error}`)
  service.agent.shutdown(meant)
  return data()
}

async function optional(
  { budget }: Service,
  { request, response }: Exchange,
): Promise<{ readonly kind: 'json'; readonly value: unknown } | Refusal> {
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers
  if (coding === undefined && Number(length ?? 0) === 0) return { kind: 'json', value: {} }
  return readJson(request, response, budget)
}
