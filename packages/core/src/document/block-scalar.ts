import type { WalkedScalar } from './scalar-offset.ts'

interface Line {
  /** Without the indentation. */
  readonly text: string
  readonly at: number
}

/** Walks through a literal or folded block, whose source is `[start, end)`, its header included. */
export function blockCharacters(source: string, start: number, end: number, folded: boolean): WalkedScalar {
  const lines = contentLines(source, start, end)
  const offsets: number[] = []
  let text = ''
  const put = (characters: string, at: number): void => {
    text += characters
    for (let unit = 0; unit < characters.length; unit++) offsets.push(at + unit)
  }
  let blanks = 0
  let before: Line | null = null
  for (const line of lines) {
    if (line.text === '') {
      blanks++
      continue
    }
    const gap = Math.max(line.at - 1, start)
    const joins = folded && before !== null && !isIndented(before) && !isIndented(line)
    const breaks = blanks + (before === null || joins ? 0 : 1)
    put(joins && blanks === 0 ? ' ' : '\n'.repeat(breaks), gap)
    put(line.text, line.at)
    before = line
    blanks = 0
  }
  return { text, offsets, end: before === null ? start : before.at + before.text.length }
}

function contentLines(source: string, start: number, end: number): readonly Line[] {
  const lines: Line[] = []
  let at = start
  for (const text of source.slice(start, end).split('\n')) {
    lines.push({ text: text.replace(/\r$/, ''), at })
    at += text.length + 1
  }
  const [header, ...content] = lines
  const said = /[1-9]/.exec(header?.text.replace(/#.*/, '') ?? '')?.[0]
  const first = content.find(({ text }) => text.trim() !== '')
  const own = /^ */.exec(first?.text ?? '')?.[0].length ?? 0
  // With an indicator the indentation is relative to the parent's, which is not known here: only the plain case is taken.
  const indent = said === undefined ? own : Number.NaN
  return content.map((line) => ({ text: line.text.slice(indent), at: line.at + indent }))
}

function isIndented({ text }: Line): boolean {
  return /^[ \t]/.test(text)
}
