import { fitText, printable, textWidth } from '../terminal/index.ts'
import { heading, type PlanItem, type PlanSection, summary } from './plan-lines.ts'

/** Lines of a section that a terminal shows; a file or a program gets all. */
const SHOWN = 40
/** What a review comment may hold: items of a section, lines below all of them, characters of a line. */
const COMMENT = { items: 30, below: 100, line: 300 }

/** A plan for people. Lines that are wider than the terminal are broken at blanks. */
export function planText(sections: readonly PlanSection[], head: string, columns: number | null): string {
  const fit = (text: string): string => wrapped(printable(text), columns ?? Number.POSITIVE_INFINITY)
  const parts = sections.map((section) => {
    const { items } = section
    const shown = columns === null ? items : items.slice(0, SHOWN)
    const lines = shown.flatMap(({ text, below }) => [`  ${text}`, ...below.map((one) => `    ${one}`)])
    const more = leftOut(section, standing(shown)).map((text) => `  ${text}`)
    return [heading(section), ...lines, ...more].map(fit).join('\n')
  })
  return `${[fit(head), ...(parts.length === 0 ? ['no changes'] : parts)].join('\n\n')}\n`
}

// Lines after the first stand further in. A word that is wider than a line is cut.
function wrapped(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  const indent = text.slice(0, text.length - text.trimStart().length)
  const lines: string[] = []
  let line = indent
  for (const word of text.trim().split(' ')) {
    const longer = line.trim() === '' ? `${line}${word}` : `${line} ${word}`
    if (textWidth(longer) <= width || line.trim() === '') line = longer
    else {
      lines.push(line)
      line = `${indent}    ${word}`
    }
  }
  return [...lines, line].map((one) => fitText(one, width)).join('\n')
}

/** A plan for a review comment, in GitHub's Markdown. What comes from job files stands in code spans, where nothing has a meaning. */
export function planMarkdown(sections: readonly PlanSection[], head: string): string {
  let below = COMMENT.below
  const bullets = ({ text, below: lines }: PlanItem): readonly string[] => {
    const shown = lines.slice(0, below)
    below -= shown.length
    const more = leftOut({ count: lines.length, more: false }, shown.length)
    return [`- ${code(text)}`, ...shown.map((one) => `  - ${code(one)}`), ...more.map((one) => `  - ${one}`)]
  }
  const parts = sections.map((section) => {
    const { title, items } = section
    const shown = items.slice(0, COMMENT.items)
    const lines = [...shown.flatMap(bullets), ...leftOut(section, standing(shown)).map((text) => `- ${text}`)]
    const open = title === 'Errors' ? ' open' : ''
    return `<details${open}><summary>${heading(section)}</summary>\n\n${lines.join('\n')}\n\n</details>`
  })
  return `${['### Apsis plan', summary(sections), code(head), ...parts].join('\n\n')}\n`
}

function standing(items: readonly PlanItem[]): number {
  return items.reduce((sum, { stands }) => sum + stands, 0)
}

function leftOut({ count, more }: Pick<PlanSection, 'count' | 'more'>, shown: number): readonly string[] {
  return count > shown ? [`and ${more ? 'more than ' : ''}${count - shown} more`] : []
}

/** A code span: its fence is longer than any run of backticks within. */
function code(text: string): string {
  const shown = fitText(printable(text), COMMENT.line)
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  // A blank on both sides is taken off again, and keeps backticks at the ends apart from the fence.
  return longest > 0 || /^ .*[^ ].* $/.test(shown) ? `${fence} ${shown} ${fence}` : `${fence}${shown}${fence}`
}
