import type { Budget } from './budget.ts'
import { fail } from './fault.ts'
import { characters } from './text.ts'
import { typeName, type Value } from './value.ts'

/** The items that a `for` would see: of a list, tuple, range or text, the keys of a dict. Paid for one by one. */
export function iterate(value: Value, budget: Budget): readonly Value[] {
  if (typeof value === 'string') {
    budget.spend(value.length)
    return characters(value)
  }
  if (value !== null && typeof value === 'object') {
    switch (value.kind) {
      case 'list':
        budget.spend(value.items.length)
        // A copy: the body of a loop may change the list.
        return [...value.items]
      case 'tuple':
        budget.spend(value.items.length)
        return value.items
      case 'dict':
        budget.spend(value.entries.size)
        return Array.from(value.entries.values(), ([key]) => key)
      case 'range':
        budget.spend(value.length)
        return Array.from({ length: value.length }, (_, index) => value.at(index))
      case 'object':
        if (value.type.items !== undefined) return value.type.items(value.value)
        break
      case 'undefined':
        return fail(value.message)
      default:
    }
  }
  return fail(`'${typeName(value)}' object is not iterable`)
}
