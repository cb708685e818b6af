import { fail } from './fault.ts'
import { formatValue } from './format-spec.ts'
import { repr, str } from './repr.ts'
import type { Arguments, Running, Value } from './value.ts'

const PLACE = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g
const FIELD = /^([^!:.[\]]*)((?:\.[^.[\]!:]+|\[[^\]]+\])*)(?:!([rsa]))?(?::([^]*))?$/

/** Python's `text.format(...)`: `{}`, `{0}`, `{name.attribute[key]!r:>10}`. Fields inside of format specifications are not supported. */
export function braceFormat(text: string, args: Arguments, running: Running): string {
  const { budget } = running
  let automatic = 0
  let length = 0
  return text.replace(PLACE, (place, field: string | undefined) => {
    if (place === '{{' || place === '}}') return place.slice(1)
    if (field === undefined) return fail(`single '${place}' encountered in format string`)
    const match = FIELD.exec(field)
    if (match === null) return fail(`cannot read the format field {${field}}`)
    const [, name = '', path = '', conversion, spec = ''] = match
    const start =
      name === ''
        ? args.positional[automatic++]
        : /^\d+$/.test(name)
          ? args.positional[Number(name)]
          : args.named.get(name)
    if (start === undefined) return fail(`no argument for the format field {${field}}`)
    let value: Value = start
    for (const [step, key = ''] of path.matchAll(/\.([^.[\]]+)|\[([^\]]+)\]/g)) {
      const inner = step.slice(1, -1)
      value = step.startsWith('.')
        ? running.attribute(value, key)
        : running.item(value, /^\d+$/.test(inner) ? BigInt(inner) : inner)
    }
    const converted = conversion === undefined ? value : conversion === 's' ? str(value, budget) : repr(value, budget)
    const result = formatValue(converted, spec, budget)
    length += result.length
    budget.spendText(length)
    return result
  })
}
