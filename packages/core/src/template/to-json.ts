import type { Budget } from './budget.ts'
import { fail } from './fault.ts'
import { str } from './repr.ts'
import { typeName, type Value } from './value.ts'

const MAX_NESTING = 50

/** JSON as Python's `json.dumps` with sorted keys writes it (`", "` and `": "` between, characters beyond ASCII escaped). */
export function toJson(value: Value, indent: number | null, budget: Budget, depth = 0): string {
  budget.spend(1)
  if (depth > MAX_NESTING) return fail('a value is nested too deeply')
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return Number.isFinite(value) ? str(value, budget) : special(value)
  if (typeof value === 'string') return quoted(value, budget)
  if (value.kind === 'list' || value.kind === 'tuple') {
    return enclosed(
      '[',
      value.items.map((item) => toJson(item, indent, budget, depth + 1)),
      ']',
      indent,
      depth,
      budget,
    )
  }
  if (value.kind !== 'dict') return fail(`Object of type ${typeName(value)} is not JSON serializable`)
  const entries = Array.from(value.entries.values(), ([key, item]) => {
    const name = typeof key === 'string' ? key : toJson(key, null, budget, depth + 1)
    return [name, `${quoted(name, budget)}: ${toJson(item, indent, budget, depth + 1)}`] as const
  }).sort(([a], [b]) => (a < b ? -1 : 1))
  return enclosed(
    '{',
    entries.map(([, entry]) => entry),
    '}',
    indent,
    depth,
    budget,
  )
}

function quoted(text: string, budget: Budget): string {
  budget.spendText(text.length)
  return JSON.stringify(text).replace(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function special(number: number): string {
  return Number.isNaN(number) ? 'NaN' : number > 0 ? 'Infinity' : '-Infinity'
}

function enclosed(
  open: string,
  parts: readonly string[],
  close: string,
  indent: number | null,
  depth: number,
  budget: Budget,
): string {
  if (parts.length === 0) return open + close
  const size = indent === null ? 2 : Math.max(0, indent) * (depth + 1) + 2
  budget.spendText(parts.reduce((length, part) => length + part.length + size, 0))
  if (indent === null) return open + parts.join(', ') + close
  const inner = `\n${' '.repeat(Math.max(0, indent) * (depth + 1))}`
  return open + inner + parts.join(`,${inner}`) + `\n${' '.repeat(Math.max(0, indent) * depth)}` + close
}
