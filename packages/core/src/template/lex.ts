import { fail } from './fault.ts'
import { strip } from './text.ts'
import type { Token, TokenType } from './token.ts'
import { unescaped } from './unescape.ts'

const OPENING = /\{\{|\{%|\{#/g
const RAW = /\{%[-+]?\s*raw\s*(-?)%\}/y
const END_RAW = /\{%([-+]?)\s*endraw\s*([-+]?)%\}/g
const BLANKS = /\s+/y
const FLOAT = /\d+(?:_\d+)*(?:\.\d+(?:_\d+)*(?:[eE][+-]?\d+(?:_\d+)*)?|[eE][+-]?\d+(?:_\d+)*)/y
const INTEGER = /0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[\da-fA-F])+|[1-9](?:_?\d)*|0(?:_?0)*/y
const NAME = /[\p{L}_][\p{L}\p{N}\p{M}_]*/uy
const STRING = /'(?:[^'\\]|\\[^])*'|"(?:[^"\\]|\\[^])*"/y
const OPERATOR = /\/\/|\*\*|==|!=|>=|<=|[-+/*%~[\](){}><=.:|,;]/y
const CLOSERS: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
])

/** Cuts a template into tokens, as Jinja with its default settings. Fails where no token begins, or something is not closed. */
export function lex(template: string): readonly Token[] {
  return new Lexer(template).run()
}

class Lexer {
  readonly #source: string
  readonly #tokens: Token[] = []
  #at = 0
  // `-%}` removes the white space that follows.
  #stripNext = false

  constructor(template: string) {
    this.#source = template
  }

  run(): readonly Token[] {
    // One line break at the end belongs to the file, not to the text.
    const end = this.#source.length - (/(?:\r\n|\r|\n)$/.exec(this.#source)?.[0].length ?? 0)
    while (this.#at < end) {
      OPENING.lastIndex = this.#at
      const opening = OPENING.exec(this.#source)
      const start = opening === null ? end : Math.min(opening.index, end)
      if (opening === null || start === end) {
        this.#data(this.#at, end, false)
        break
      }
      this.#data(this.#at, start, this.#source[start + 2] === '-')
      this.#at = start
      if (opening[0] === '{#') this.#comment()
      else if (opening[0] === '{{') this.#code('begin of print statement', '}}')
      else if (!this.#raw()) this.#code('begin of statement block', '%}')
    }
    this.#tokens.push({ type: 'end of template', text: '', at: this.#source.length })
    return this.#tokens
  }

  #push(type: TokenType, text: string, at: number): void {
    this.#tokens.push({ type, text, at })
  }

  #data(start: number, end: number, stripEnd: boolean): void {
    let text = this.#source.slice(start, end)
    if (this.#stripNext) text = strip(text, null, 'left')
    if (stripEnd) text = strip(text, null, 'right')
    this.#stripNext = false
    if (text !== '') this.#push('data', text.replace(/\r\n|\r/g, '\n'), start)
    this.#at = end
  }

  #comment(): void {
    const end = this.#source.indexOf('#}', this.#at + 2)
    if (end < 0) fail('Missing end of comment tag', this.#at)
    this.#stripNext = this.#source[end - 1] === '-' && end - 1 > this.#at + 1
    this.#at = end + 2
  }

  #raw(): boolean {
    RAW.lastIndex = this.#at
    const open = RAW.exec(this.#source)
    if (open === null) return false
    END_RAW.lastIndex = RAW.lastIndex
    const close = END_RAW.exec(this.#source)
    if (close === null) return fail('Missing end of raw directive', this.#at)
    this.#stripNext = open[1] === '-'
    this.#data(RAW.lastIndex, close.index, close[1] === '-')
    this.#at = close.index + close[0].length
    this.#stripNext = close[2] === '-'
    return true
  }

  #code(begin: TokenType, end: '}}' | '%}'): void {
    this.#push(begin, this.#source.slice(this.#at, this.#at + 2), this.#at)
    this.#at += 2
    if (this.#source[this.#at] === '-' || this.#source[this.#at] === '+') this.#at++
    const open: string[] = []
    for (;;) {
      this.#match(BLANKS)
      if (this.#at >= this.#source.length) return
      if (open.length === 0 && this.#end(end)) return
      this.#token(open)
    }
  }

  #end(end: '}}' | '%}'): boolean {
    const sign = this.#source[this.#at]
    const marked = (sign === '-' || (sign === '+' && end === '%}')) && this.#source.startsWith(end, this.#at + 1)
    if (!marked && !this.#source.startsWith(end, this.#at)) return false
    this.#push(end === '}}' ? 'end of print statement' : 'end of statement block', end, this.#at)
    this.#at += marked ? 3 : 2
    this.#stripNext = marked && sign === '-'
    return true
  }

  #token(open: string[]): void {
    const at = this.#at
    // `x.0.1` has two indexes, not a float.
    const afterDot = this.#tokens.at(-1)?.text === '.'
    const float = afterDot ? null : this.#match(FLOAT)
    if (float !== null) return this.#push('float', float, at)
    const integer = this.#match(INTEGER)
    if (integer !== null) return this.#push('integer', integer, at)
    const name = this.#match(NAME)
    if (name !== null) return this.#push('name', name, at)
    const string = this.#match(STRING)
    if (string !== null) return this.#push('string', unescaped(string.slice(1, -1), at), at)
    const operator = this.#match(OPERATOR)
    if (operator === null) return fail(`unexpected char ${JSON.stringify(this.#source[at])}`, at)
    this.#balance(operator, open, at)
    this.#push('operator', operator, at)
  }

  #balance(operator: string, open: string[], at: number): void {
    const closer = CLOSERS.get(operator)
    if (closer !== undefined) open.push(closer)
    else if (operator === ')' || operator === ']' || operator === '}') {
      const expected = open.pop()
      if (expected === undefined) fail(`unexpected '${operator}'`, at)
      if (expected !== operator) fail(`unexpected '${operator}', expected '${expected}'`, at)
    }
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#source)
    if (match === null) return null
    this.#at = pattern.lastIndex
    return match[0]
  }
}
