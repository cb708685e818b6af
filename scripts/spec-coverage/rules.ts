/** One numbered rule of a SPEC.md. */
export interface Rule {
  readonly id: string
  /** From 1. */
  readonly line: number
}

const RULE = /^- \*\*([A-Z][A-Z0-9]*\d)\*\*\s+\S/

/** The rules of a SPEC.md, in its order: lines such as `- **RUN12** text`. */
export function parseRules(text: string): readonly Rule[] {
  return text.split('\n').flatMap((line, index) => {
    const id = RULE.exec(line)?.[1]
    return id === undefined ? [] : [{ id, line: index + 1 }]
  })
}

/** The rules that a test's title begins with: `RUN1: …` or `RUN1, RUN2: …`. Empty when it begins with none. */
export function citedRules(title: string): readonly string[] {
  const head = /^[A-Z][A-Z0-9]*\d(?:, [A-Z][A-Z0-9]*\d)*(?=:)/.exec(title)?.[0]
  return head === undefined ? [] : head.split(', ')
}
