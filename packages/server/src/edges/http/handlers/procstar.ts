import { type ConnectionJson, formatTime } from '@apsis/api/json'
import { listConnections, listGroups } from '@apsis/api/routes'
import type { FastifyInstance } from 'fastify'
import type { AgentView } from '../../../engine/index.ts'
import { failure, success } from '../outcome.ts'
import type { AgentList } from '../ports.ts'
import { register } from '../register.ts'

/** Serves the routes that read agents. */
export function serveProcstar(app: FastifyInstance, agents: AgentList): void {
  register(app, listConnections, async () => {
    const list = agents.list()
    if (list === null) return noServer()
    return success(Object.fromEntries(list.map((agent) => [agent.conn.conn_id, connectionJson(agent)])))
  })
  register(app, listGroups, async () => {
    const list = agents.list()
    if (list === null) return noServer()
    const groups: Record<string, ConnectionJson[]> = {}
    for (const agent of list) (groups[agent.conn.group_id] ??= []).push(connectionJson(agent))
    return success(groups)
  })
}

function noServer(): ReturnType<typeof failure> {
  return failure('REQUEST_INVALID', 'no agent server running')
}

/** The API form of an agent (spec/apsis.md 11.4). */
export function connectionJson(agent: AgentView): ConnectionJson {
  const { conn, proc, address, port } = agent
  return {
    shutdown_state: agent.shutdownState,
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
