import { fail } from './fault.ts'
import { typeName, type Value } from './value.ts'

/** A text, where nothing else will do. */
export function text(value: Value, what: string): string {
  return typeof value === 'string' ? value : fail(`${what} must be str, not ${typeName(value)}`)
}

/** A text or None. */
export function textOrNull(value: Value, what: string): string | null {
  return value === null ? null : text(value, what)
}
