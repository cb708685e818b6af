import { fitText, printable, textTail, textWidth } from '../terminal/index.ts'

/** A line of a source as it is shown, and the columns before the place in it. */
export interface ShownLine {
  readonly text: string
  readonly caret: number
}

/** How much of the space is for what stands before the place, where not everything fits. */
const BEFORE = 0.6
/** UTF-16 units that a column may take, at most, for a part of a long line to be worth measuring. */
const UNITS_A_COLUMN = 20

/**
 * A line with a place in it, cut around the place to at most `width` columns, with `…` where something was cut off.
 * `column` counts UTF-16 units from 1. A tab is shown as one blank.
 */
export function showLine(line: string, column: number, width: number): ShownLine {
  const place = column - 1
  const near = Math.max(width, 1) * UNITS_A_COLUMN
  const before = printable(line.slice(Math.max(place - near, 0), place))
  const after = printable(line.slice(place, place + near))
  if (textWidth(before) + textWidth(after) <= width) {
    return { text: before + after, caret: textWidth(before) }
  }
  const least = Math.floor(width * BEFORE)
  const left = textTail(before, Math.max(least, width - textWidth(after)))
  return { text: left + fitText(after, width - textWidth(left)), caret: textWidth(left) }
}
