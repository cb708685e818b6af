import { at, type Check, isFields, isItems, type Path } from '../parse/index.ts'
import { parseSignal, signalName } from '../signal/index.ts'
import type { ProcSpec, SignalSpec } from './spec.ts'

/** Longest time that a spec can name, s: the launcher counts ms in 32 bits. */
export const LONGEST_TIME = 4_000_000

/** Reads a signal: a name, with or without SIG, or a number from 1 to 64. */
export function readSignal(check: Check, value: unknown, path: Path): SignalSpec {
  const signal = parseSignal(value)
  if (!signal.ok) check.problem(path, signal.error)
  return typeof value === 'string' || typeof value === 'number' ? value : 0
}

/** Reads the signal for when the parent dies; 0 is none at all. */
export function parseDeathSignal(check: Check, value: unknown, path: Path): SignalSpec {
  return value === 0 ? value : readSignal(check, value, path)
}

/** Reads which signals the program starts with as ignored or blocked. */
export function parseSignals(check: Check, value: unknown, path: Path): NonNullable<ProcSpec['signals']> {
  const { ignore, block } = check.fields(value, path, ['ignore', 'block'])
  return {
    ...(ignore === undefined ? {} : { ignore: parseSet(check, ignore, at(path, 'ignore'), 'ignored') }),
    ...(block === undefined ? {} : { block: parseSet(check, block, at(path, 'block'), 'blocked') }),
  }
}

const SIGKILL = 9
const SIGSTOP = 19

function parseSet(check: Check, value: unknown, path: Path, done: string): readonly SignalSpec[] {
  return check.each(check.items(value, path, 'an array of signals'), path, (item, where) => {
    const signal = readSignal(check, item, where)
    const read = parseSignal(item)
    if (read.ok && (read.value === SIGKILL || read.value === SIGSTOP))
      check.problem(where, `${signalName(read.value)} cannot be ${done}`)
    return signal
  })
}

/** Reads how a proc is stopped: the signal, and the time until SIGKILL to all of its tree. */
export function parseStop(check: Check, value: unknown, path: Path): NonNullable<ProcSpec['stop']> {
  const { signal, grace } = check.fields(value, path, ['signal', 'grace'])
  return stopMembers(check, signal, grace, path)
}

/** Reads a time limit: seconds, or a map that says how it is enforced. */
export function parseTimeout(check: Check, value: unknown, path: Path): NonNullable<ProcSpec['timeout']> {
  if (typeof value === 'number') return positive(check, value, path)
  if (!isFields(value) && !isItems(value)) {
    check.expected(path, 'a number of seconds, or a map', value)
    return 1
  }
  const { duration, signal, grace } = check.fields(value, path, ['duration', 'signal', 'grace'])
  return {
    duration: positive(check, duration, at(path, 'duration')),
    ...stopMembers(check, signal, grace, path),
  }
}

function stopMembers(check: Check, signal: unknown, grace: unknown, path: Path): NonNullable<ProcSpec['stop']> {
  return {
    ...(signal === undefined || signal === null ? {} : { signal: readSignal(check, signal, at(path, 'signal')) }),
    ...(grace === undefined || grace === null ? {} : { grace: readTime(check, grace, at(path, 'grace')) }),
  }
}

function readTime(check: Check, value: unknown, path: Path): number {
  if (typeof value === 'number' && value >= 0 && value <= LONGEST_TIME) return value
  check.expected(path, `a number of seconds from 0 to ${LONGEST_TIME}`, value)
  return 0
}

function positive(check: Check, value: unknown, path: Path): number {
  if (typeof value === 'number' && value > 0 && value <= LONGEST_TIME) return value
  check.expected(path, `a number of seconds above 0, at most ${LONGEST_TIME}`, value)
  return 1
}
