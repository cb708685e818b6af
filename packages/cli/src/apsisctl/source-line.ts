import { fitText, printable, textTail, textWidth } from '../terminal/index.ts'

/** A line of a source as it is shown, and the columns before the place in it. */
export interface ShownLine {
  readonly text: string
  readonly caret: number
}

/** How much of the space is for what stands before the place, where not everything fits. */
const BEFORE = 0.6

/**
 * A line with a place in it, cut around the place to at most `width` columns, with `…` where something was cut off; null: not cut.
 * `column` counts UTF-16 units from 1. A tab is shown as one blank.
 */
export function showLine(line: string, column: number, width: number | null): ShownLine {
  const before = printable(line.slice(0, column - 1))
  const after = printable(line.slice(column - 1))
  if (width === null || textWidth(before) + textWidth(after) <= width) {
    return { text: before + after, caret: textWidth(before) }
  }
  const least = Math.floor(width * BEFORE)
  const left = textTail(before, Math.max(least, width - textWidth(after)))
  return { text: left + fitText(after, width - textWidth(left)), caret: textWidth(left) }
}
