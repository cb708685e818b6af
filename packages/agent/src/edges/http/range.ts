/** What a `Range` header asks of something that is `length` bytes long: [start, stop), null when it is to be ignored. */
export type RangeAsked = { readonly start: number; readonly stop: number } | 'unsatisfiable' | null

/**
 * Reads a `Range` header (RFC 9110, 14). One range of bytes is honoured; several, another unit or bad syntax are ignored, as that RFC allows and
 * demands: the answer is the whole.
 */
export function parseRange(header: string | undefined, length: number): RangeAsked {
  const match = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i.exec(header ?? '')
  if (match === null) return null
  const [, first = '', last = ''] = match
  if (first === '') {
    if (last === '') return null
    const suffix = Math.min(Number(last), length)
    return suffix === 0 ? 'unsatisfiable' : { start: length - suffix, stop: length }
  }
  const start = Number(first)
  const stop = last === '' ? length : Math.min(Number(last) + 1, length)
  if (last !== '' && Number(last) < start) return null
  return start >= length ? 'unsatisfiable' : { start, stop }
}
