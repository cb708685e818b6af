/** Longest reason that a user can give, characters. */
export const MAX_REASON = 1_000

/** A reason without space around it, or null where none is given. */
export function givenReason(reason: string | null | undefined): string | null {
  const text = reason?.trim() ?? ''
  return text === '' ? null : text
}

/** What is wrong with a reason, or null. */
export function reasonFault(reason: string | null | undefined): string | null {
  const length = givenReason(reason)?.length ?? 0
  return length > MAX_REASON ? `the reason has ${length} characters, at most ${MAX_REASON} are taken` : null
}

/** A line of the log with the reason, where there is one. */
export function withReason(text: string, reason: string | null | undefined): string {
  const given = givenReason(reason)
  return given === null ? text : `${text}: ${given}`
}
