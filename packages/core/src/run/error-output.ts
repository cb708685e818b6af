import type { Run } from './run.ts'

/**
 * What a run that ended in error before its program ran has for an output: the message of its end (spec/apsis.md 6.7). Null for any other run. It
 * follows from the run, so it is there as soon as the end is, and once.
 */
export function errorOutput(run: Run): string | null {
  if (!('elapsed' in run) || run.elapsed !== null || run.times.error === undefined || run.origin.type === 'import')
    return null
  return run.message === null || run.message === '' ? null : `${run.message}\n`
}
