import type { ProcResult } from '../result/result.ts'
import type { ProcSpec } from '../spec/spec.ts'

/** Shutdown state of an agent. Source: spec/procstar.md 6.2. */
export type ShutdownState = 'active' | 'idling' | 'done'

/** Who the agent says it is. Exactly these keys (spec/procstar.md 4.3). */
export interface ConnInfo {
  readonly conn_id: string
  readonly group_id: string
  readonly restricted_exe: string | null
}

/** The agent's own process, captured once at its start. */
export interface AgentProcInfo {
  readonly pid: number
  readonly ppid: number
  readonly uid: number
  readonly euid: number
  readonly username: string | null
  readonly gid: number
  readonly egid: number
  readonly groupname: string | null
  readonly hostname: string
}

/**
 * What is beyond the existing protocol, by name with a version. Sent at the top level of Register and Registered, where existing peers
 * ignore it; nothing of it is used unless both peers named it. The common version is the lower one.
 *
 * - `output` 1: ProcOutputRequest, ProcOutput, ProcOutputAck (output pushed by offset, flow-controlled). 2: ProcOutput tells what a limit did not
 *   keep (`dropped`); what may yet be dropped is pushed once the proc has ended.
 * - `stop` 1: ProcStopRequest (signal, grace, SIGKILL of the whole tree, carried out by the agent alone).
 * - `errors` 1: undecodable requests are answered by RequestError.
 * - `results` 1: results have the members that are ours (see `ProcResult`); ProcResultEvery (results while a proc runs).
 * - `spec` 1: specs have the members that are ours (see `ProcSpec`); an agent without it refuses a request with one of them.
 */
export interface Extensions {
  readonly [name: string]: number
}

export interface Register {
  readonly type: 'Register'
  readonly conn: ConnInfo
  readonly proc: AgentProcInfo
  /** Sorted. Every proc that the agent holds, running or ended, until it is deleted. */
  readonly proc_ids: readonly string[]
  readonly access_token: string
  readonly shutdown_state: ShutdownState
  readonly extensions?: Extensions
}
export interface ProcResultMessage {
  readonly type: 'ProcResult'
  readonly proc_id: string
  readonly res: ProcResult
}
export interface ProcFdData {
  readonly type: 'ProcFdData'
  readonly proc_id: string
  readonly fd: string
  readonly start: number
  readonly stop: number
  readonly encoding: 'utf-8' | null
  readonly data: Uint8Array
}
export interface ProcidList {
  readonly type: 'ProcidList'
  readonly proc_ids: readonly string[]
}
export interface ProcDelete {
  readonly type: 'ProcDelete'
  readonly proc_id: string
}
export interface ProcUnknown {
  readonly type: 'ProcUnknown'
  readonly proc_id: string
}
export interface RequestError {
  readonly type: 'RequestError'
  /** The request, re-encoded; consumers use `type`, `proc_id` and the keys of `specs` only. */
  readonly msg: { readonly [key: string]: unknown }
  readonly err: string
}
export interface ShutDown {
  readonly type: 'ShutDown'
  readonly shutdown_state: ShutdownState
}
/** Extension `output`: bytes [start, start + data.length) of a captured descriptor. */
export interface ProcOutput {
  readonly type: 'ProcOutput'
  readonly proc_id: string
  readonly fd: string
  readonly start: number
  readonly data: Uint8Array
  /** Version 2: so many bytes right before `start` were not kept, and come never. There may be no data then. Absent: none. */
  readonly dropped?: number
}

export type AgentMessage =
  | Register
  | ProcResultMessage
  | ProcFdData
  | ProcidList
  | ProcDelete
  | ProcUnknown
  | RequestError
  | ShutDown
  | ProcOutput

export interface Registered {
  readonly type: 'Registered'
  readonly extensions?: Extensions
}
export interface ProcStartRequest {
  readonly type: 'ProcStartRequest'
  readonly specs: Readonly<Record<string, ProcSpec>>
}
export interface ProcidListRequest {
  readonly type: 'ProcidListRequest'
}
export interface ProcResultRequest {
  readonly type: 'ProcResultRequest'
  readonly proc_id: string
}
export interface ProcSignalRequest {
  readonly type: 'ProcSignalRequest'
  readonly proc_id: string
  readonly signum: number
}
export interface ProcFdDataRequest {
  readonly type: 'ProcFdDataRequest'
  readonly proc_id: string
  readonly fd: string
  readonly start: number
  readonly stop: number | null
}
export interface ProcDeleteRequest {
  readonly type: 'ProcDeleteRequest'
  readonly proc_id: string
}
/** Extension `output`: push this descriptor's bytes from `start` on, as they come, at most `window` bytes beyond what is acknowledged. Repeating it restarts from `start`. */
export interface ProcOutputRequest {
  readonly type: 'ProcOutputRequest'
  readonly proc_id: string
  readonly fd: string
  readonly start: number
  readonly window: number
}
/** Extension `output`: everything below `offset` is durable at the server. */
export interface ProcOutputAck {
  readonly type: 'ProcOutputAck'
  readonly proc_id: string
  readonly fd: string
  readonly offset: number
}
/** Extension `stop`: `signum` to the tree now, SIGKILL to what is left of it `grace` seconds later (null: never). Repeating it with an earlier end hastens. */
export interface ProcStopRequest {
  readonly type: 'ProcStopRequest'
  readonly proc_id: string
  readonly signum: number
  readonly grace: number | null
}
/** Extension `results`: from now on send the result every `interval` seconds while the proc runs (at least 1); null: no more. Ends with the proc and the connection. Only for a proc that has started. */
export interface ProcResultEvery {
  readonly type: 'ProcResultEvery'
  readonly proc_id: string
  readonly interval: number | null
}

export type ServerMessage =
  | Registered
  | ProcStartRequest
  | ProcidListRequest
  | ProcResultRequest
  | ProcSignalRequest
  | ProcFdDataRequest
  | ProcDeleteRequest
  | ProcOutputRequest
  | ProcOutputAck
  | ProcStopRequest
  | ProcResultEvery
