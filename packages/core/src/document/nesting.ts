/**
 * Whether a YAML text may nest deeper than `limit`: linear, without a stack, and never too low where a parser goes on after errors. It
 * does not know texts and comments from the rest, so that odd ones count too.
 */
export function mayNestDeeper(text: string, limit: number): boolean {
  let flow = 0
  let block = 0
  let indenting = true
  for (let index = 0; index < text.length; index++) {
    const character = text[index]
    if (character === '\n' || character === '\r') {
      block = 0
      indenting = true
      continue
    }
    if (character === '[' || character === '{') flow++
    else if (character === ']' || character === '}') flow = Math.max(0, flow - 1)
    else if (flow === 0 && isIndicator(character) && isBlank(text[index + 1])) block++
    else if (indenting && character === ' ') block++
    if (character !== ' ' && !isIndicator(character)) indenting = false
    if (flow > limit || block > limit) return true
  }
  return false
}

function isIndicator(character: string | undefined): boolean {
  return character === '-' || character === '?' || character === ':'
}

function isBlank(character: string | undefined): boolean {
  return character === undefined || character === ' ' || character === '\t' || character === '\n' || character === '\r'
}
