import { STATES, type Args, type BoundCondition, type State } from '@apsis/core/run'

/** Reads a stored bound condition. Each throws `TypeError` where the data is not what `bind` made: a bug, or a damaged store. */
export function storedText(bound: BoundCondition, key: string): string {
  const value = bound.spec[key]
  return typeof value === 'string' ? value : wrong(bound, key)
}

export function storedInteger(bound: BoundCondition, key: string): number {
  const value = bound.spec[key]
  return typeof value === 'number' && Number.isInteger(value) ? value : wrong(bound, key)
}

export function storedBoolean(bound: BoundCondition, key: string): boolean {
  const value = bound.spec[key]
  return typeof value === 'boolean' ? value : wrong(bound, key)
}

export function storedStates(bound: BoundCondition, key: string, absent: readonly State[]): readonly State[] {
  const value = bound.spec[key]
  if (value === undefined) return absent
  if (!Array.isArray(value)) return wrong(bound, key)
  return value.map((name) => STATES.find((state) => state === name) ?? wrong(bound, key))
}

export function storedArgs(bound: BoundCondition, key: string): Args {
  return argsOf(bound.spec[key], bound, key)
}

export function argsOf(value: unknown, bound: BoundCondition, key: string): Args {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong(bound, key)
  return Object.fromEntries(
    Object.entries(value).map(([name, arg]): [string, string] => [
      name,
      typeof arg === 'string' ? arg : wrong(bound, key),
    ]),
  )
}

export function wrong(bound: BoundCondition, key: string): never {
  throw new TypeError(`the stored ${bound.type} condition has no usable ${key}`)
}
