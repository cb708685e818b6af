import { fitText, printable, textWidth } from './width.ts'

export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
  /** The column may be cut down to this width where the table does not fit; absent: never. */
  readonly min?: number
  /** The column is no wider than this where there is no width: what people wrote, of any length, which another command shows whole. */
  readonly most?: number
}

/** What a cell shows; `paint` may colour the finished cell. */
export interface Cell {
  readonly text: string
  readonly paint?: (text: string) => string
}

const GAP = '  '

/**
 * A table of lines, each no wider than `width` where the columns can be cut down so far (the widest first). Without a width nothing is
 * cut but to `most`. The last column is not padded.
 */
export function table(columns: readonly Column[], rows: readonly (readonly Cell[])[], width: number | null): string {
  const cells = rows.map((row) => row.map((cell) => ({ ...cell, text: printable(cell.text) })))
  const natural = columns.map(({ title, most = Infinity }, index) =>
    Math.min(
      width === null ? most : Infinity,
      cells.reduce((widest, row) => Math.max(widest, textWidth(row[index]?.text ?? '')), textWidth(title)),
    ),
  )
  const widths = width === null ? natural : shrink(columns, natural, width - GAP.length * (columns.length - 1))
  const line = (row: readonly Cell[]): string =>
    columns
      .map(({ align }, index) => {
        const cell = row[index] ?? { text: '' }
        const space = widths[index] ?? 0
        const text = fitText(cell.text, space)
        const painted = cell.paint === undefined ? text : cell.paint(text)
        const padding = ' '.repeat(space - textWidth(text))
        if (align === 'right') return padding + painted
        return index === columns.length - 1 ? painted : painted + padding
      })
      .join(GAP)
      .trimEnd()
  const rule = widths.map((space) => '-'.repeat(space)).join(GAP)
  return [line(columns.map(({ title }) => ({ text: title }))), rule, ...cells.map(line)].join('\n')
}

/** Widths that add up to at most `space`, taken from the columns that have most to give. */
function shrink(columns: readonly Column[], natural: readonly number[], space: number): readonly number[] {
  const widths = [...natural]
  let excess = widths.reduce((sum, width) => sum + width, 0) - space
  while (excess > 0) {
    let widest = -1
    for (const [index, width] of widths.entries()) {
      const min = columns[index]?.min
      if (min === undefined || width <= min) continue
      if (widest === -1 || width > (widths[widest] ?? 0)) widest = index
    }
    if (widest === -1) break
    widths[widest] = (widths[widest] ?? 0) - 1
    excess -= 1
  }
  return widths
}
