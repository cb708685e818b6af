import { printable, textWidth, wrapText } from '../terminal/index.ts'

/**
 * The rows of the table (job, schedule, what, count, first, last, why) below one another, for a terminal that they do not fit: each says the
 * same, and nothing is cut.
 */
export function previewBlocks(rows: readonly (readonly string[])[], columns: number): string {
  let of = ''
  const lines: string[] = []
  const add = (text: string, indent: number): void => {
    for (const line of wrapText(printable(text), Math.max(20, columns - indent))) lines.push(' '.repeat(indent) + line)
  }
  for (const [job = '', schedule = '', what = '', count = '', first = '', last = '', why = ''] of rows) {
    const title = `${job}  ${schedule}`
    if (title !== of) add(title, 0)
    of = title
    const span = first === last ? first : `${first} to ${last}`
    add(count === '' ? what : `${what} ${count}: ${span}`, 2)
    add(why, 4)
  }
  return `${lines.join('\n')}\n`
}

/** Whether each line of a text is within a width. */
export function fits(text: string, columns: number): boolean {
  return text.split('\n').every((line) => textWidth(line) <= columns)
}
