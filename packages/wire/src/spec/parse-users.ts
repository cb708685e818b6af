import { at, type Check, type Path } from '../parse/index.ts'
import type { AccountName } from './spec.ts'

/** The largest id; 2^32 - 1 means none to the kernel. */
const LARGEST_ID = 0xffff_fffe
const MOST_GROUPS = 65_536
const WHAT = `a name or a number from 0 to ${LARGEST_ID}`

/** Reads a user or a group: its name, or its number. */
export function parseAccount(check: Check, value: unknown, path: Path): AccountName {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= LARGEST_ID) return value
  // What would be two names, or another field, in the host's table of accounts.
  if (typeof value === 'string' && /^[^:,\s\0]+$/.test(value)) return value
  check.expected(path, WHAT, value)
  return 0
}

/** Reads supplementary groups. */
export function parseGroups(check: Check, value: unknown, path: Path): readonly AccountName[] {
  const items = check.items(value, path, 'an array of groups')
  if (items.length <= MOST_GROUPS) return items.map((item, index) => parseAccount(check, item, at(path, index)))
  check.problem(path, `expected at most ${MOST_GROUPS} groups, got ${items.length}`)
  return []
}
