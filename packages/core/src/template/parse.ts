import { fail } from './fault.ts'
import { lex } from './lex.ts'
import type { Body, Statement } from './node.ts'
import { parseExpression, parsePrimary, parseTuple } from './parse-expression.ts'
import { STATEMENTS } from './parse-statement.ts'
import { type Grammar, TokenStream } from './stream.ts'

const GRAMMAR: Grammar = { expression: (stream) => parseExpression(stream), primary: parsePrimary, body: parseBody }

/** Parses a template. Fails with the offset of what cannot be parsed. */
export function parseTemplate(template: string): Body {
  return parseBody(new TokenStream(lex(template), GRAMMAR), [], 0)
}

/*
 * The statements up to one of the tags `ends` (its name is then the current token), or up to the end of the template where `ends` is
 * empty.
 */
function parseBody(stream: TokenStream, ends: readonly string[], opened: number): Body {
  const body: Statement[] = []
  for (;;) {
    const { type, text, at } = stream.next()
    switch (type) {
      case 'data':
        body.push({ type: 'text', text, at })
        break
      case 'begin of print statement':
        body.push({
          type: 'print',
          value: parseTuple(stream, () => stream.current.type === 'end of print statement'),
          at,
        })
        stream.expectType('end of print statement')
        break
      case 'begin of statement block': {
        if (stream.is(...ends)) return body
        body.push(stream.nested(() => parseTag(stream, ends)))
        stream.expectType('end of statement block')
        break
      }
      default:
        if (ends.length === 0) return body
        return fail(`Unexpected end of template. Looking for the following tags: ${orList(ends)}.`, opened)
    }
  }
}

function parseTag(stream: TokenStream, ends: readonly string[]): Statement {
  const { text, at } = stream.expectType('name')
  const parse = STATEMENTS.get(text)
  if (parse !== undefined) return parse(stream, at)
  const hint = ends.length === 0 ? '' : ` Looking for the following tags: ${orList(ends)}.`
  return fail(`Encountered unknown tag '${text}'.${hint}`, at)
}

function orList(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(' or ')
}
