import { at, type Check, type Path } from '../parse/index.ts'

type Kind = 'u64' | 'flag' | 'oom'

const SCOPE: Readonly<Record<string, Kind>> = {
  oom_policy: 'oom',
  runtime_max_usec: 'u64',
  runtime_randomized_extra_usec: 'u64',
}
const SLICE: Readonly<Record<string, Kind>> = {
  memory_accounting: 'flag',
  memory_min: 'u64',
  memory_low: 'u64',
  memory_high: 'u64',
  memory_max: 'u64',
  memory_swap_max: 'u64',
  tasks_accounting: 'flag',
  tasks_max: 'u64',
}

interface Properties {
  readonly [key: string]: unknown
}

/** Reads the systemd properties of a spec (spec/procstar.md 2.4). Integers of up to 64 bits; what is beyond 2^53 - 1 is a bigint. */
export function parseSystemdProperties(check: Check, value: unknown, path: Path): Properties {
  const { scope, slice } = check.fields(value, path, ['scope', 'slice'])
  return {
    ...(scope === undefined || scope === null ? {} : { scope: parseGroup(check, scope, at(path, 'scope'), SCOPE) }),
    ...(slice === undefined || slice === null ? {} : { slice: parseGroup(check, slice, at(path, 'slice'), SLICE) }),
  }
}

function parseGroup(check: Check, value: unknown, path: Path, kinds: Readonly<Record<string, Kind>>): Properties {
  const given = check.fields(value, path, Object.keys(kinds))
  const read: Record<string, unknown> = {}
  for (const [key, kind] of Object.entries(kinds)) {
    const property = given[key]
    if (property !== undefined && property !== null) read[key] = parseProperty(check, property, at(path, key), kind)
  }
  return read
}

function parseProperty(check: Check, value: unknown, path: Path, kind: Kind): unknown {
  switch (kind) {
    case 'flag':
      return check.flag(value, path)
    case 'oom':
      return check.word(value, path, ['continue', 'stop', 'kill'])
    case 'u64':
      if (typeof value === 'bigint' && value >= 0n && value < 1n << 64n) return value
      return check.integer(value, path, 0)
  }
}
