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

type Convert = (text: string, units: HostUnits) => unknown

// In the order of the file after `comm`, to be found in proc(5); null is left out (spec/procstar.md 3.5).
const FIELDS: readonly (readonly [string, Convert] | null)[] = [
  ['state', (text) => text],
  ['ppid', integer],
  ['pgrp', integer],
  ['session', integer],
  ['tty_nr', terminal],
  ['tpgid', (text) => (text === '-1' ? null : integer(text))],
  ['flags', integer],
  ['minflt', integer],
  ['cminflt', integer],
  ['majflt', integer],
  ['cmajflt', integer],
  ['utime', duration],
  ['stime', duration],
  ['cutime', duration],
  ['cstime', duration],
  ['priority', integer],
  ['nice', integer],
  ['num_threads', integer],
  null, // itrealvalue
  [
    'starttime',
    (text, units) => rfc3339(units.booted + (BigInt(text) * 1_000_000_000n) / BigInt(units.ticksPerSecond)),
  ],
  ['vsize', integer],
  ['rss', pages],
  ['rsslim', integer],
  null, // startcode
  null, // endcode
  null, // startstack
  null, // kstkesp
  null, // kstkeip
  ['signal', (text) => signalsOfMask(BigInt(text))],
  ['blocked', (text) => signalsOfMask(BigInt(text))],
  ['sigignore', (text) => signalsOfMask(BigInt(text))],
  ['sigcatch', (text) => signalsOfMask(BigInt(text))],
  ['wchan', integer],
  null, // nswap
  null, // cnswap
  ['exit_signal', (text) => signalName(Number(text))],
  ['processor', integer],
  ['rt_priority', integer],
  ['policy', integer],
  ['delayacct_blkio_ticks', duration],
  ['guest_time', duration],
  ['cguest_time', integer],
  null, // start_data
  null, // end_data
  null, // start_brk
  null, // arg_start
  null, // arg_end
  null, // env_start
  null, // env_end
  ['exit_code', integer],
]

/** What a line of /proc/PID/stat says, or null when it is not whole. The program's name may hold anything, parentheses and newlines too. */
export function parseStat(line: string, units: HostUnits): StatFields | null {
  const open = line.indexOf('(')
  const close = line.lastIndexOf(')')
  const rest = line
    .slice(close + 1)
    .trim()
    .split(' ')
  if (open < 1 || close < open || rest.length < 42 || rest.slice(1).some((text) => !INTEGER.test(text))) return null
  const fields: Record<string, unknown> = { pid: Number(line.slice(0, open)), comm: line.slice(open + 1, close) }
  FIELDS.forEach((field, index) => {
    const text = rest[index]
    if (field !== null && text !== undefined) fields[field[0]] = field[1](text, units)
  })
  return fields
}

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

function pages(text: string, units: HostUnits): number {
  return Number(text) * units.page
}

// As existing agents have it, though the kernel's minor number is split otherwise.
function terminal(text: string): readonly [number, number] {
  const device = Number(text)
  return [(device >> 8) & 0xff, (device >> 16) | (device & 0xff)]
}
