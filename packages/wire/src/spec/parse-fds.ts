import { at, type Check, isFields, isItems, type Path } from '../parse/index.ts'
import { fdNumber } from './fd-name.ts'
import { parseFd } from './parse-fd.ts'
import type { FdSpec } from './spec.ts'

/**
 * Reads the descriptors of a spec: `[name, fd]` pairs, applied in their order; or a mapping (ours), applied by ascending descriptor
 * number, since neither JSON nor YAML promises an order of keys. Names are checked by `checkBatch`, which has the existing texts.
 */
export function parseFds(check: Check, value: unknown, path: Path): readonly (readonly [string, FdSpec])[] {
  if (isFields(value)) {
    const names = Object.keys(value).sort((a, b) => order(a) - order(b))
    return names.map((name) => [name, parseFd(check, value[name], at(path, name))])
  }
  const items = check.items(value, path, 'an array of [name, fd] pairs, or a map')
  return check.each(items, path, (item, where) => parsePair(check, item, where))
}

function parsePair(check: Check, value: unknown, path: Path): readonly [string, FdSpec] {
  if (!isItems(value) || value.length !== 2) {
    check.expected(path, 'a pair [name, fd]', value)
    return ['', 'inherit']
  }
  return [check.text(value[0], at(path, 0)), parseFd(check, value[1], at(path, 1))]
}

function order(name: string): number {
  return fdNumber(name) ?? Number.MAX_SAFE_INTEGER
}
