import { signalName, signalsOfMask } from '@apsis/wire/signal'
import { rfc3339 } from './time.ts'

/** Facts of the host that numbers of /proc are in. */
export interface HostUnits {
  /** Bytes. */
  readonly page: number
  readonly ticksPerSecond: number
  /** When the host booted, in ns since 1970. */
  readonly booted: bigint
}

export interface StatFields {
  readonly [key: string]: unknown
}

/** What a line of /proc/PID/stat says, or null when it is not whole. The program's name may hold anything, parentheses and newlines too. */
export function parseStat(line: string, units: HostUnits): StatFields | null {
  const open = line.indexOf('(')
  const close = line.lastIndexOf(')')
  const text = line.slice(close + 1).trim()
  if (open < 1 || close < open || !WHOLE.test(text)) return null
  const rest = text.split(' ')
  const at = (index: number): string => rest[index] ?? ''
  // In the order of the file, to be found in proc(5), less what is of no use (spec/procstar.md 3.5). Named one by one: each run has one of these.
  const fields = {
    pid: Number(line.slice(0, open)),
    comm: line.slice(open + 1, close),
    state: at(0),
    ppid: integer(at(1)),
    pgrp: integer(at(2)),
    session: integer(at(3)),
    tty_nr: terminal(at(4)),
    tpgid: at(5) === '-1' ? null : integer(at(5)),
    flags: integer(at(6)),
    minflt: integer(at(7)),
    cminflt: integer(at(8)),
    majflt: integer(at(9)),
    cmajflt: integer(at(10)),
    utime: duration(at(11), units),
    stime: duration(at(12), units),
    cutime: duration(at(13), units),
    cstime: duration(at(14), units),
    priority: integer(at(15)),
    nice: integer(at(16)),
    num_threads: integer(at(17)),
    starttime: rfc3339(units.booted + (BigInt(at(19)) * 1_000_000_000n) / BigInt(units.ticksPerSecond)),
    vsize: integer(at(20)),
    rss: Number(at(21)) * units.page,
    rsslim: integer(at(22)),
    signal: signals(at(28)),
    blocked: signals(at(29)),
    sigignore: signals(at(30)),
    sigcatch: signals(at(31)),
    wchan: integer(at(32)),
    exit_signal: signalName(Number(at(35))),
    processor: integer(at(36)),
    rt_priority: integer(at(37)),
    policy: integer(at(38)),
    delayacct_blkio_ticks: duration(at(39), units),
    guest_time: duration(at(40), units),
    cguest_time: integer(at(41)),
  }
  // Kernels before 3.5 have no exit_code.
  return rest.length > EXIT_CODE ? { ...fields, exit_code: integer(at(EXIT_CODE)) } : fields
}

const EXIT_CODE = 49
/** The state, then at least 41 numbers. */
const WHOLE = /^\S+(?: -?[0-9]+){41,}$/

/** The start time in a line of /proc/PID/stat, in ticks since boot: with the pid, it names one process for ever. Null when the line is not whole. */
export function statStartTime(line: string): number | null {
  const text = line
    .slice(line.lastIndexOf(')') + 1)
    .trim()
    .split(' ')[19]
  return text === undefined || !INTEGER.test(text) ? null : Number(text)
}

/** What a line of /proc/PID/statm says, in bytes (spec/procstar.md 3.6), or null when it is not whole. */
export function parseStatm(line: string, units: HostUnits): StatFields | null {
  const counts = line.trim().split(' ')
  if (counts.length < 6 || counts.some((text) => !INTEGER.test(text))) return null
  const [size, resident, shared, text, , data] = counts.map((count) => Number(count) * units.page)
  return { size, resident, shared, text, data }
}

const INTEGER = /^-?[0-9]+$/

// Limits such as 2^64 - 1 are beyond what a number holds exactly.
function integer(text: string): number | bigint {
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : BigInt(text)
}

function duration(text: string, units: HostUnits): number {
  return Number(text) / units.ticksPerSecond
}

// Mostly there is none.
function signals(mask: string): readonly string[] {
  return mask === '0' ? [] : signalsOfMask(BigInt(mask))
}

// As existing agents have it, though the kernel's minor number is split otherwise.
function terminal(text: string): readonly [number, number] {
  const device = Number(text)
  return [(device >> 8) & 0xff, (device >> 16) | (device & 0xff)]
}
