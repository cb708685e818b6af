import type { ConnectionJson } from '@apsis/api/json'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { client } from '../net/client.ts'
import { Time } from '../time/time.tsx'
import { Loaded } from '../ui/query-state.tsx'
import { Empty, Section } from '../ui/section.tsx'
import { DrainButton, DrainWords } from './drain.tsx'

/** Milliseconds after which the counts are asked for anew. */
const REFRESH = 15_000

/** `/agents`: every agent by group, with those that have lost contact. */
export function AgentsPage(): ReactElement {
  const query = useQuery({ queryKey: ['agents'], queryFn: () => client.connections(), refetchInterval: REFRESH })
  return (
    <main className="page">
      <h1 className="visually-hidden">Agents</h1>
      <Loaded query={query}>{(connections) => <Groups connections={Object.values(connections)} />}</Loaded>
    </main>
  )
}

function Groups({ connections }: { readonly connections: readonly ConnectionJson[] }): ReactElement {
  if (connections.length === 0) return <Empty>No agent has connected yet.</Empty>
  const groups = [...Map.groupBy(connections, ({ info }) => info.conn.group_id)].sort(([a], [b]) => (a < b ? -1 : 1))
  return (
    <>
      {groups.map(([group, members]) => {
        const up = members.filter(({ info }) => info.stats.connected).length
        return (
          <Section
            key={group}
            title={`Group ${group}`}
            aside={<span className="faint num">{`${up} of ${members.length} connected`}</span>}
          >
            <ul className="agents">
              {members.map((agent) => (
                <Agent key={agent.info.conn.conn_id} agent={agent} />
              ))}
            </ul>
          </Section>
        )
      })}
    </>
  )
}

function Agent({ agent }: { readonly agent: ConnectionJson }): ReactElement {
  const { conn, proc, stats, socket } = agent.info
  const user = `${proc.username ?? proc.euid}:${proc.groupname ?? proc.egid}`
  return (
    <li className="agent" data-connected={stats.connected}>
      <span className="agent-state">
        <span className="dot" aria-hidden="true" />
        {stats.connected ? (agent.shutdown_state === 'active' ? 'connected' : agent.shutdown_state) : 'disconnected'}
      </span>
      <span className="agent-main">
        <strong>{proc.hostname}</strong>
        <span className="faint">{` ${user} · pid ${proc.pid} · ${socket.address}:${socket.port}`}</span>
        {conn.restricted_exe !== null && <span className="label">only {conn.restricted_exe}</span>}
      </span>
      <span className="agent-runs num">
        {agent.runs} {agent.runs === 1 ? 'run' : 'runs'}
      </span>
      <span className="agent-id faint">{conn.conn_id}</span>
      <span className="agent-since num">
        since{' '}
        <Time
          at={stats.connected ? stats.last_connect_time : (stats.last_disconnect_time ?? stats.last_connect_time)}
          short
        />
      </span>
      <span className="agent-buttons">
        <DrainButton agent={agent} />
      </span>
      <DrainWords agent={agent} />
    </li>
  )
}
