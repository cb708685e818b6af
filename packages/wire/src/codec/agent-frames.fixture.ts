import type { AgentMessage } from '../message/index.ts'

/** Bytes built by hand from the format: numbers are bytes, ASCII text is a string in its shortest form. Arrays only group. Independent of the encoder. */
export function bytes(...parts: readonly (number | string | readonly (number | string)[])[]): Uint8Array {
  return Uint8Array.from(
    parts.flat().flatMap((part) => {
      if (typeof part === 'number') return [part]
      const text = Array.from(part, (character) => character.charCodeAt(0))
      return text.length < 32 ? [0xa0 | text.length, ...text] : [0xd9, text.length, ...text]
    }),
  )
}

const NIL = 0xc0
const ID = '2f1b6a0e-5f0c-4c2a-8f56-0e7f6a1d9c3b'

/** Each message of an existing agent with its frame, by spec/procstar.md 4.2 and 4.3. */
export const AGENT_FRAMES: readonly (readonly [AgentMessage, Uint8Array])[] = [
  [
    {
      type: 'Register',
      conn: { conn_id: ID, group_id: 'default', restricted_exe: null },
      proc: {
        pid: 4242,
        ppid: 1,
        uid: 1000,
        euid: 1000,
        username: 'me',
        gid: 100,
        egid: 100,
        groupname: null,
        hostname: 'host',
      },
      proc_ids: ['a', 'b'],
      access_token: 'tok',
      shutdown_state: 'active',
    },
    bytes(
      [0x86, 'type', 'Register'],
      ['conn', 0x83, 'conn_id', ID, 'group_id', 'default', 'restricted_exe', NIL],
      [
        'proc',
        0x89,
        'pid',
        0xcd,
        0x10,
        0x92,
        'ppid',
        1,
        'uid',
        0xcd,
        0x03,
        0xe8,
        'euid',
        0xcd,
        0x03,
        0xe8,
        'username',
        'me',
      ],
      ['gid', 100, 'egid', 100, 'groupname', NIL, 'hostname', 'host'],
      ['proc_ids', 0x92, 'a', 'b', 'access_token', 'tok', 'shutdown_state', 'active'],
    ),
  ],
  [
    {
      type: 'ProcResult',
      proc_id: 'a',
      res: {
        state: 'terminated',
        errors: [],
        pid: 70000,
        proc_stat: { pid: 70000, utime: 0, tty_nr: [136, 1], tpgid: null, rsslim: 2n ** 64n - 1n, signal: ['SIGUSR2'] },
        proc_statm: null,
        cgroup_accounting: null,
        times: { start: '2025-08-01T10:00:00.5+00:00', now: '2025-08-01T10:00:02+00:00', stop: null, elapsed: 2 },
        status: { status: 10752, exit_code: 42, signum: null, signal: null, core_dump: false },
        rusage: { utime: 0.5, stime: 0, maxrss: 2097152 },
        fds: { stderr: null, stdout: { type: 'detached', length: 300, encoding: 'base64' } },
      },
    },
    bytes(
      [0x83, 'type', 'ProcResult', 'proc_id', 'a', 'res', 0x8a],
      ['state', 'terminated', 'errors', 0x90, 'pid', 0xce, 0x00, 0x01, 0x11, 0x70],
      ['proc_stat', 0x86, 'pid', 0xce, 0x00, 0x01, 0x11, 0x70, 'utime', 0xcb, 0, 0, 0, 0, 0, 0, 0, 0],
      ['tty_nr', 0x92, 0xcc, 136, 1, 'tpgid', NIL, 'rsslim', 0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
      ['signal', 0x91, 'SIGUSR2', 'proc_statm', NIL, 'cgroup_accounting', NIL],
      ['times', 0x84, 'start', '2025-08-01T10:00:00.5+00:00', 'now', '2025-08-01T10:00:02+00:00', 'stop', NIL],
      ['elapsed', 0xcb, 0x40, 0, 0, 0, 0, 0, 0, 0],
      ['status', 0x85, 'status', 0xcd, 0x2a, 0x00, 'exit_code', 42, 'signum', NIL, 'signal', NIL, 'core_dump', 0xc2],
      ['rusage', 0x83, 'utime', 0xcb, 0x3f, 0xe0, 0, 0, 0, 0, 0, 0, 'stime', 0xcb, 0, 0, 0, 0, 0, 0, 0, 0],
      ['maxrss', 0xce, 0x00, 0x20, 0x00, 0x00],
      [
        'fds',
        0x82,
        'stderr',
        NIL,
        'stdout',
        0x83,
        'type',
        'detached',
        'length',
        0xcd,
        0x01,
        0x2c,
        'encoding',
        'base64',
      ],
    ),
  ],
  [
    {
      type: 'ProcFdData',
      proc_id: 'a',
      fd: 'stdout',
      start: 0,
      stop: 3,
      encoding: null,
      data: new Uint8Array([104, 105, 255]),
    },
    bytes(
      0x87,
      'type',
      'ProcFdData',
      'proc_id',
      'a',
      'fd',
      'stdout',
      'start',
      0,
      'stop',
      3,
      'encoding',
      NIL,
      'data',
      0xc4,
      3,
      104,
      105,
      255,
    ),
  ],
  [{ type: 'ProcidList', proc_ids: [] }, bytes(0x82, 'type', 'ProcidList', 'proc_ids', 0x90)],
  [{ type: 'ProcDelete', proc_id: 'a' }, bytes(0x82, 'type', 'ProcDelete', 'proc_id', 'a')],
  [{ type: 'ProcUnknown', proc_id: ID }, bytes(0x82, 'type', 'ProcUnknown', 'proc_id', ID)],
  [
    { type: 'RequestError', msg: { type: 'ProcSignalRequest', proc_id: 'a', signum: 15 }, err: 'no process' },
    bytes(
      0x83,
      'type',
      'RequestError',
      'msg',
      0x83,
      'type',
      'ProcSignalRequest',
      'proc_id',
      'a',
      'signum',
      15,
      'err',
      'no process',
    ),
  ],
  [{ type: 'ShutDown', shutdown_state: 'idling' }, bytes(0x82, 'type', 'ShutDown', 'shutdown_state', 'idling')],
]
