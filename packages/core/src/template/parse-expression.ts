import type { Expression } from './node.ts'
import { fail } from './fault.ts'
import { parseFloatText, parseInteger } from './number.ts'
import type { TokenStream } from './stream.ts'
import { describeToken } from './token.ts'
import { parseCall, parseFilters, parsePostfix, parseTest } from './parse-postfix.ts'

const COMPARISONS = ['==', '!=', '<', '<=', '>', '>='] as const
const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
])

/** An expression, with `x if y else z` where that is not left to a statement. */
export function parseExpression(stream: TokenStream, conditional = true): Expression {
  return stream.nested(() => (conditional ? parseCondition(stream) : parseOr(stream)))
}

/** Expressions with commas between them are a tuple; one without a comma is itself. `ends` says what may follow a last comma. */
export function parseTuple(stream: TokenStream, ends: () => boolean, conditional = true): Expression {
  if (ends()) return fail(`Expected an expression, got '${describeToken(stream.current)}'`, stream.current.at)
  return parseItems(stream, ends, conditional)
}

function parseItems(stream: TokenStream, ends: () => boolean, conditional: boolean): Expression {
  const { at } = stream.current
  const items: Expression[] = []
  let comma = false
  while (!ends()) {
    items.push(parseExpression(stream, conditional))
    if (!stream.skip(',')) break
    comma = true
  }
  const [only] = items
  return only !== undefined && !comma ? only : { type: 'tuple', items, at }
}

function parseCondition(stream: TokenStream): Expression {
  let expression = parseOr(stream)
  while (stream.is('if')) {
    const { at } = stream.next()
    const test = parseOr(stream)
    const otherwise = stream.skip('else') ? stream.nested(() => parseCondition(stream)) : null
    expression = { type: 'condition', test, value: expression, otherwise, at }
  }
  return expression
}

function parseOr(stream: TokenStream): Expression {
  let left = parseAnd(stream)
  while (stream.is('or')) {
    const { at } = stream.next()
    left = { type: 'or', left, right: parseAnd(stream), at }
  }
  return left
}

function parseAnd(stream: TokenStream): Expression {
  let left = parseNot(stream)
  while (stream.is('and')) {
    const { at } = stream.next()
    left = { type: 'and', left, right: parseNot(stream), at }
  }
  return left
}

function parseNot(stream: TokenStream): Expression {
  if (!stream.is('not')) return parseComparison(stream)
  const { at } = stream.next()
  return { type: 'not', operand: stream.nested(() => parseNot(stream)), at }
}

function parseComparison(stream: TokenStream): Expression {
  const { at } = stream.current
  const first = parseSum(stream)
  const rest: (readonly [string, Expression])[] = []
  for (;;) {
    if (stream.is(...COMPARISONS, 'in')) {
      const { text } = stream.next()
      rest.push([text, parseSum(stream)])
    } else if (stream.is('not') && stream.following.type === 'name' && stream.following.text === 'in') {
      stream.next()
      stream.next()
      rest.push(['not in', parseSum(stream)])
    } else return rest.length === 0 ? first : { type: 'compare', first, rest, at }
  }
}

function parseSum(stream: TokenStream): Expression {
  return parseBinary(stream, ['+', '-'], parseConcatenation)
}

function parseConcatenation(stream: TokenStream): Expression {
  return parseBinary(stream, ['~'], parseProduct)
}

function parseProduct(stream: TokenStream): Expression {
  return parseBinary(stream, ['*', '/', '//', '%'], parsePower)
}

function parsePower(stream: TokenStream): Expression {
  return parseBinary(stream, ['**'], (operands) => parseUnary(operands, true))
}

function parseBinary(
  stream: TokenStream,
  operators: readonly string[],
  parseOperand: (stream: TokenStream) => Expression,
): Expression {
  let left = parseOperand(stream)
  while (stream.is(...operators)) {
    const { text, at } = stream.next()
    left = { type: 'binary', operator: text, left, right: parseOperand(stream), at }
  }
  return left
}

function parseUnary(stream: TokenStream, filters: boolean): Expression {
  const { text, at } = stream.current
  let expression: Expression
  if (stream.is('-', '+')) {
    stream.next()
    const operand = stream.nested(() => parseUnary(stream, false))
    expression = { type: 'unary', operator: text === '-' ? '-' : '+', operand, at }
  } else {
    expression = parsePrimary(stream)
  }
  expression = parsePostfix(stream, expression)
  if (!filters) return expression
  for (;;) {
    if (stream.is('|')) expression = parseFilters(stream, expression)
    else if (stream.is('is')) expression = parseTest(stream, expression)
    else if (stream.is('(')) expression = parseCall(stream, expression)
    else return expression
  }
}

/** A constant, a name, or something in brackets. */
export function parsePrimary(stream: TokenStream): Expression {
  const { type, text, at } = stream.current
  switch (type) {
    case 'name':
      stream.next()
      return CONSTANTS.has(text)
        ? { type: 'constant', value: CONSTANTS.get(text) ?? null, at }
        : { type: 'name', name: text, at }
    case 'string': {
      const parts: string[] = []
      while (stream.current.type === 'string') parts.push(stream.next().text)
      return { type: 'constant', value: parts.join(''), at }
    }
    case 'integer':
      stream.next()
      return { type: 'constant', value: parseInteger(text, 0) ?? fail(`not a number: ${text}`, at), at }
    case 'float':
      stream.next()
      return { type: 'constant', value: parseFloatText(text) ?? fail(`not a number: ${text}`, at), at }
    default:
      if (stream.is('(')) return parseParentheses(stream)
      if (stream.is('[')) return parseList(stream)
      if (stream.is('{')) return parseDict(stream)
      return stream.unexpected()
  }
}

function parseParentheses(stream: TokenStream): Expression {
  stream.expect('(')
  const expression = parseItems(stream, () => stream.is(')'), true)
  stream.expect(')')
  return expression
}

function parseList(stream: TokenStream): Expression {
  const { at } = stream.expect('[')
  const items: Expression[] = []
  while (!stream.is(']')) {
    items.push(parseExpression(stream))
    if (!stream.skip(',')) break
  }
  stream.expect(']')
  return { type: 'list', items, at }
}

function parseDict(stream: TokenStream): Expression {
  const { at } = stream.expect('{')
  const items: (readonly [Expression, Expression])[] = []
  while (!stream.is('}')) {
    const key = parseExpression(stream)
    stream.expect(':')
    items.push([key, parseExpression(stream)])
    if (!stream.skip(',')) break
  }
  stream.expect('}')
  return { type: 'dict', items, at }
}
