import type { Json, JsonObject } from '@apsis/core/json'
import type { RecordRow } from '@apsis/store/port'
import type { AgentView } from '../ports.ts'

/** What is kept of an agent, so that a server that starts knows it. */
export function agentRecord({ conn, proc, ...view }: AgentView): RecordRow {
  return { kind: 'agent', id: conn.conn_id, json: { ...view, conn: { ...conn }, proc: { ...proc } } }
}

/** The agent of a record, as it was; null where the record is not one of an agent. */
export function rememberedAgent({ json }: RecordRow): AgentView | null {
  const {
    conn,
    proc,
    connected,
    address,
    port,
    shutdownState,
    firstConnect,
    lastConnect,
    lastDisconnect,
    connects,
    received,
    sent,
  } = json
  if (!isObject(conn) || !isObject(proc)) return null
  const { conn_id: connId, group_id: group, restricted_exe: exe } = conn
  const { pid, ppid, uid, euid, username, gid, egid, groupname, hostname } = proc
  if (!isText(connId) || !isText(group) || !isText(address) || !isText(hostname)) return null
  if (!isNumber(port) || !isNumber(firstConnect) || !isNumber(lastConnect)) return null
  if (!isNumber(connects) || !isNumber(received) || !isNumber(sent)) return null
  if (!isNumber(pid) || !isNumber(ppid) || !isNumber(uid) || !isNumber(euid) || !isNumber(gid) || !isNumber(egid))
    return null
  if (shutdownState !== 'active' && shutdownState !== 'idling' && shutdownState !== 'done') return null
  return {
    conn: { conn_id: connId, group_id: group, restricted_exe: isText(exe) ? exe : null },
    proc: {
      pid,
      ppid,
      uid,
      euid,
      username: isText(username) ? username : null,
      gid,
      egid,
      groupname: isText(groupname) ? groupname : null,
      hostname,
    },
    address,
    port,
    connected: connected === true,
    shutdownState,
    firstConnect,
    lastConnect,
    lastDisconnect: isNumber(lastDisconnect) ? lastDisconnect : null,
    connects,
    received,
    sent,
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: Json | undefined): value is string {
  return typeof value === 'string'
}

function isNumber(value: Json | undefined): value is number {
  return typeof value === 'number'
}
