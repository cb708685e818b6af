import { isArray, isMap, type Plain, type PlainMap, textOf } from './plain.ts'

/** Fields of each message to an agent; those in the second list may be missing or nil (spec/procstar.md 4.4). */
const FIELDS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  Registered: [[], []],
  ProcStartRequest: [['specs'], []],
  ProcidListRequest: [[], []],
  ProcResultRequest: [['proc_id'], []],
  ProcSignalRequest: [['proc_id', 'signum'], []],
  ProcFdDataRequest: [['proc_id', 'fd', 'start'], ['stop']],
  ProcDeleteRequest: [['proc_id'], []],
}

const SPEC = ['id', 'exe', 'argv', 'env', 'fds', 'systemd_properties']
const MOST_SPECS = 1024

/**
 * What is wrong with a request for an existing agent; null when nothing is. Stricter than one: it also objects to keys that it would ignore,
 * since nothing is to be sent that a peer did not ask for.
 */
export function requestFault(message: Plain): string | null {
  if (!isMap(message)) return 'no map'
  const type = textOf(message.get('type'))
  const [required, optional] = FIELDS[type] ?? []
  if (required === undefined || optional === undefined) return `unknown type ${type}`
  for (const key of required) if (message.get(key) === undefined) return `${type} without ${key}`
  for (const key of message.keys())
    if (key !== 'type' && !required.includes(key) && !optional.includes(key)) return `${type} with ${key}`
  for (const key of ['proc_id', 'fd'])
    if (message.has(key) && typeof message.get(key) !== 'string') return `${type}.${key} is no text`
  for (const key of ['start', 'signum'])
    if (message.has(key) && !Number.isInteger(message.get(key))) return `${type}.${key} is no integer`
  const specs = message.get('specs')
  return type === 'ProcStartRequest' ? specsFault(specs) : null
}

function specsFault(specs: Plain | undefined): string | null {
  if (!isMap(specs)) return 'specs is no map'
  if (specs.size > MOST_SPECS) return `${specs.size} specs: a real agent panics`
  for (const [id, spec] of specs) {
    const fault = isMap(spec) ? specFault(spec) : 'no map'
    if (fault !== null) return `spec of ${id}: ${fault}`
  }
  return null
}

function specFault(spec: PlainMap): string | null {
  for (const [key, value] of spec) {
    if (!SPEC.includes(key)) return `unknown key ${key}`
    if (value === null && key !== 'id' && key !== 'exe') return `${key} is nil`
  }
  const argv = spec.get('argv')
  if (!isArray(argv) || argv.length === 0) return 'argv is empty: a real agent panics'
  if (argv.some((item) => typeof item !== 'string' || item.includes('\0'))) return 'argv has what is no text'
  return envFault(spec.get('env')) ?? fdsFault(spec.get('fds')) ?? propertiesFault(spec.get('systemd_properties'))
}

function envFault(env: Plain | undefined): string | null {
  if (env === undefined) return null
  if (!isMap(env)) return 'env is no map'
  const { inherit, vars, ...rest } = Object.fromEntries(env)
  if (Object.keys(rest).length > 0) return `env with ${Object.keys(rest).join()}`
  const names = isArray(inherit) && inherit.every((name) => typeof name === 'string')
  if (inherit !== undefined && typeof inherit !== 'boolean' && !names) return 'env.inherit is no boolean and no names'
  if (vars === undefined) return null
  if (!isMap(vars)) return 'env.vars is no map'
  return [...vars.values()].every((value) => value === null || typeof value === 'string')
    ? null
    : 'env.vars has no text'
}

const FD_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  inherit: [],
  null: ['flags'],
  file: ['path', 'flags', 'mode'],
  dup: ['fd'],
  capture: ['mode', 'encoding', 'attached'],
  'pipe-read': ['proc_id', 'fd'],
}

function fdsFault(fds: Plain | undefined): string | null {
  if (fds === undefined) return null
  if (!isArray(fds)) return 'fds is no array'
  for (const pair of fds) {
    if (!isArray(pair) || pair.length !== 2 || typeof pair[0] !== 'string')
      return 'fds has what is no pair of name and spec'
    const [, fd] = pair
    if (typeof fd === 'string' && ['inherit', 'close', 'pipe-write'].includes(fd)) continue
    if (!isMap(fd) || fd.size !== 1) return `fd ${pair[0]} has no form of an existing agent`
    for (const [kind, members] of fd) {
      const allowed = FD_MEMBERS[kind]
      if (allowed === undefined) return `fd ${pair[0]} is a ${kind}`
      if (!isMap(members)) return `fd ${pair[0]}: no map`
      for (const key of members.keys()) if (!allowed.includes(key)) return `fd ${pair[0]}: ${kind} with ${key}`
      const mode = members.get('mode')
      if (kind === 'capture' && mode !== undefined && mode !== 'tempfile' && mode !== 'memory')
        return `fd ${pair[0]}: capture with mode ${textOf(mode)}`
    }
  }
  return null
}

const PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  scope: ['oom_policy', 'runtime_max_usec', 'runtime_randomized_extra_usec'],
  slice: [
    'memory_accounting',
    'memory_min',
    'memory_low',
    'memory_high',
    'memory_max',
    'memory_swap_max',
    'tasks_accounting',
    'tasks_max',
  ],
}

function propertiesFault(properties: Plain | undefined): string | null {
  if (properties === undefined) return null
  if (!isMap(properties)) return 'systemd_properties is no map'
  for (const [group, members] of properties) {
    const allowed = PROPERTIES[group]
    if (allowed === undefined) return `systemd_properties with ${group}`
    if (members === null) continue
    if (!isMap(members)) return `systemd_properties.${group} is no map`
    for (const key of members.keys()) if (!allowed.includes(key)) return `systemd_properties.${group} with ${key}`
  }
  return null
}
