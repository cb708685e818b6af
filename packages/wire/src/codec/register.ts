import type { AgentProcInfo, ConnInfo, Register, ShutdownState } from '../message/index.ts'
import { at, type Check, type Fields, type Path } from '../parse/index.ts'
import { readExtensions } from './extensions.ts'
import { readName } from './ids.ts'

// A token longer than this is nobody's, and comparing costs by its length.
const LONGEST_TOKEN = 4096

/** Reads a Register (spec/procstar.md 4.3). `proc_ids` may be missing, as old agents have it. */
export function readRegister(check: Check, fields: Fields, path: Path): Register {
  const token = check.text(fields['access_token'], at(path, 'access_token'))
  if (token.length > LONGEST_TOKEN) check.problem(at(path, 'access_token'), `longer than ${LONGEST_TOKEN} characters`)
  const { extensions } = fields
  return {
    type: 'Register',
    conn: readConn(check, fields['conn'], at(path, 'conn')),
    proc: readProc(check, fields['proc'], at(path, 'proc')),
    proc_ids: check.texts(fields['proc_ids'] ?? [], at(path, 'proc_ids')),
    access_token: token,
    shutdown_state: readShutdownState(check, fields['shutdown_state'], at(path, 'shutdown_state')),
    ...(extensions === undefined ? {} : { extensions: readExtensions(check, extensions, at(path, 'extensions')) }),
  }
}

/** Reads a shutdown state. */
export function readShutdownState(check: Check, value: unknown, path: Path): ShutdownState {
  return check.word(value, path, ['active', 'idling', 'done']) ?? 'done'
}

function readConn(check: Check, value: unknown, path: Path): ConnInfo {
  const given = check.fields(value, path)
  return {
    conn_id: readName(check, given['conn_id'], at(path, 'conn_id')),
    group_id: readName(check, given['group_id'], at(path, 'group_id')),
    restricted_exe: check.optionalText(given['restricted_exe'], at(path, 'restricted_exe')),
  }
}

function readProc(check: Check, value: unknown, path: Path): AgentProcInfo {
  const given = check.fields(value, path)
  const id = (key: string): number => check.integer(given[key], at(path, key), 0)
  return {
    pid: id('pid'),
    ppid: id('ppid'),
    uid: id('uid'),
    euid: id('euid'),
    username: check.optionalText(given['username'], at(path, 'username')),
    gid: id('gid'),
    egid: id('egid'),
    groupname: check.optionalText(given['groupname'], at(path, 'groupname')),
    hostname: check.text(given['hostname'], at(path, 'hostname')),
  }
}
