/** A value as JSON with the keys in their order, but those of the member `fds` sorted, as existing agents write it. 64-bit integers keep every digit. */
export function jsonText(value: unknown): string {
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`
  return members(Object.entries(value))
}

// By hand: an object of JavaScript puts keys that look like numbers first, in the order of their numbers.
function members(entries: readonly (readonly [string, unknown])[]): string {
  const given = entries.filter(([, value]) => value !== undefined)
  return `{${given.map(([key, value]) => `${JSON.stringify(key)}:${key === 'fds' ? sorted(value) : jsonText(value)}`).join(',')}}`
}

function sorted(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return jsonText(value)
  return members(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
