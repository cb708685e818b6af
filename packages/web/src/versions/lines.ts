/** A line of a difference. `gap`: so many lines that stay are left out. */
export type DiffLine =
  | { readonly kind: 'kept' | 'removed' | 'added'; readonly text: string }
  | { readonly kind: 'gap'; readonly count: number }

/** Most cells of the table by which lines are compared; beyond, all that differs is one change. */
const MAX_CELLS = 1_000_000
/** Lines that stay, shown before and after a change. */
const AROUND = 2

/** What makes one text of another, by lines. */
export function diffLines(from: string, to: string): readonly DiffLine[] {
  const [old, next] = [from.split('\n'), to.split('\n')]
  const shortest = Math.min(old.length, next.length)
  let head = 0
  while (head < shortest && old[head] === next[head]) head++
  let tail = 0
  while (tail < shortest - head && old[old.length - 1 - tail] === next[next.length - 1 - tail]) tail++
  const kept = (lines: readonly string[]): readonly DiffLine[] => lines.map((text) => ({ kind: 'kept', text }))
  return folded([
    ...kept(old.slice(0, head)),
    ...changed(old.slice(head, old.length - tail), next.slice(head, next.length - tail)),
    ...kept(old.slice(old.length - tail)),
  ])
}

function changed(old: readonly string[], next: readonly string[]): readonly DiffLine[] {
  const width = next.length + 1
  if ((old.length + 1) * width > MAX_CELLS) {
    return [
      ...old.map((text): DiffLine => ({ kind: 'removed', text })),
      ...next.map((text): DiffLine => ({ kind: 'added', text })),
    ]
  }
  // How many lines stay of what follows each pair of places.
  const stay = new Uint32Array((old.length + 1) * width)
  const at = (i: number, j: number): number => stay[i * width + j] ?? 0
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = next.length - 1; j >= 0; j--) {
      stay[i * width + j] = old[i] === next[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < old.length || j < next.length) {
    const [a, b] = [old[i], next[j]]
    if (a !== undefined && a === b) {
      lines.push({ kind: 'kept', text: a })
      i++
      j++
    } else if (a !== undefined && (b === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ kind: 'removed', text: a })
      i++
    } else if (b !== undefined) {
      lines.push({ kind: 'added', text: b })
      j++
    }
  }
  return lines
}

function folded(lines: readonly DiffLine[]): readonly DiffLine[] {
  const near = new Set<number>()
  lines.forEach(({ kind }, index) => {
    if (kind === 'kept') return
    for (let one = index - AROUND; one <= index + AROUND; one++) near.add(one)
  })
  const shown: DiffLine[] = []
  for (const [index, line] of lines.entries()) {
    const last = shown.at(-1)
    // Where nothing differs there is nothing to be near to.
    if (near.size === 0 || near.has(index)) shown.push(line)
    else if (last?.kind === 'gap') shown[shown.length - 1] = { kind: 'gap', count: last.count + 1 }
    else shown.push({ kind: 'gap', count: 1 })
  }
  return shown
}
