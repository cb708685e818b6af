import { fail } from './fault.ts'
import { textLength } from './text.ts'
import { typeName, type Value } from './value.ts'

/** The number of items, or of characters. */
export function lengthOf(value: Value): bigint {
  if (typeof value === 'string') return BigInt(textLength(value))
  if (value !== null && typeof value === 'object') {
    switch (value.kind) {
      case 'list':
      case 'tuple':
        return BigInt(value.items.length)
      case 'dict':
        return BigInt(value.entries.size)
      case 'range':
        return BigInt(value.length)
      default:
    }
  }
  return fail(`object of type '${typeName(value)}' has no len()`)
}
