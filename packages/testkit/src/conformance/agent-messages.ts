import { isArray, isFloat, isMap, type Plain, type PlainMap, textOf } from './plain.ts'

type Check = (value: Plain, where: string) => void

class Fault extends Error {}

function expected(what: string, where: string): never {
  throw new Fault(`${where}: expected ${what}`)
}

const text: Check = (value, where) => typeof value === 'string' || expected('text', where)
const integer: Check = (value, where) =>
  typeof value === 'number' || typeof value === 'bigint' || expected('an integer', where)
const float: Check = (value, where) => isFloat(value) || expected('a float', where)
const bool: Check = (value, where) => typeof value === 'boolean' || expected('a boolean', where)
const binary: Check = (value, where) => value instanceof Uint8Array || expected('binary', where)
const anyMap: Check = (value, where) => isMap(value) || expected('a map', where)
const nullable =
  (check: Check): Check =>
  (value, where) => {
    if (value !== null) check(value, where)
  }
const oneOf =
  (...texts: readonly (string | null)[]): Check =>
  (value, where) =>
    texts.some((one) => one === value) || expected(texts.join(' or '), where)
const array =
  (check: Check): Check =>
  (value, where) => {
    if (!isArray(value)) expected('an array', where)
    else value.forEach((item, index) => check(item, `${where}[${index}]`))
  }

/** A map of exactly these keys, in this order: existing servers want the set, existing agents send the order. */
const record =
  (members: Readonly<Record<string, Check>>): Check =>
  (value, where) => {
    if (!isMap(value)) return expected('a map', where)
    const keys = Object.keys(members).join(' ')
    if ([...value.keys()].join(' ') !== keys)
      expected(`the keys ${keys}, in this order; they are ${[...value.keys()].join(' ')}`, where)
    for (const [key, check] of Object.entries(members)) check(value.get(key) ?? null, `${where}.${key}`)
  }

const time: Check = (value, where) =>
  (typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3}|\.\d{6}|\.\d{9})?\+00:00$/.test(value)) ||
  expected('a time in UTC with +00:00 and 0, 3, 6 or 9 digits', where)

function all(keys: readonly string[], check: Check): Readonly<Record<string, Check>> {
  return Object.fromEntries(keys.map((key) => [key, check]))
}

const words = (line: string): readonly string[] => line.split(' ')

const stat = record({
  ...all(words('pid'), integer),
  ...all(words('comm state'), text),
  ...all(words('ppid pgrp session'), integer),
  tty_nr: array(integer),
  tpgid: nullable(integer),
  ...all(words('flags minflt cminflt majflt cmajflt'), integer),
  ...all(words('utime stime cutime cstime'), float),
  ...all(words('priority nice num_threads'), integer),
  starttime: time,
  ...all(words('vsize rss rsslim'), integer),
  ...all(words('signal blocked sigignore sigcatch'), array(text)),
  wchan: integer,
  exit_signal: nullable(text),
  ...all(words('processor rt_priority policy'), integer),
  ...all(words('delayacct_blkio_ticks guest_time'), float),
  ...all(words('cguest_time exit_code'), integer),
})

const fd: Check = (value, where) => {
  if (value === null) return
  if (!isMap(value)) return expected('a map', where)
  const forms: Readonly<Record<string, Check>> = {
    text: record({ type: text, text, encoding: oneOf('utf-8') }),
    data: record({ type: text, data: text, encoding: oneOf('base64') }),
    detached: record({ type: text, length: integer, encoding: oneOf('utf-8', 'base64') }),
    error: record({ type: text }),
  }
  const form = forms[textOf(value.get('type'))]
  if (form === undefined) expected('a known type', where)
  else form(value, where)
}

const result = record({
  state: oneOf('running', 'terminated', 'error'),
  errors: array(text),
  pid: integer,
  proc_stat: nullable(stat),
  proc_statm: nullable(record(all(words('size resident shared text data'), integer))),
  cgroup_accounting: nullable(anyMap),
  times: record({ start: time, now: time, stop: nullable(time), elapsed: float }),
  status: nullable(
    record({
      status: integer,
      exit_code: nullable(integer),
      signum: nullable(integer),
      signal: nullable(text),
      core_dump: bool,
    }),
  ),
  rusage: nullable(
    record({
      ...all(words('utime stime'), float),
      ...all(words('maxrss minflt majflt nswap inblock oublock nvcsw nivcsw'), integer),
    }),
  ),
  fds: (value, where) => {
    if (!isMap(value)) return expected('a map', where)
    const names = [...value.keys()].filter((name) => !/^\d/.test(name))
    if (names.toSorted().join() !== names.join()) expected('sorted names', where)
    for (const [name, one] of value) fd(one, `${where}.${name}`)
  },
})

const shutdownState = oneOf('active', 'idling', 'done')

const MESSAGES: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  Register: {
    conn: record({ conn_id: text, group_id: text, restricted_exe: nullable(text) }),
    proc: record({
      ...all(words('pid ppid uid euid'), integer),
      username: nullable(text),
      ...all(words('gid egid'), integer),
      groupname: nullable(text),
      hostname: text,
    }),
    proc_ids: array(text),
    access_token: text,
    shutdown_state: shutdownState,
  },
  ProcResult: { proc_id: text, res: result },
  ProcFdData: { proc_id: text, fd: text, start: integer, stop: integer, encoding: oneOf('utf-8', null), data: binary },
  ProcidList: { proc_ids: array(text) },
  ProcDelete: { proc_id: text },
  ProcUnknown: { proc_id: text },
  RequestError: { msg: anyMap, err: text },
  ShutDown: { shutdown_state: shutdownState },
}

/** What is wrong with a message of an agent by the rules of an existing server (spec/procstar.md 3, 4.2, 4.3); null when nothing is. */
export function faultOf(message: Plain): string | null {
  try {
    check(message)
    return null
  } catch (error) {
    if (error instanceof Fault) return error.message
    throw error
  }
}

function check(message: Plain): void {
  if (!isMap(message)) expected('a map', 'message')
  const type = message.get('type')
  const members = MESSAGES[textOf(type)]
  if (members === undefined) return expected('a known type', `type ${textOf(type)}`)
  record({ type: text, ...members })(type === 'Register' ? withoutExtras(message, members) : message, textOf(type))
  const [start, stop, data] = [message.get('start'), message.get('stop'), message.get('data')]
  if (type === 'ProcFdData' && data instanceof Uint8Array && Number(stop) - Number(start) !== data.length)
    expected(`${Number(stop) - Number(start)} bytes, got ${data.length}`, 'ProcFdData.data')
}

/** At its top level a Register may have more; ours says what it can do, after everything else. */
function withoutExtras(message: PlainMap, members: Readonly<Record<string, Check>>): PlainMap {
  return new Map([...message].filter(([key]) => key === 'type' || key in members))
}
