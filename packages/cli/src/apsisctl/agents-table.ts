import { type ConnectionJson, parseTime } from '@apsis/api/json'
import { type Cell, type Column, localTime, table, type Terminal } from '../terminal/index.ts'

const COLUMNS: readonly Column[] = [
  { title: 'GROUP', min: 8 },
  // Never cut: `drain` takes it as it is, or the beginning of it.
  { title: 'AGENT' },
  { title: 'HOST', min: 8 },
  { title: 'USER', min: 6 },
  { title: 'PID', align: 'right' },
  { title: 'RUNS', align: 'right' },
  { title: 'STATE', min: 12 },
]

/** Characters of an id that a terminal shows at least. */
const SHORT = 8

/**
 * Agents as a table, by group, host and id. On a terminal ids stand with as much of their beginning as tells them apart, at least 8 characters;
 * elsewhere whole.
 */
export function agentsTable(
  agents: readonly ConnectionJson[],
  { columns, zone }: Pick<Terminal, 'columns' | 'zone'>,
): string {
  const ids = agents.map(({ info }) => info.conn.conn_id)
  const shown = (id: string): string => (columns === null ? id : shortest(id, ids))
  const rows = agents.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)).map((agent) => rowOf(agent, shown, zone))
  return table(COLUMNS, rows, columns)
}

/** The agent whose id that is, or begins so; null where none or several are. */
export function agentNamed(ids: readonly string[], name: string): string | null {
  if (ids.includes(name)) return name
  const [first, ...others] = name === '' ? [] : ids.filter((id) => id.startsWith(name))
  return first !== undefined && others.length === 0 ? first : null
}

function shortest(id: string, ids: readonly string[]): string {
  let length = SHORT
  while (length < id.length && ids.some((one) => one !== id && one.startsWith(id.slice(0, length)))) length += 1
  return id.slice(0, length)
}

function keyOf({ info: { conn, proc } }: ConnectionJson): string {
  return [conn.group_id, proc.hostname, conn.conn_id].join('\0')
}

function rowOf(agent: ConnectionJson, shown: (id: string) => string, zone: string): readonly Cell[] {
  const { conn, proc } = agent.info
  const texts = [conn.group_id, shown(conn.conn_id), proc.hostname, proc.username ?? `${proc.uid}`, `${proc.pid}`]
  return [...texts, `${agent.runs}`, stateText(agent, zone)].map((text) => ({ text }))
}

function stateText({ shutdown_state: state, drain, info: { stats } }: ConnectionJson, zone: string): string {
  const since = parseTime(stats.last_disconnect_time ?? stats.last_connect_time)
  const parts = [stats.connected ? 'connected' : `away since ${localTime(since ?? 0, zone)}`]
  if (state !== 'active') parts.push(state)
  if (drain !== null) {
    parts.push(`${drain.drained ? 'drained' : 'draining'}${drain.reason === null ? '' : `: ${drain.reason}`}`)
  }
  return parts.join(', ')
}
