import type { AgentMessage } from '../message/index.ts'
import { DECODE_LIMITS, type DecodeLimits, encode } from '../msgpack/index.ts'
import { at, type Check, type Fields, type Path } from '../parse/index.ts'
import { readProcResult } from '../result/index.ts'
import { type Decoded, decodeMessage, type Reader, type Readers } from './decoded.ts'
import { readFd, readProcId } from './ids.ts'
import { readRegister, readShutdownState } from './register.ts'

const READERS: Readers<AgentMessage> = {
  Register: readRegister,
  ProcResult: (check, fields, path) => ({
    type: 'ProcResult',
    proc_id: readProcId(check, fields, path),
    res: readProcResult(check, fields['res'], at(path, 'res')),
  }),
  ProcFdData: (check, fields, path) => ({
    type: 'ProcFdData',
    proc_id: readProcId(check, fields, path),
    fd: readFd(check, fields, path),
    start: check.integer(fields['start'], at(path, 'start'), 0),
    stop: check.integer(fields['stop'], at(path, 'stop'), 0),
    encoding:
      (fields['encoding'] ?? null) === null ? null : check.word(fields['encoding'], at(path, 'encoding'), ['utf-8']),
    data: check.bytes(fields['data'], at(path, 'data')),
  }),
  ProcidList: (check, fields, path) => ({
    type: 'ProcidList',
    proc_ids: check.texts(fields['proc_ids'], at(path, 'proc_ids')),
  }),
  ProcDelete: (check, fields, path) => ({ type: 'ProcDelete', proc_id: readProcId(check, fields, path) }),
  ProcUnknown: (check, fields, path) => ({ type: 'ProcUnknown', proc_id: readProcId(check, fields, path) }),
  RequestError: (check, fields, path) => ({
    type: 'RequestError',
    msg: check.fields(fields['msg'], at(path, 'msg')),
    err: check.text(fields['err'], at(path, 'err')),
  }),
  ShutDown: (check, fields, path) => ({
    type: 'ShutDown',
    shutdown_state: readShutdownState(check, fields['shutdown_state'], at(path, 'shutdown_state')),
  }),
  ProcOutput: (check, fields, path) => ({
    type: 'ProcOutput',
    proc_id: readProcId(check, fields, path),
    fd: readFd(check, fields, path),
    start: check.integer(fields['start'], at(path, 'start'), 0),
    data: check.bytes(fields['data'], at(path, 'data')),
    ...(fields['dropped'] === undefined ? {} : { dropped: readDropped(check, fields, path) }),
  }),
}
const BY_TYPE: ReadonlyMap<string, Reader<AgentMessage>> = new Map(Object.entries(READERS))

function readDropped(check: Check, { dropped, start }: Fields, path: Path): number {
  // No more can be missing before an offset than what is before it.
  return check.integer(dropped, at(path, 'dropped'), 1, typeof start === 'number' ? start : 0)
}

/** Decodes what an agent sent (spec/procstar.md 4.2, 4.3): always a map. Members that are not known are ignored, and kept within results. Never throws. */
export function decodeAgentMessage(
  frame: Uint8Array | string,
  limits: DecodeLimits = DECODE_LIMITS,
): Decoded<AgentMessage> {
  return decodeMessage(frame, BY_TYPE, null, limits)
}

// The members of a result that are floats on the wire whatever their value (spec/procstar.md 3.2 to 3.5).
const FLOATS: ReadonlySet<string> = new Set([
  'elapsed',
  'utime',
  'stime',
  'cutime',
  'cstime',
  'delayacct_blkio_ticks',
  'guest_time',
])

/** Encodes a message of an agent with exactly the members of its type, in order, `type` first: existing servers close the connection on any other. */
export function encodeAgentMessage(message: AgentMessage): Uint8Array {
  const size = 'data' in message ? message.data.length + 256 : 2048
  return encode(tree(message), FLOATS, size)
}

function tree(message: AgentMessage): object {
  const { type } = message
  switch (message.type) {
    case 'Register':
      return {
        type,
        conn: pick(message.conn, ['conn_id', 'group_id', 'restricted_exe']),
        proc: pick(message.proc, ['pid', 'ppid', 'uid', 'euid', 'username', 'gid', 'egid', 'groupname', 'hostname']),
        proc_ids: message.proc_ids,
        access_token: message.access_token,
        shutdown_state: message.shutdown_state,
        extensions: message.extensions,
      }
    case 'ProcResult':
      return { type, proc_id: message.proc_id, res: message.res }
    case 'ProcFdData':
      return {
        type,
        proc_id: message.proc_id,
        fd: message.fd,
        start: message.start,
        stop: message.stop,
        encoding: message.encoding,
        data: message.data,
      }
    case 'ProcidList':
      return { type, proc_ids: message.proc_ids }
    case 'ProcDelete':
    case 'ProcUnknown':
      return { type, proc_id: message.proc_id }
    case 'RequestError':
      return { type, msg: message.msg, err: message.err }
    case 'ShutDown':
      return { type, shutdown_state: message.shutdown_state }
    case 'ProcOutput':
      return {
        type,
        proc_id: message.proc_id,
        fd: message.fd,
        start: message.start,
        data: message.data,
        dropped: message.dropped,
      }
  }
}

function pick<T extends object>(from: T, keys: readonly (keyof T & string)[]): object {
  return Object.fromEntries(keys.map((key) => [key, from[key]]))
}
