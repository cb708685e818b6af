/** Whether a job id is the pattern; begins with it where it ends in `/`; matches it where it has `*`. */
export function matchesJob(pattern: string, jobId: string): boolean {
  if (pattern.includes('*')) return matchesStars(pattern.split('*'), jobId)
  return pattern.endsWith('/') ? jobId.startsWith(pattern) : jobId === pattern
}

// Texts that follow one another, with anything between. The earliest place of each leaves the most room for the next.
function matchesStars(parts: readonly string[], text: string): boolean {
  const [first = '', ...middle] = parts
  const last = middle.pop() ?? ''
  if (!text.startsWith(first)) return false
  let at = first.length
  for (const part of middle) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return text.length - last.length >= at && text.endsWith(last)
}
