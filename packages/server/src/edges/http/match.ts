import { type Failure, failure } from './outcome.ts'

/** Most ids that an answer about an ambiguous one names. */
const MAX_NAMED = 8

/**
 * Which job is meant (spec/apsis.md 8.1): an exact id; else the one job of which some word begins with each word of `target`. Words
 * end at what is neither letter nor digit.
 */
export function matchJobId(
  target: string,
  isJob: (jobId: string) => boolean,
  jobIds: readonly string[],
): { readonly ok: true; readonly value: string } | Failure {
  if (isJob(target)) return { ok: true, value: target }
  const wanted = wordsOf(target)
  const matches = wanted.length === 0 ? [] : jobIds.filter((jobId) => covers(wordsOf(jobId), wanted))
  const [first, ...others] = matches
  if (first === undefined) return failure('JOB_NO_MATCH', `no job id match: ${target}`)
  if (others.length === 0) return { ok: true, value: first }
  const named = matches.slice(0, MAX_NAMED)
  return failure(
    'JOB_AMBIGUOUS',
    `ambiguous job id: ${named.join(', ')}${matches.length > MAX_NAMED ? ' …' : ''}`,
    named,
  )
}

function wordsOf(jobId: string): string[] {
  return jobId.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
}

function covers(words: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((prefix) => words.some((word) => word.startsWith(prefix)))
}
