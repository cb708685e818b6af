import { at, Check, type Checked, isFields, type Path, top } from '../parse/index.ts'
import { readFdResult } from './parse-fd.ts'
import { readOurs } from './parse-ours.ts'
import type { FdResult, ProcResult, ProcStatus } from './result.ts'

interface Facts {
  readonly [key: string]: unknown
}

/**
 * Checks a result that an agent sent (spec/procstar.md 3). Tolerant, since agents of other versions add to it: members that are not known are
 * kept, and parts that a reader can do without (`errors`, `proc_stat`, `rusage`, `fds` …) may be missing.
 */
export function parseProcResult(value: unknown, name = 'res'): Checked<ProcResult> {
  const check = new Check()
  return check.result(readProcResult(check, value, top(name)))
}

/** Reads a result at a path of a message. */
export function readProcResult(check: Check, value: unknown, path: Path): ProcResult {
  const given = check.fields(value, path)
  return {
    ...given,
    state: check.word(given['state'], at(path, 'state'), ['running', 'terminated', 'error']) ?? 'error',
    errors: check.texts(given['errors'] ?? [], at(path, 'errors')),
    pid: readPid(check, given['pid'], at(path, 'pid')),
    proc_stat: readFacts(check, given['proc_stat'], at(path, 'proc_stat')),
    proc_statm: readFacts(check, given['proc_statm'], at(path, 'proc_statm')),
    cgroup_accounting: readFacts(check, given['cgroup_accounting'], at(path, 'cgroup_accounting')),
    times: readTimes(check, given['times'], at(path, 'times')),
    status: readStatus(check, given['status'], at(path, 'status')),
    rusage: readUsage(check, given['rusage'], at(path, 'rusage')),
    fds: readFds(check, given['fds'] ?? {}, at(path, 'fds')),
    ...readOurs(check, given, path),
  }
}

function readPid(check: Check, value: unknown, path: Path): number | null {
  return value === undefined || value === null ? null : check.integer(value, path, 0)
}

function readFacts(check: Check, value: unknown, path: Path): Facts | null {
  return value === undefined || value === null ? null : check.fields(value, path)
}

const RFC3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/

function readTimes(check: Check, value: unknown, path: Path): ProcResult['times'] {
  const given = check.fields(value, path)
  const stop = given['stop'] ?? null
  return {
    ...given,
    start: readTime(check, given['start'], at(path, 'start')),
    now: readTime(check, given['now'], at(path, 'now')),
    stop: stop === null ? null : readTime(check, stop, at(path, 'stop')),
    elapsed: check.number(given['elapsed'], at(path, 'elapsed')),
  }
}

function readTime(check: Check, value: unknown, path: Path): string {
  if (typeof value === 'string' && RFC3339.test(value)) return value
  check.expected(path, 'a time in the form of RFC 3339', value)
  return ''
}

function readStatus(check: Check, value: unknown, path: Path): ProcStatus | null {
  if (value === undefined || value === null) return null
  const given = check.fields(value, path)
  return {
    ...given,
    status: check.integer(given['status'], at(path, 'status'), -0x8000_0000, 0xffff_ffff),
    exit_code: readOptional(check, given['exit_code'], at(path, 'exit_code')),
    signum: readOptional(check, given['signum'], at(path, 'signum')),
    signal: check.optionalText(given['signal'], at(path, 'signal')),
    core_dump: check.flag(given['core_dump'] ?? false, at(path, 'core_dump')),
  }
}

function readOptional(check: Check, value: unknown, path: Path): number | null {
  return value === undefined || value === null ? null : check.integer(value, path, -0x8000_0000, 0x7fff_ffff)
}

function readUsage(check: Check, value: unknown, path: Path): Readonly<Record<string, number>> | null {
  if (value === undefined || value === null) return null
  const usage: Record<string, number> = {}
  for (const [key, amount] of Object.entries(check.fields(value, path)))
    usage[key] = check.number(amount, at(path, key))
  return usage
}

function readFds(check: Check, value: unknown, path: Path): Readonly<Record<string, FdResult | null>> {
  const fds: Record<string, FdResult | null> = {}
  for (const [name, fd] of Object.entries(check.fields(value, path))) {
    fds[name] = isFields(fd) ? readFdResult(check, fd, at(path, name)) : null
    if (fd !== null && !isFields(fd)) check.expected(at(path, name), 'a map or null', fd)
  }
  return fds
}
