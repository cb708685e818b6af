/**
 * The bytes [start, end) that a `Range` header asks for, clipped to the length. Null where the whole is to be sent: no header, one that is
 * not understood, or several ranges (RFC 9110 14.2 lets a server ignore them).
 */
export function parseRange(
  header: string | undefined,
  length: number,
): { readonly start: number; readonly end: number } | 'outside' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  if (match === null) return null
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return null
  if (first === '') {
    const count = Math.min(Number(last), length)
    return count === 0 ? 'outside' : { start: length - count, end: length }
  }
  const start = Number(first)
  const end = last === '' ? length : Math.min(Number(last) + 1, length)
  if (last !== '' && Number(last) < start) return null
  return start >= length ? 'outside' : { start, end }
}
