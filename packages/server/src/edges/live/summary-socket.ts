import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises'
import type { FeedMessage } from '@apsis/api/feed'
import { jobJson, runSummary } from '@apsis/api/json'
import { STATES, withoutEndedHold } from '@apsis/core/run'
import type { Instant } from '@apsis/core/time'
import type { Reader } from '@apsis/store/port'
import type { WebSocket } from 'ws'
import { connectionJson } from '../http/handlers/procstar.ts'
import type { AgentList, Jobs } from '../http/ports.ts'
import { backfill } from './backfill.ts'
import type { FeedHub } from './hub.ts'
import { sent } from './sent.ts'

export interface SummaryPorts {
  readonly hub: FeedHub
  readonly read: Pick<Reader, 'facts' | 'runs'>
  readonly jobs: Pick<Jobs, 'list' | 'get'>
  readonly agents: AgentList
  /** Runs that changed last before this are not sent at first; null: all are. */
  readonly oldest: Instant | null
  readonly now: () => Instant
}

/** What the existing client of this socket is to be sent. */
export interface SummaryTarget {
  /** First everything there is: jobs, agents, all runs. */
  readonly init: boolean
  /** Begin after this number; null: now. */
  readonly since: number | null
}

/** Live changes are gathered for this long, ms: as the existing server does. */
const GATHER = 500
/** Messages in one frame at most, and jobs or runs made into messages at a time: a few milliseconds. */
const FRAME = 4_096
const PIECE = 200

type Message = Readonly<Record<string, unknown>>

/**
 * The summary socket of the existing clients (spec/apsis.md 8.5): with `init` all jobs, agents and runs, then what changes, gathered for half a second. The next frame
 * is made when the socket has taken the last; one who falls behind gets what it missed from the store. Each message has its number, `seq`, besides.
 */
export async function serveSummary(socket: WebSocket, target: SummaryTarget, ports: SummaryPorts): Promise<void> {
  const { hub } = ports
  let news = false
  let wake = (): void => {}
  const tell = (): void => {
    news = true
    wake()
  }
  // From before the history is read: changes may repeat, and are never lost.
  let position = Math.min(target.since ?? hub.seq, hub.seq)
  const end = hub.follow(tell)
  socket.on('close', () => {
    end()
    tell()
  })
  const open = (): boolean => socket.readyState === socket.OPEN
  const quiet = (): boolean => !news
  if (target.init) await sendAll(socket, ports)
  while (open()) {
    news = false
    const next = await nextOf(ports, position)
    const messages = next.messages.flatMap((message) => existingForm(message, ports))
    const moved = next.seq > position
    position = Math.max(position, next.seq)
    // Runs that were removed together are one message here, and many for these clients.
    for (let at = 0; at < messages.length && open(); at += FRAME)
      await sent(socket, JSON.stringify(messages.slice(at, at + FRAME)))
    if (moved && position < hub.seq) continue
    while (open() && quiet()) await new Promise<void>((resolve) => (wake = resolve))
    if (open()) await pause(GATHER)
  }
}

async function nextOf(
  { hub, read }: SummaryPorts,
  position: number,
): Promise<{ readonly messages: readonly FeedMessage[]; readonly seq: number }> {
  const live = hub.messages(position, FRAME)
  if (live !== null) return { messages: live, seq: live.at(-1)?.seq ?? position }
  const past = await backfill(read, position)
  // The numbers up to the hub's may be facts that make no message.
  return { messages: past.messages, seq: past.seq === position ? hub.from : past.seq }
}

async function sendAll(socket: WebSocket, { jobs, agents, read, oldest, now }: SummaryPorts): Promise<void> {
  const paramsOf = (jobId: string): readonly string[] | null => jobs.get(jobId)?.params ?? null
  const all = jobs.list()
  for (let at = 0; at < all.length && socket.readyState === socket.OPEN; at += PIECE) {
    const some = all.slice(at, at + PIECE).map((job): Message => ({ type: 'job', job: jobJson(job, paramsOf) }))
    await sent(socket, JSON.stringify(some))
    await turn()
  }
  const conns = (agents.list() ?? []).map(
    (agent): Message => ({ type: 'agent_conn', conn: connectionJson(agent, agents) }),
  )
  if (conns.length > 0) await sent(socket, JSON.stringify(conns))
  const since = oldest === null ? {} : { since: oldest }
  for (const states of [
    STATES.filter((state) => state === 'scheduled'),
    STATES.filter((state) => state !== 'scheduled'),
  ]) {
    for (let after: string | undefined; socket.readyState === socket.OPEN; ) {
      const page = await read.runs({
        filter: { states, ...since },
        limit: PIECE,
        ...(after === undefined ? {} : { after }),
      })
      const some = page.runs.map(
        (run): Message => ({ type: 'run_summary', run_summary: runSummary(withoutEndedHold(run, now())) }),
      )
      if (some.length > 0) await sent(socket, JSON.stringify(some))
      if (page.next === null) break
      after = page.next
    }
  }
}

function existingForm(message: FeedMessage, { jobs, agents }: SummaryPorts): readonly Message[] {
  const { seq } = message
  switch (message.type) {
    case 'run':
      return [{ type: 'run_transition', run_summary: message.run, seq }]
    case 'run_delete':
      return [{ type: 'run_delete', run_id: message.run_id, seq }]
    case 'runs_removed':
      return message.run_ids.map((id) => ({ type: 'run_delete', run_id: id, seq }))
    case 'job': {
      if (message.change === 'removed') return [{ type: 'job_delete', job_id: message.job_id, seq }]
      const job = jobs.get(message.job_id)
      // Gone meanwhile: the message that says so follows.
      if (job === null) return []
      const json = jobJson(job, (jobId) => jobs.get(jobId)?.params ?? null)
      return [{ type: message.change === 'added' ? 'job_add' : 'job', job: json, seq }]
    }
    case 'agent': {
      if (message.change === 'removed') return [{ type: 'agent_conn_delete', conn_id: message.conn_id, seq }]
      const agent = agents.list()?.find(({ conn }) => conn.conn_id === message.conn_id)
      return agent === undefined ? [] : [{ type: 'agent_conn', conn: connectionJson(agent, agents), seq }]
    }
    case 'hello':
    case 'reset':
    // Unknown to the clients that this is for.
    case 'pause':
    case 'backfill':
      return []
  }
}
