import { type ConnectionJson, formatTime } from '@apsis/api/json'
import { drainConnection, listConnections, listGroups, undrainConnection } from '@apsis/api/routes'
import type { FastifyInstance } from 'fastify'
import type { AgentView } from '../../../engine/index.ts'
import { failure, rejected, success } from '../outcome.ts'
import type { AgentList } from '../ports.ts'
import { register } from '../register.ts'

/** Serves the routes that read agents, and those that drain them. */
export function serveProcstar(app: FastifyInstance, agents: AgentList): void {
  register(app, listConnections, async () => {
    const list = agents.list()
    if (list === null) return noServer()
    return success(Object.fromEntries(list.map((agent) => [agent.conn.conn_id, connectionJson(agent, agents)])))
  })
  register(app, listGroups, async () => {
    const list = agents.list()
    if (list === null) return noServer()
    const groups: Record<string, ConnectionJson[]> = {}
    for (const agent of list) (groups[agent.conn.group_id] ??= []).push(connectionJson(agent, agents))
    return success(groups)
  })
  register(app, drainConnection, async ({ params, query }) => {
    const list = agents.list()
    if (list === null) return noServer()
    const reply = await agents.drains.drain(params.conn_id, query.reason ?? null)
    if (!reply.ok) return rejected(reply.rejection)
    const agent = list.find(({ conn }) => conn.conn_id === params.conn_id)
    return agent === undefined
      ? failure('AGENT_UNKNOWN', `no agent ${params.conn_id}`)
      : success(connectionJson(agent, agents))
  })
  register(app, undrainConnection, async ({ params }) => {
    const reply = await agents.drains.undrain(params.conn_id)
    return reply.ok ? success({}) : rejected(reply.rejection)
  })
}

function noServer(): ReturnType<typeof failure> {
  return failure('REQUEST_INVALID', 'no agent server running')
}

/** The API form of an agent (spec/apsis.md 11.4). */
export function connectionJson(agent: AgentView, { runs, drains }: Pick<AgentList, 'runs' | 'drains'>): ConnectionJson {
  const { conn, proc, address, port } = agent
  const drain = drains.of(conn.conn_id)
  const count = runs(conn.conn_id)
  return {
    shutdown_state: agent.shutdownState,
    runs: count,
    drain: drain === null ? null : { since: formatTime(drain.since), reason: drain.reason, drained: count === 0 },
    info: {
      conn,
      socket: { address, port },
      proc,
      stats: {
        connected: agent.connected,
        first_connect_time: formatTime(agent.firstConnect),
        last_connect_time: formatTime(agent.lastConnect),
        last_disconnect_time: agent.lastDisconnect === null ? null : formatTime(agent.lastDisconnect),
        num_connections: agent.connects,
        num_received: agent.received,
        num_sent: agent.sent,
      },
    },
  }
}
