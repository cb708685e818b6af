const MET = 'met: '

/** The line of the log of a run that waits or waited, for a condition which is found to hold; `because`: what there is. */
export function metText(because: string): string {
  return `${MET}${because}`
}

/** What there was, of such a line; null when it is another. */
export function metBecause(text: string): string | null {
  return text.startsWith(MET) ? text.slice(MET.length) : null
}
