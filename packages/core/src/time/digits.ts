/** Two digits; for 0 to 99. */
export function twoDigits(number: number): string {
  return number < 10 ? `0${number}` : String(number)
}

/** Three digits; for 0 to 999. */
export function threeDigits(number: number): string {
  return number < 10 ? `00${number}` : number < 100 ? `0${number}` : String(number)
}

/** Four digits; for 0 to 9999. */
export function fourDigits(number: number): string {
  return number < 1000 ? String(number).padStart(4, '0') : String(number)
}

/** `.25` for 250 ms, nothing for 0: a fraction of a second without trailing zeros, to the microsecond. For 0 to below 1,000 ms. */
export function fraction(ms: number): string {
  if (ms === 0) return ''
  const digits = String(Math.min(Math.round(ms * 1_000), 999_999)).padStart(6, '0')
  const trimmed = digits.replace(/0+$/, '')
  return trimmed === '' ? '' : `.${trimmed}`
}
