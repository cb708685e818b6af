import { fail } from './fault.ts'
import type { Body, Expression, FilterLink, Macro, Parameter, Statement, Target } from './node.ts'
import { parseExpression, parseTuple } from './parse-expression.ts'
import { parseFilterLink } from './parse-postfix.ts'
import type { TokenStream } from './stream.ts'

/** Parses the rest of a tag, its name taken, and what it encloses, up to but not with the end of its last block. */
type ParseStatement = (stream: TokenStream, at: number) => Statement

const noLoader: ParseStatement = (_stream, at) => fail('templates here cannot include, import or extend others', at)

/** The tags of templates. `raw` is not among them: what it encloses is text. */
export const STATEMENTS: ReadonlyMap<string, ParseStatement> = new Map([
  ['if', parseIf],
  ['for', parseFor],
  ['set', parseSet],
  ['with', parseWith],
  ['macro', parseMacro],
  ['call', parseCallBlock],
  ['filter', parseFilterBlock],
  ['block', parseBlock],
  ['print', parsePrint],
  ...['include', 'import', 'from', 'extends'].map((name) => [name, noLoader] as const),
])

const atBlockEnd = (stream: TokenStream) => (): boolean => stream.current.type === 'end of statement block'

// The end of a tag, the body after it, and the name of the tag that ends the body. `opened`: where the first tag of the statement is.
function enclosed(
  stream: TokenStream,
  ends: readonly string[],
  opened: number,
): { readonly body: Body; readonly end: string } {
  stream.expectType('end of statement block')
  const body = stream.grammar.body(stream, ends, opened)
  return { body, end: stream.next().text }
}

function parseIf(stream: TokenStream, at: number): Statement {
  const test = parseTuple(stream, atBlockEnd(stream), false)
  const { body, end } = enclosed(stream, ['elif', 'else', 'endif'], at)
  if (end === 'endif') return { type: 'if', test, body, otherwise: [], at }
  const otherwise = end === 'elif' ? [stream.nested(() => parseIf(stream, at))] : enclosed(stream, ['endif'], at).body
  return { type: 'if', test, body, otherwise, at }
}

function parseFor(stream: TokenStream, at: number): Statement {
  const target = parseTarget(stream, () => stream.is('in'))
  stream.expect('in')
  const iterable = parseTuple(stream, () => atBlockEnd(stream)() || stream.is('recursive', 'if'), false)
  const filter = stream.skip('if') ? parseExpression(stream) : null
  const recursive = stream.skip('recursive')
  const { body, end } = enclosed(stream, ['endfor', 'else'], at)
  const otherwise = end === 'else' ? enclosed(stream, ['endfor'], at).body : []
  return { type: 'for', target, iterable, filter, recursive, body, otherwise, at }
}

function parseSet(stream: TokenStream, at: number): Statement {
  const target = parseTarget(stream, () => stream.is('=', '|') || atBlockEnd(stream)())
  if (stream.skip('=')) return { type: 'set', target, value: parseTuple(stream, atBlockEnd(stream)), at }
  const filters = parseFilterChain(stream)
  return { type: 'setblock', target, filters, body: enclosed(stream, ['endset'], at).body, at }
}

function parseWith(stream: TokenStream, at: number): Statement {
  const values: (readonly [Target, Expression])[] = []
  while (!atBlockEnd(stream)()) {
    if (values.length > 0) stream.expect(',')
    const target = parseTarget(stream, () => stream.is('='), false)
    stream.expect('=')
    values.push([target, parseExpression(stream)])
  }
  return { type: 'with', values, body: enclosed(stream, ['endwith'], at).body, at }
}

function parseMacro(stream: TokenStream, at: number): Statement {
  const { text: name } = stream.expectType('name')
  return { type: 'macro', name, macro: parseMacroBody(stream, parseParameters(stream), 'endmacro', at), at }
}

function parseCallBlock(stream: TokenStream, at: number): Statement {
  const params = stream.is('(') ? parseParameters(stream) : []
  const call = parseExpression(stream)
  if (call.type !== 'call') return fail('expected call', call.at)
  return { type: 'callblock', call, caller: parseMacroBody(stream, params, 'endcall', at), at }
}

function parseMacroBody(stream: TokenStream, params: readonly Parameter[], end: string, at: number): Macro {
  const start = stream.position
  const { body } = enclosed(stream, [end], at)
  return { params, body, mentions: stream.namesSince(start) }
}

function parseFilterBlock(stream: TokenStream, at: number): Statement {
  const filters = [parseFilterLink(stream), ...parseFilterChain(stream)]
  return { type: 'filterblock', filters, body: enclosed(stream, ['endfilter'], at).body, at }
}

// Without inheritance a block is just what it encloses.
function parseBlock(stream: TokenStream, at: number): Statement {
  const { text: name } = stream.expectType('name')
  const { body } = enclosed(stream, ['endblock'], at)
  stream.skip(name)
  return { type: 'scope', body, at }
}

function parsePrint(stream: TokenStream, at: number): Statement {
  const body: Statement[] = []
  do body.push({ type: 'print', value: parseExpression(stream), at })
  while (stream.skip(','))
  return { type: 'scope', body, at }
}

function parseFilterChain(stream: TokenStream): readonly FilterLink[] {
  const filters: FilterLink[] = []
  while (stream.skip('|')) filters.push(parseFilterLink(stream))
  return filters
}

function parseParameters(stream: TokenStream): readonly Parameter[] {
  const params: Parameter[] = []
  stream.expect('(')
  while (!stream.is(')')) {
    if (params.length > 0) stream.expect(',')
    const { text: name, at } = stream.expectType('name')
    const fallback = stream.skip('=') ? parseExpression(stream) : null
    if (fallback === null && (params.at(-1)?.fallback ?? null) !== null)
      fail('non-default argument follows default argument', at)
    params.push({ name, fallback })
  }
  stream.expect(')')
  return params
}

// A name, `namespace.name`, or several with commas between them.
function parseTarget(stream: TokenStream, ends: () => boolean, tuples = true): Target {
  const { at } = stream.current
  const items: Target[] = []
  let comma = false
  while (!ends()) {
    items.push(parseSingleTarget(stream))
    if (!tuples || !stream.skip(',')) break
    comma = true
  }
  const [only] = items
  if (only !== undefined && !comma) return only
  return items.length === 0 ? stream.unexpected() : { type: 'tuple', items, at }
}

function parseSingleTarget(stream: TokenStream): Target {
  const { at } = stream.current
  if (stream.skip('(')) {
    const target = stream.nested(() => parseTarget(stream, () => stream.is(')')))
    stream.expect(')')
    return target
  }
  const { text: name } = stream.expectType('name')
  if (!stream.skip('.')) return { type: 'name', name, at }
  return { type: 'namespace', name, attribute: stream.expectType('name').text, at }
}
