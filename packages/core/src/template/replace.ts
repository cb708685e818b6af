import type { Budget } from './budget.ts'
import { characters } from './text.ts'

/** Python's `replace`: at most `count` times, any number of times if it is negative. An empty `old` is found between all characters. */
export function replaced(text: string, old: string, by: string, count: number, budget: Budget): string {
  budget.spend(Math.floor(text.length / (old === '' ? 1 : 8)))
  const parts = old === '' ? ['', ...characters(text), ''] : text.split(old)
  const times = count < 0 ? parts.length - 1 : Math.min(count, parts.length - 1)
  budget.spend(parts.length)
  budget.spendText(text.length + times * Math.max(0, by.length - old.length))
  return (
    parts.slice(0, times + 1).join(by) +
    parts
      .slice(times + 1)
      .map((part) => old + part)
      .join('')
  )
}
