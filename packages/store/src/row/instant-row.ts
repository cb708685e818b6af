import { runId } from '@apsis/core/run'
import { type InstantRow, StoreError } from '../port/index.ts'
import { VERDICT_CODES, verdictOf } from './codes.ts'
import { checkedTime } from './fact-row.ts'
import { argsText, checkedNumber, readArgs } from './run-row.ts'
import { count, Misfit, number, text } from './shape.ts'

/** An instant: job id, due, schedule key, args, run, verdict, reason, time of the decision. */
export type InstantValues = readonly [
  job: string,
  due: number,
  key: string,
  args: string,
  run: number | null,
  verdict: number | null,
  reason: string | null,
  decided: number | null,
]

/** Values of an instant. */
export function instantValues(instant: InstantRow): InstantValues {
  return [
    instant.jobId,
    checkedTime(instant.due),
    instant.scheduleKey,
    argsText(instant.args),
    instant.runId === null ? null : checkedNumber(instant.runId),
    instant.verdict === null ? null : VERDICT_CODES[instant.verdict],
    instant.reason,
    instant.decidedAt === null ? null : checkedTime(instant.decidedAt),
  ]
}

/** The instant of a row. Throws `StoreError` `STORE_DAMAGED`, which names the instant. */
export function decodeInstant(row: readonly unknown[]): InstantRow {
  const [job, due, key, args, run, verdict, reason, decided] = row
  try {
    return {
      jobId: text(job, 'job'),
      scheduleKey: text(key, 'schedule key'),
      due: number(due, 'due'),
      args: readArgs(args),
      runId: run === null ? null : runId(count(run, 'run')),
      verdict: verdict === null ? null : readVerdict(verdict),
      reason: reason === null ? null : text(reason, 'reason'),
      decidedAt: decided === null ? null : number(decided, 'time of decision'),
    }
  } catch (error) {
    if (!(error instanceof Misfit)) throw error
    const name = `instant ${String(due)} of job ${String(job)}`
    throw new StoreError('STORE_DAMAGED', `${name} cannot be read: ${error.message}`, { cause: error })
  }
}

function readVerdict(code: unknown): InstantRow['verdict'] {
  const verdict = verdictOf(code)
  if (verdict === null) throw new Misfit('verdict', 'the code of a verdict', code)
  return verdict
}
