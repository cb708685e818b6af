import { parseSignal } from '@apsis/wire/signal'
import { parseInput } from '@apsis/wire/spec'
import type { AgentHandle } from '../../main/index.ts'
import type { AnswerBudget } from './answer-budget.ts'
import { readJson } from './body.ts'
import { sortedJson } from './json.ts'
import { flag } from './query.ts'
import { type Refusal, refusal } from './refusal.ts'
import { data, type Reply } from './reply.ts'
import type { Handler } from './route.ts'

type LocalAnswer = Awaited<ReturnType<AgentHandle['request']>>

/** GET /procs: one result after the other, so that no more than one is in memory. */
export const listProcs: Handler = async ({ agent, answers }, { query }) => {
  const text = flag(query, 'text', true)
  if (text.kind === 'refusal') return text
  if (answers.isFull) return FULL
  return {
    kind: 'stream',
    status: 200,
    headers: { 'Content-Type': 'application/json' },
    length: null,
    live: false,
    compressible: true,
    pieces: (signal) => results(agent, answers, text.value, signal),
  }
}

async function* results(
  agent: AgentHandle,
  answers: AnswerBudget,
  text: boolean,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  yield Buffer.from('{"data":{"procs":{')
  let comma = ''
  for (const id of agent.procIds()) {
    let made = await answers.make(() => resultText(agent, id, text))
    // Here there is no status any more to say it by: it waits for others to read theirs.
    for (; made === null && !signal.aborted; made = await answers.make(() => resultText(agent, id, text)))
      await answers.room(signal)
    const body = made?.body ?? null
    try {
      if (signal.aborted) return
      // Deleted since.
      if (body === null) continue
      yield Buffer.from(`${comma}${JSON.stringify(id)}:`)
      yield body
      comma = ','
    } finally {
      answers.give(body?.length ?? 0)
    }
  }
  yield Buffer.from('}}}')
}

/** GET /procs/:id */
export const getProc: Handler = async ({ agent, answers }, { query, parameter, response }) => {
  const text = flag(query, 'text', true)
  if (text.kind === 'refusal') return text
  const id = parameter('id')
  const made = await answers.make(() => resultText(agent, id, text.value))
  if (made === null) return FULL
  const { body } = made
  if (body === null) return refusal(404)
  const give = (): void => answers.give(body.length)
  if (response.closed) give()
  else response.once('close', give)
  const head = Buffer.from(`{"data":{"procs":{${JSON.stringify(id)}:`)
  const tail = Buffer.from('}}}')
  return {
    kind: 'stream',
    status: 200,
    headers: { 'Content-Type': 'application/json' },
    length: head.length + body.length + tail.length,
    live: false,
    compressible: true,
    async *pieces() {
      yield head
      yield body
      yield tail
    },
  }
}

const FULL = refusal(
  503,
  'too many bytes of results wait for their readers: try again, or ask without outputs (text=0)',
  {
    'Retry-After': 1,
  },
)

async function resultText(agent: AgentHandle, id: string, text: boolean): Promise<Buffer | null> {
  const result = await agent.result(id, { text })
  return result === null ? null : Buffer.from(sortedJson(result))
}

/** POST /procs */
export const startProcs: Handler = async ({ agent, budget }, { request, response }) => {
  const body = await readJson(request, response, budget)
  if (body.kind === 'refusal') return body
  const specs = parseInput(body.value)
  if (!specs.ok) return refusal(400, `parsing body: ${specs.error}`)
  return replyTo(await agent.request({ type: 'ProcStartRequest', specs: specs.value }))
}

/** DELETE /procs/:id */
export const deleteProc: Handler = async ({ agent }, { parameter }) =>
  replyTo(await agent.request({ type: 'ProcDeleteRequest', proc_id: parameter('id') }))

/** POST /procs/:id/signals/:signum: the name is looked at first, then the proc. */
export const signalProc: Handler = async ({ agent }, { parameter }) => {
  const signum = existingSignal(parameter('signum'))
  // As existing agents write it.
  if (signum === null) return refusal(400, 'unknwon signum')
  return replyTo(await agent.request({ type: 'ProcSignalRequest', proc_id: parameter('id'), signum }))
}

// `SIGTERM` but not `TERM`; or a number as kill(2) takes it, 0 and negative ones too.
function existingSignal(text: string): number | null {
  if (/^[+-]?\d{1,10}$/.test(text)) {
    const number = Number(text)
    return number >= -0x8000_0000 && number <= 0x7fff_ffff ? number : null
  }
  const parsed = /^SIG[A-Z0-9+-]+$/.test(text) ? parseSignal(text) : null
  return parsed?.ok === true ? parsed.value : null
}

/** What an answer of the agent is in HTTP. */
export function replyTo(answer: LocalAnswer): Reply {
  return refused(answer) ?? data()
}

function refused(answer: LocalAnswer): Refusal | null {
  if (answer?.type === 'ProcUnknown') return refusal(404)
  return answer?.type === 'RequestError' ? refusal(400, answer.err) : null
}
