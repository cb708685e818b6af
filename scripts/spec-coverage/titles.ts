import { parseSync, Visitor } from 'oxc-parser'
import type { CallExpression, Expression } from 'oxc-parser'

/** One call of `test` or `it` in a test file. Subtests of a test (`t.test`) are part of it and not listed. */
export interface Title {
  /** The text up to the first `${}`; null when it is not written at the call. */
  readonly text: string | null
  /** From 1. */
  readonly line: number
  /** Marked `skip` or `todo` at the call, so that it proves nothing. */
  readonly inactive: boolean
}

const NAMES = new Set(['test', 'it'])
const INACTIVE = new Set(['skip', 'todo'])

/** `test(…)` and `test.only(…)` give their names; anything else, null. */
function calledTest(callee: Expression): { readonly modifier: string | null } | null {
  if (callee.type === 'Identifier') return NAMES.has(callee.name) ? { modifier: null } : null
  if (callee.type !== 'MemberExpression' || callee.computed) return null
  const { object, property } = callee
  return object.type === 'Identifier' && NAMES.has(object.name) ? { modifier: property.name } : null
}

function writtenText(call: CallExpression): string | null {
  const title = call.arguments[0]
  if (title?.type === 'Literal' && typeof title.value === 'string') return title.value
  if (title?.type === 'TemplateLiteral') return title.quasis[0]?.value.cooked ?? null
  return null
}

/** `{ skip: true }` or `{ todo: … }`; a condition (`skip: !hasChromium`) is not one, for there it may run. */
function optionsSaySkip(call: CallExpression): boolean {
  return call.arguments.some(
    (argument) =>
      argument.type === 'ObjectExpression' &&
      argument.properties.some(
        (property) =>
          property.type === 'Property' &&
          property.key.type === 'Identifier' &&
          INACTIVE.has(property.key.name) &&
          property.value.type === 'Literal' &&
          Boolean(property.value.value),
      ),
  )
}

/** The tests of one file, in its order. Throws on a file that does not parse. */
export function testTitles(file: string, source: string): readonly Title[] {
  const { program, errors } = parseSync(file, source)
  if (errors.length > 0) throw new SyntaxError(`${file}: ${errors[0]?.message}`)
  const titles: Title[] = []
  new Visitor({
    CallExpression(call) {
      const called = calledTest(call.callee)
      if (called === null) return
      titles.push({
        text: writtenText(call),
        line: source.slice(0, call.start).split('\n').length,
        inactive: (called.modifier !== null && INACTIVE.has(called.modifier)) || optionsSaySkip(call),
      })
    },
  }).visit(program)
  return titles
}
