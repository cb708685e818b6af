import { fail } from './fault.ts'
import type { Body, Expression } from './node.ts'
import { describeToken, type Token, type TokenType } from './token.ts'

/** Expressions and blocks inside each other. */
const MAX_NESTING = 100

/** What parts of the grammar need of others that need them in turn. */
export interface Grammar {
  expression(stream: TokenStream): Expression
  primary(stream: TokenStream): Expression
  /** The statements up to one of the tags `ends`, whose name is then the current token. */
  /** `opened`: offset of the tag that the body belongs to, told where it does not end. */
  body(stream: TokenStream, ends: readonly string[], opened: number): Body
}

/** The tokens of a template, taken one by one. */
export class TokenStream {
  readonly #tokens: readonly Token[]
  #index = 0
  #nesting = 0

  readonly grammar: Grammar

  /** The last token must be the end of the template. */
  constructor(tokens: readonly Token[], grammar: Grammar) {
    this.grammar = grammar
    this.#tokens = tokens
  }

  get current(): Token {
    return this.#tokens[this.#index] ?? { type: 'end of template', text: '', at: 0 }
  }

  /** The token after the current one. */
  get following(): Token {
    return this.#tokens[this.#index + 1] ?? this.current
  }

  next(): Token {
    const token = this.current
    if (this.#index < this.#tokens.length - 1) this.#index++
    return token
  }

  /** How many tokens were taken. */
  get position(): number {
    return this.#index
  }

  /** The names among the tokens taken since. */
  namesSince(position: number): ReadonlySet<string> {
    const names = this.#tokens.slice(position, this.#index).filter(({ type }) => type === 'name')
    return new Set(names.map(({ text }) => text))
  }

  /** Whether the current token is an operator or a name. */
  is(...texts: readonly string[]): boolean {
    const { type, text } = this.current
    return (type === 'operator' || type === 'name') && texts.includes(text)
  }

  /** Takes the current token if it is this operator or name. */
  skip(text: string): boolean {
    if (!this.is(text)) return false
    this.next()
    return true
  }

  expect(text: string): Token {
    return this.is(text) ? this.next() : this.#expected(text)
  }

  expectType(type: TokenType): Token {
    return this.current.type === type ? this.next() : this.#expected(type)
  }

  unexpected(): never {
    return fail(`unexpected '${describeToken(this.current)}'`, this.current.at)
  }

  /** Parses what may hold more of its like. */
  nested<T>(parse: () => T): T {
    if (++this.#nesting > MAX_NESTING) fail('the template is nested too deeply', this.current.at)
    const parsed = parse()
    this.#nesting--
    return parsed
  }

  #expected(what: string): never {
    return fail(`expected token '${what}', got '${describeToken(this.current)}'`, this.current.at)
  }
}
