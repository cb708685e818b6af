/**
 * Whether two access tokens are the same. The time depends on the length of the presented one only, not on where the first difference is, as
 * far as an engine allows that.
 */
export function sameToken(expected: string, presented: string): boolean {
  let difference = expected.length ^ presented.length
  for (let index = 0; index < presented.length; index++) {
    // Of an empty expected token this is NaN, which counts as 0; the lengths differ then.
    difference |= expected.charCodeAt(index % expected.length) ^ presented.charCodeAt(index)
  }
  return difference === 0
}
