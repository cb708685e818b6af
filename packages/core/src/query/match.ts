import { type Args, isFinished, type State, type Times } from '../run/index.ts'
import type { Instant } from '../time/index.ts'
import { matchesJob } from './job-pattern.ts'
import type { Comparison, OriginType, Query, QueryTest } from './query.ts'

/** What a query looks at of a run. Each run has it, and so has a summary of one. */
export interface QueriedRun {
  readonly id: string
  readonly jobId: string
  readonly args: Args
  readonly state: State
  readonly times: Times
  readonly labels: readonly string[]
  readonly origin: { readonly type: OriginType }
  /** Of one that ended: seconds that it ran; null: it did not. */
  readonly elapsed?: number | null
  readonly message?: string | null
}

/** Whether a query selects a run. `changed`: when it last changed; that may be later than it entered its state. */
export function matchesQuery(query: Query, run: QueriedRun, changed: Instant = lastEntered(run)): boolean {
  return query.terms.every((term) => holds(term, run, changed) !== term.not)
}

function holds(test: QueryTest, run: QueriedRun, changed: Instant): boolean {
  switch (test.type) {
    case 'word':
      return containsOne(run.jobId, test.texts)
    case 'arg':
      return hasArg(run.args, test.name, test.values)
    case 'state':
      return test.states.includes(run.state)
    case 'job':
      return test.patterns.some((pattern) => matchesJob(pattern, run.jobId))
    case 'label':
      return test.labels.some((label) => run.labels.includes(label))
    case 'id':
      return test.ids.some((id) => id === run.id)
    case 'origin':
      return test.origins.includes(run.origin.type)
    case 'since':
      return run.times.schedule !== undefined && run.times.schedule >= test.time
    case 'before':
      return run.times.schedule !== undefined && run.times.schedule < test.time
    case 'changed':
      return (test.from === null || changed >= test.from) && (test.to === null || changed < test.to)
    case 'elapsed': {
      const { elapsed = null } = run
      return elapsed !== null && compares(elapsed, test.than, test.duration / 1_000)
    }
    case 'message': {
      const message = isFinished(run.state) ? (run.message ?? null) : null
      return message !== null && containsOne(message, test.texts)
    }
  }
}

function hasArg(args: Args, name: string, values: readonly string[] | null): boolean {
  if (!Object.hasOwn(args, name)) return false
  const value = args[name]
  return values === null || (value !== undefined && values.includes(value))
}

function containsOne(text: string, parts: readonly string[]): boolean {
  const folded = text.toLowerCase()
  return parts.some((part) => folded.includes(part.toLowerCase()))
}

function compares(left: number, than: Comparison, right: number): boolean {
  switch (than) {
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '>':
      return left > right
    case '>=':
      return left >= right
  }
}

function lastEntered(run: QueriedRun): Instant {
  const { schedule: _, stop: __, ...entered } = run.times
  return Math.max(0, ...Object.values(entered))
}
