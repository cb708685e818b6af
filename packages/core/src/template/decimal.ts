// JavaScript rounds decimal halves up, Python to the even neighbour. Whether a float is one of the two shows in its exact digits, of which a
// hundred are more than enough for digits that anyone asks for.
const EXACT = 100

/** `toFixed` with halves to even; `digits` up to 100. For numbers from 0 to below 1e21. */
export function fixedDigits(number: number, digits: number): string {
  if (digits >= EXACT) return number.toFixed(EXACT)
  const exact = number.toFixed(EXACT)
  return halfDown(exact, exact.indexOf('.') + 1 + digits) ?? number.toFixed(digits)
}

/** `toExponential` with halves to even; `digits` up to 100. For finite numbers from 0. */
export function exponentDigits(number: number, digits: number): string {
  if (digits >= EXACT) return number.toExponential(EXACT)
  const [mantissa = '', power = '0'] = number.toExponential(EXACT).split('e')
  const down = halfDown(mantissa, mantissa.indexOf('.') + 1 + digits)
  return down === null ? number.toExponential(digits) : `${down}e${power}`
}

// The digits cut off at `end`, where what follows is exactly a half and the last digit is even.
function halfDown(exact: string, end: number): string | null {
  if (!/^50*$/.test(exact.slice(end))) return null
  const kept = exact.slice(0, end).replace(/\.$/, '')
  return Number(kept.at(-1)) % 2 === 0 ? kept : null
}
