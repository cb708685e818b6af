/** A piece of a template. `text` is what was written, but for strings and template text what they mean. */
export interface Token {
  readonly type: TokenType
  readonly text: string
  /** Offset into the template. */
  readonly at: number
}

export type TokenType =
  | 'data'
  | 'begin of print statement'
  | 'end of print statement'
  | 'begin of statement block'
  | 'end of statement block'
  | 'name'
  | 'string'
  | 'integer'
  | 'float'
  | 'operator'
  | 'end of template'

/** What a token is called in messages. */
export function describeToken(token: Token): string {
  switch (token.type) {
    case 'name':
    case 'operator':
      return token.text
    case 'data':
      return 'template data / text'
    default:
      return token.type
  }
}
