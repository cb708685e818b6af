/** The candidate that was probably meant, or null: at most two edits away (one for short words), and never all that there is to both, case aside. */
export function closest(word: string, candidates: readonly string[]): string | null {
  const plain = simplified(word)
  const allowed = plain.length <= 4 ? 1 : 2
  let best: string | null = null
  let bestDistance = allowed + 1
  for (const candidate of candidates) {
    const other = simplified(candidate)
    const distance = edits(plain, other, bestDistance)
    if (distance < bestDistance && (distance === 0 || distance < Math.max(plain.length, other.length))) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/**
 * As `closest`, of names that are paths: one whose last part the word is comes first, where there is no other; then the closest whole one, then
 * the one with the closest last part.
 */
export function closestPath(word: string, candidates: readonly string[]): string | null {
  const last = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
  const plain = simplified(word)
  const [ending, other] = candidates.filter((one) => one.includes('/') && simplified(last(one)) === plain)
  if (ending !== undefined && other === undefined) return ending
  const whole = closest(word, candidates)
  if (whole !== null || word.includes('/')) return whole
  const part = closest(word, candidates.map(last))
  return part === null ? null : (candidates.find((one) => last(one) === part) ?? null)
}

/** A hint for an unknown word: what was probably meant, else what there is. */
export function suggestion(word: string, candidates: readonly string[]): string | null {
  if (candidates.length === 0) return null
  const meant = closest(word, candidates)
  return meant === null ? `known here: ${[...candidates].sort().join(', ')}` : `did you mean '${meant}'?`
}

function simplified(word: string): string {
  return word.slice(0, 64).toLowerCase().replaceAll('_', '-')
}

/** Edits (insert, delete, replace, swap neighbours) from one word to the other; `limit` or more is given as `limit`. */
function edits(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) >= limit) return limit
  let before: number[] = []
  let row = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1]
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1))
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      if (swapped) cost = Math.min(cost, (before[j - 2] ?? 0) + 1)
      next.push(cost)
    }
    before = row
    row = next
  }
  return Math.min(row[to.length] ?? limit, limit)
}
