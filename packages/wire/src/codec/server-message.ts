import type { ServerMessage } from '../message/index.ts'
import { DECODE_LIMITS, encode } from '../msgpack/index.ts'
import { at } from '../parse/index.ts'
import { readProcSpecs } from '../spec/input.ts'
import { type Decoded, decodeMessage, type Reader, type Readers } from './decoded.ts'
import { readExtensions } from './extensions.ts'
import { readFd, readProcId } from './ids.ts'

const I32 = [-0x8000_0000, 0x7fff_ffff] as const

const READERS: Readers<ServerMessage> = {
  Registered: (check, { extensions }, path) => ({
    type: 'Registered',
    ...(extensions === undefined ? {} : { extensions: readExtensions(check, extensions, at(path, 'extensions')) }),
  }),
  ProcStartRequest: (check, { specs }, path) => ({
    type: 'ProcStartRequest',
    specs: readProcSpecs(check, specs, at(path, 'specs')),
  }),
  ProcidListRequest: () => ({ type: 'ProcidListRequest' }),
  ProcResultRequest: (check, fields, path) => ({ type: 'ProcResultRequest', proc_id: readProcId(check, fields, path) }),
  ProcSignalRequest: (check, fields, path) => ({
    type: 'ProcSignalRequest',
    proc_id: readProcId(check, fields, path),
    signum: check.integer(fields['signum'], at(path, 'signum'), ...I32),
  }),
  ProcFdDataRequest: (check, fields, path) => ({
    type: 'ProcFdDataRequest',
    proc_id: readProcId(check, fields, path),
    fd: readFd(check, fields, path),
    start: check.integer(fields['start'], at(path, 'start'), Number.MIN_SAFE_INTEGER),
    stop:
      (fields['stop'] ?? null) === null
        ? null
        : check.integer(fields['stop'], at(path, 'stop'), Number.MIN_SAFE_INTEGER),
  }),
  ProcDeleteRequest: (check, fields, path) => ({ type: 'ProcDeleteRequest', proc_id: readProcId(check, fields, path) }),
  ProcOutputRequest: (check, fields, path) => ({
    type: 'ProcOutputRequest',
    proc_id: readProcId(check, fields, path),
    fd: readFd(check, fields, path),
    start: check.integer(fields['start'], at(path, 'start'), 0),
    window: check.integer(fields['window'], at(path, 'window'), 1),
  }),
  ProcOutputAck: (check, fields, path) => ({
    type: 'ProcOutputAck',
    proc_id: readProcId(check, fields, path),
    fd: readFd(check, fields, path),
    offset: check.integer(fields['offset'], at(path, 'offset'), 0),
  }),
  ProcStopRequest: (check, fields, path) => ({
    type: 'ProcStopRequest',
    proc_id: readProcId(check, fields, path),
    signum: check.integer(fields['signum'], at(path, 'signum'), 1, 64),
    grace: (fields['grace'] ?? null) === null ? null : check.duration(fields['grace'], at(path, 'grace')),
  }),
  ProcResultEvery: (check, fields, path) => ({
    type: 'ProcResultEvery',
    proc_id: readProcId(check, fields, path),
    interval: (fields['interval'] ?? null) === null ? null : check.duration(fields['interval'], at(path, 'interval')),
  }),
}
const BY_TYPE: ReadonlyMap<string, Reader<ServerMessage>> = new Map(Object.entries(READERS))

// Only the messages of existing servers may come as an array.
const POSITIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['Registered', []],
  ['ProcStartRequest', ['specs']],
  ['ProcidListRequest', []],
  ['ProcResultRequest', ['proc_id']],
  ['ProcSignalRequest', ['proc_id', 'signum']],
  ['ProcFdDataRequest', ['proc_id', 'fd', 'start', 'stop']],
  ['ProcDeleteRequest', ['proc_id']],
])

/**
 * Decodes what a server sent (spec/procstar.md 4.2, 4.4): a map, or an array `[type, member, …]`. Unknown members are ignored at the top and
 * refused within specs. Specs are checked in shape; `checkBatch` has the rest. Never throws.
 */
export function decodeServerMessage(frame: Uint8Array | string): Decoded<ServerMessage> {
  return decodeMessage(frame, BY_TYPE, (type) => POSITIONS.get(type), DECODE_LIMITS)
}

/** Encodes a message of a server, `type` first and no member that its type does not have. What the peer understands is for the session to see. */
export function encodeServerMessage(message: ServerMessage): Uint8Array {
  return encode(tree(message))
}

function tree(message: ServerMessage): object {
  const { type } = message
  switch (message.type) {
    case 'Registered':
      return { type, extensions: message.extensions }
    case 'ProcStartRequest':
      return { type, specs: message.specs }
    case 'ProcidListRequest':
      return { type }
    case 'ProcResultRequest':
    case 'ProcDeleteRequest':
      return { type, proc_id: message.proc_id }
    case 'ProcSignalRequest':
      return { type, proc_id: message.proc_id, signum: message.signum }
    case 'ProcFdDataRequest':
      return { type, proc_id: message.proc_id, fd: message.fd, start: message.start, stop: message.stop }
    case 'ProcOutputRequest':
      return { type, proc_id: message.proc_id, fd: message.fd, start: message.start, window: message.window }
    case 'ProcOutputAck':
      return { type, proc_id: message.proc_id, fd: message.fd, offset: message.offset }
    case 'ProcStopRequest':
      return { type, proc_id: message.proc_id, signum: message.signum, grace: message.grace }
    case 'ProcResultEvery':
      return { type, proc_id: message.proc_id, interval: message.interval }
  }
}
