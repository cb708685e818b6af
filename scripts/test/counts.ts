/** How many tests ran, and how they ended. Cancelled ones count as failed, todo ones as skipped. */
export interface Counts {
  readonly tests: number
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

const KEYS = ['tests', 'passed', 'failed', 'skipped'] as const

/** Reads what `counts-reporter` wrote; null when the run ended before it wrote. */
export function parseCounts(text: string): Counts | null {
  if (text === '') return null
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null) return null
  const entries = new Map<string, unknown>(Object.entries(value))
  const [tests, passed, failed, skipped] = KEYS.map((key) => entries.get(key))
  if (typeof tests !== 'number' || typeof passed !== 'number') return null
  if (typeof failed !== 'number' || typeof skipped !== 'number') return null
  return { tests, passed, failed, skipped }
}
