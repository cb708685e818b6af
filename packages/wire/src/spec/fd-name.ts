const NAMES = ['stdin', 'stdout', 'stderr']

// What existing agents read as a 32-bit integer: a sign and leading zeros are allowed.
const DECIMAL = /^[+-]?[0-9]+$/

/** The number of a descriptor's name (`stdin`, `stdout`, `stderr` or a decimal 32-bit integer), or null. A negative number is a name, and fails when it is set up. */
export function fdNumber(name: string): number | null {
  const standard = NAMES.indexOf(name)
  if (standard >= 0) return standard
  if (!DECIMAL.test(name)) return null
  const number = Number(name)
  // `-0` must be the same as `0`.
  return number >= -0x8000_0000 && number <= 0x7fff_ffff ? number + 0 : null
}

/** The name that a descriptor goes by in results: `stdin`, `stdout`, `stderr`, or its number. */
export function fdName(fd: number): string {
  return NAMES[fd] ?? String(fd)
}
