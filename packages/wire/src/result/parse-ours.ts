import { at, type Check, type Fields, type Path } from '../parse/index.ts'
import type { ErrorDetail, ProcResult, TreeResult } from './result.ts'

type Ours = Pick<
  ProcResult,
  'tree' | 'ended_by' | 'cgroup' | 'perf' | 'cwd' | 'env' | 'limits' | 'masked' | 'errors_detail'
>

/** Reads the members of a result that are ours, those that are given. */
export function readOurs(check: Check, given: Fields, path: Path): Ours {
  const { text, number, count } = readers(check)
  const read = <K extends keyof Ours, T>(
    name: K,
    reader: (value: unknown, path: Path) => T,
  ): { readonly [name in K]?: T | null } => {
    const value = given[name]
    if (value === undefined) return {}
    // The key of a computed member has the type string.
    const member: { [name in K]?: T | null } = {}
    member[name] = value === null ? null : reader(value, at(path, name))
    return member
  }
  return {
    ...read('tree', (value, where) => readTree(check, value, where)),
    ...read('ended_by', text),
    ...read('cgroup', (value, where) => readCgroup(check, value, where)),
    ...read('perf', (value, where) => readMap(check, value, where, number)),
    ...read('cwd', text),
    ...read('env', (value, where) => readMap(check, value, where, text)),
    ...read('limits', (value, where) => check.fields(value, where)),
    ...read('masked', (value, where) => readMap(check, value, where, count)),
    ...read('errors_detail', (value, where) =>
      check.items(value, where).map((one, index) => readDetail(check, one, at(where, index))),
    ),
  }
}

function readers(check: Check): {
  readonly text: (value: unknown, path: Path) => string
  readonly number: (value: unknown, path: Path) => number
  readonly count: (value: unknown, path: Path) => number
} {
  return {
    text: (value, path) => check.text(value, path),
    number: (value, path) => check.number(value, path),
    count: (value, path) => check.integer(value, path, 0),
  }
}

function readTree(check: Check, value: unknown, path: Path): TreeResult {
  const given = check.fields(value, path)
  return {
    ...given,
    left: check.integer(given['left'], at(path, 'left'), 0),
    killed: check.integer(given['killed'], at(path, 'killed'), 0),
    empty: check.flag(given['empty'], at(path, 'empty')),
    proof: check.optionalText(given['proof'], at(path, 'proof')),
  }
}

function readCgroup(check: Check, value: unknown, path: Path): NonNullable<Ours['cgroup']> {
  const { kind, path: where, pressure, ...figures } = check.fields(value, path)
  return {
    ...readMap(check, figures, path, (one, place) => check.number(one, place)),
    ...(kind === undefined ? {} : { kind: check.text(kind, at(path, 'kind')) }),
    ...(where === undefined ? {} : { path: check.text(where, at(path, 'path')) }),
    ...(pressure === undefined
      ? {}
      : { pressure: readMap(check, pressure, at(path, 'pressure'), (one, place) => check.number(one, place)) }),
  }
}

function readDetail(check: Check, value: unknown, path: Path): ErrorDetail {
  const given = check.fields(value, path)
  const fd = given['fd'] ?? null
  return {
    ...given,
    stage: check.text(given['stage'], at(path, 'stage')),
    errno: check.integer(given['errno'], at(path, 'errno'), 0),
    text: check.text(given['text'], at(path, 'text')),
    fd: fd === null ? null : check.integer(fd, at(path, 'fd'), -0x8000_0000),
  }
}

function readMap<T>(
  check: Check,
  value: unknown,
  path: Path,
  read: (value: unknown, path: Path) => T,
): { readonly [name: string]: T } {
  const entries = Object.entries(check.fields(value, path))
  return Object.fromEntries(entries.map(([name, one]) => [name, read(one, at(path, name))]))
}
