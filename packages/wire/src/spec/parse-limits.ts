import { at, type Check, isItems, type Path } from '../parse/index.ts'
import { type Limit, LIMIT_NAMES, type LimitName, type LimitValue } from './limits.ts'

/** Reads resource limits: by name a number, `"unlimited"`, or a pair of them, soft and hard. */
export function parseLimits(check: Check, value: unknown, path: Path): { readonly [name in LimitName]?: Limit } {
  const given = check.fields(value, path, LIMIT_NAMES)
  const limits: { [name in LimitName]?: Limit } = {}
  for (const name of LIMIT_NAMES) {
    const limit = given[name]
    if (limit !== undefined && limit !== null) limits[name] = parseLimit(check, limit, at(path, name))
  }
  return limits
}

function parseLimit(check: Check, value: unknown, path: Path): Limit {
  if (!isItems(value)) return parseValue(check, value, path, 'a whole number from 0, "unlimited", or a pair of them')
  if (value.length !== 2) {
    check.expected(path, 'a pair [soft, hard]', value)
    return 'unlimited'
  }
  const what = 'a whole number from 0 or "unlimited"'
  const soft = parseValue(check, value[0], at(path, 0), what)
  const hard = parseValue(check, value[1], at(path, 1), what)
  if (order(soft) > order(hard)) check.problem(path, `the soft limit ${soft} is above the hard limit ${hard}`)
  return [soft, hard]
}

function parseValue(check: Check, value: unknown, path: Path, what: string): LimitValue {
  if (value === 'unlimited') return value
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  check.expected(path, what, value)
  return 'unlimited'
}

function order(value: LimitValue): number {
  return value === 'unlimited' ? Infinity : value
}
