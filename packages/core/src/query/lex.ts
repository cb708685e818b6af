import type { QueryProblem } from './problem.ts'

/** A text of a query, and where it stands. */
export interface Piece {
  readonly text: string
  /** From 1. */
  readonly column: number
  /** A text in quotes may be empty, and means no more than itself. */
  readonly quoted: boolean
}

/** A term, taken apart. */
export interface RawTerm {
  readonly not: boolean
  /** What is before `:` or `=`; null for plain words. */
  readonly head: { readonly name: Piece; readonly mark: ':' | '=' } | null
  /** What commas part; never empty. */
  readonly values: readonly Piece[]
}

const BLANK = /\s/

/** Takes a query apart, term by term. Where something cannot be, `problems` says so, and reading goes on behind it. */
export class Lexer {
  readonly #text: string
  readonly #problems: QueryProblem[]
  #at = 0

  constructor(text: string, problems: QueryProblem[]) {
    this.#text = text
    this.#problems = problems
  }

  /** The next term; null at the end. */
  next(): RawTerm | null {
    while (this.#at < this.#text.length && BLANK.test(this.#char())) this.#at++
    if (this.#at >= this.#text.length) return null
    const not = this.#char() === '!'
    if (not) this.#at++
    const first = this.#piece(true)
    const mark = this.#char()
    if (mark !== ':' && mark !== '=') return { not, head: null, values: this.#more(first) }
    // A text in quotes is a name where `=` follows, and a word where `:` does.
    this.#at++
    return { not, head: { name: first, mark }, values: this.#more(this.#piece(false)) }
  }

  #more(first: Piece): readonly Piece[] {
    const values = [first]
    while (this.#char() === ',') {
      this.#at++
      values.push(this.#piece(false))
    }
    return values
  }

  /** A text up to a blank or comma; one that may be a head, up to its mark too. */
  #piece(head: boolean): Piece {
    const quote = this.#char()
    if (quote === '"' || quote === "'") return this.#quoted(quote, head)
    const from = this.#at
    while (this.#at < this.#text.length && !this.#ends(head)) this.#at++
    return { text: this.#text.slice(from, this.#at), column: from + 1, quoted: false }
  }

  #quoted(quote: string, head: boolean): Piece {
    const from = this.#at
    let text = ''
    for (this.#at++; this.#char() !== quote; this.#at++) {
      if (this.#at >= this.#text.length) {
        this.#say(from, `expected ${quote} at the end of what begins here`, `Write \\${quote} for one within it.`)
        return { text, column: from + 1, quoted: true }
      }
      const next = this.#text[this.#at + 1]
      if (this.#char() === '\\' && (next === quote || next === '\\')) this.#at++
      text += this.#char()
    }
    this.#at++
    if (this.#at < this.#text.length && !this.#ends(head)) {
      this.#say(this.#at, 'expected a blank or a comma after the quotes', 'Put quotes around the whole value.')
      while (this.#at < this.#text.length && !this.#ends(false)) this.#at++
    }
    return { text, column: from + 1, quoted: true }
  }

  #ends(head: boolean): boolean {
    const char = this.#char()
    return char === ',' || BLANK.test(char) || (head && (char === ':' || char === '='))
  }

  #char(): string {
    return this.#text[this.#at] ?? ''
  }

  #say(at: number, message: string, hint: string): void {
    this.#problems.push({ column: at + 1, message, hint })
  }
}
