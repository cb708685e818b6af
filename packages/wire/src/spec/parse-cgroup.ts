import { at, type Check, type Path } from '../parse/index.ts'
import type { CgroupSpec } from './spec.ts'

const SIZES = ['memory_max', 'memory_high', 'memory_swap_max', 'pids_max'] as const
const WEIGHTS = ['cpu_weight', 'io_weight'] as const
const LEAST_CORES = 0.01
const MOST_CORES = 10_000
const MOST_WEIGHT = 10_000

/** Reads what is set for the proc's control group. Sizes in bytes. */
export function parseCgroup(check: Check, value: unknown, path: Path): CgroupSpec {
  const given = check.fields(value, path, [...SIZES, 'cpu_max', ...WEIGHTS])
  const read: { [key in (typeof SIZES)[number] | (typeof WEIGHTS)[number] | 'cpu_max']?: number } = {}
  for (const key of SIZES) if (isGiven(given[key])) read[key] = check.integer(given[key], at(path, key), 0)
  if (isGiven(given['cpu_max'])) read.cpu_max = parseCores(check, given['cpu_max'], at(path, 'cpu_max'))
  for (const key of WEIGHTS)
    if (isGiven(given[key])) read[key] = check.integer(given[key], at(path, key), 1, MOST_WEIGHT)
  return read
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null
}

function parseCores(check: Check, value: unknown, path: Path): number {
  if (typeof value === 'number' && value >= LEAST_CORES && value <= MOST_CORES) return value
  check.expected(path, `a number of cores from ${LEAST_CORES} to ${MOST_CORES}`, value)
  return 1
}
