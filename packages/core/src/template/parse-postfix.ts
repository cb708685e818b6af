import { fail } from './fault.ts'
import type { ArgumentNodes, Expression, FilterLink } from './node.ts'
import { parseInteger } from './number.ts'
import type { TokenStream } from './stream.ts'

const NO_ARGUMENTS: ArgumentNodes = { positional: [], named: [], spread: null, namedSpread: null }

/** `.name`, `[key]`, `[a:b:c]` and `(...)` after an expression. */
export function parsePostfix(stream: TokenStream, expression: Expression): Expression {
  for (let object = expression; ; ) {
    if (stream.is('.')) object = parseMember(stream, object)
    else if (stream.is('[')) object = parseSubscript(stream, object)
    else if (stream.is('(')) object = parseCall(stream, object)
    else return object
  }
}

function parseMember(stream: TokenStream, object: Expression): Expression {
  const { at } = stream.expect('.')
  const token = stream.next()
  if (token.type === 'name') return { type: 'attribute', object, name: token.text, at }
  if (token.type !== 'integer') return fail(`expected a name or a number after '.'`, token.at)
  const key: Expression = { type: 'constant', value: parseInteger(token.text, 10) ?? 0n, at: token.at }
  return { type: 'item', object, key, at }
}

function parseSubscript(stream: TokenStream, object: Expression): Expression {
  const { at } = stream.expect('[')
  const bounds: (Expression | null)[] = []
  let colons = 0
  let part: Expression | null = null
  while (!stream.is(']')) {
    if (stream.skip(':')) {
      bounds.push(part)
      part = null
      colons++
    } else if (part === null) part = stream.grammar.expression(stream)
    else stream.expect(']')
  }
  stream.expect(']')
  if (colons === 0)
    return part === null ? fail('expected subscript expression', at) : { type: 'item', object, key: part, at }
  if (colons > 2) return fail('a slice has at most three parts', at)
  bounds.push(part)
  const [start = null, stop = null, step = null] = bounds
  return { type: 'slice', object, start, stop, step, at }
}

/** A call of what comes before. */
export function parseCall(stream: TokenStream, callee: Expression): Expression {
  const { at } = stream.current
  return { type: 'call', callee, args: parseArguments(stream), at }
}

/** `(a, b, *c, d=e, **f)`. */
export function parseArguments(stream: TokenStream): ArgumentNodes {
  const positional: Expression[] = []
  const named: (readonly [string, Expression])[] = []
  let spread: Expression | null = null
  let namedSpread: Expression | null = null
  stream.expect('(')
  while (!stream.is(')')) {
    const { at, type, text } = stream.current
    if (stream.skip('**')) {
      if (namedSpread !== null) fail('only one ** argument is allowed', at)
      namedSpread = stream.grammar.expression(stream)
    } else if (namedSpread !== null) {
      fail('arguments must not follow a ** argument', at)
    } else if (stream.skip('*')) {
      if (spread !== null) fail('only one * argument is allowed', at)
      spread = stream.grammar.expression(stream)
    } else if (type === 'name' && stream.following.type === 'operator' && stream.following.text === '=') {
      stream.next()
      stream.next()
      if (named.some(([name]) => name === text)) fail(`the argument ${text} is given twice`, at)
      named.push([text, stream.grammar.expression(stream)])
    } else if (named.length > 0 || spread !== null) {
      fail('positional arguments must come before named ones', at)
    } else {
      positional.push(stream.grammar.expression(stream))
    }
    if (!stream.is(')')) stream.expect(',')
  }
  stream.expect(')')
  return { positional, named, spread, namedSpread }
}

/** `|a|b(c)` after an expression. */
export function parseFilters(stream: TokenStream, input: Expression): Expression {
  let expression = input
  while (stream.skip('|')) {
    const { name, args, at } = parseFilterLink(stream)
    expression = { type: 'filter', name, input: expression, args, at }
  }
  return expression
}

/** The name of a filter and its arguments. */
export function parseFilterLink(stream: TokenStream): FilterLink {
  const { at } = stream.current
  const name = parseDottedName(stream)
  return { name, args: stream.is('(') ? parseArguments(stream) : NO_ARGUMENTS, at }
}

/** `is [not] name`, with arguments in parentheses or one without. */
export function parseTest(stream: TokenStream, input: Expression): Expression {
  const { at } = stream.expect('is')
  const negated = stream.skip('not')
  const name = parseDottedName(stream)
  let args = NO_ARGUMENTS
  if (stream.is('(')) args = parseArguments(stream)
  else if (beginsOperand(stream)) {
    if (stream.is('is')) fail('You cannot chain multiple tests with is', stream.current.at)
    args = { ...NO_ARGUMENTS, positional: [parsePostfix(stream, stream.grammar.primary(stream))] }
  }
  const test: Expression = { type: 'test', name, input, args, at }
  return negated ? { type: 'not', operand: test, at } : test
}

function beginsOperand(stream: TokenStream): boolean {
  const { type } = stream.current
  if (type === 'name') return !stream.is('else', 'or', 'and', 'if', 'not', 'in')
  return type === 'string' || type === 'integer' || type === 'float' || stream.is('(', '[', '{')
}

function parseDottedName(stream: TokenStream): string {
  let name = stream.expectType('name').text
  while (stream.skip('.')) name += `.${stream.expectType('name').text}`
  return name
}
