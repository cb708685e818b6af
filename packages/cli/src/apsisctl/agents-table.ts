import type { ConnectionJson } from '@apsis/api/json'
import { type Cell, type Column, table } from '../terminal/index.ts'

const COLUMNS: readonly Column[] = [
  { title: 'GROUP', min: 8 },
  { title: 'AGENT', min: 8 },
  { title: 'HOST', min: 8 },
  { title: 'USER', min: 6 },
  { title: 'PID', align: 'right' },
  { title: 'RUNS', align: 'right' },
  { title: 'STATE', min: 12 },
]

/** Agents as a table, by group, host and id. `width`: the columns of the terminal; null: any. */
export function agentsTable(agents: readonly ConnectionJson[], width: number | null): string {
  const rows = agents.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)).map(rowOf)
  return table(COLUMNS, rows, width)
}

function keyOf({ info: { conn, proc } }: ConnectionJson): string {
  return [conn.group_id, proc.hostname, conn.conn_id].join('\0')
}

function rowOf(agent: ConnectionJson): readonly Cell[] {
  const { conn, proc } = agent.info
  const texts = [conn.group_id, conn.conn_id, proc.hostname, proc.username ?? `${proc.uid}`, `${proc.pid}`]
  return [...texts, `${agent.runs}`, stateText(agent)].map((text) => ({ text }))
}

function stateText({ shutdown_state: state, drain, info: { stats } }: ConnectionJson): string {
  const parts = [stats.connected ? 'connected' : `away since ${stats.last_disconnect_time ?? stats.last_connect_time}`]
  if (state !== 'active') parts.push(state)
  if (drain !== null) {
    parts.push(`${drain.drained ? 'drained' : 'draining'}${drain.reason === null ? '' : `: ${drain.reason}`}`)
  }
  return parts.join(', ')
}
