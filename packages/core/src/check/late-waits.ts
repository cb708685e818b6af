import { durationSeconds, type Duration, formatInstant, type Instant } from '../time/index.ts'
import type { DayRuns } from './day-runs.ts'
import { type Instance, instanceKey, instanceText } from './instance.ts'
import type { JobProblem, JobSet } from './jobs.ts'
import { waitsOf } from './waits.ts'

/** Lines of one tree; what is below them is left out. */
const MAX_LINES = 50

/**
 * Runs of the day to come whose dependencies, theirs included, start more than `maxWait` after they are due: the first of each job, with
 * what it waits for as a tree. What is not scheduled has no start, and is not looked at. Yields once a run.
 */
export function* lateWaits(set: JobSet, runs: DayRuns, maxWait: Duration): Generator<undefined, readonly JobProblem[]> {
  const lates = new Map<string, Instant>()
  const told = new Set<string>()
  const problems: JobProblem[] = []
  for (const run of runs.due) {
    yield
    if (told.has(run.jobId)) continue
    const start = latest(set, runs, run, lates)
    if (start - run.at <= maxWait) continue
    told.add(run.jobId)
    const wait = durationSeconds(start - run.at)
    const tree = lines(set, runs, run)
    const message = `scheduled run ${instanceText(run)} waits ${wait} s for its dependencies, more than ${durationSeconds(maxWait)} s:\n${tree.join('\n')}`
    const index = firstWait(set, run)
    problems.push({
      jobId: run.jobId,
      problem: { code: 'JOB_WAIT', severity: 'error', path: ['condition', index], at: 'value', message, hint: null },
    })
  }
  return problems
}

/** When the last starts of a run and of what it waits for. */
// Depth first, with a stack of its own: chains of dependencies may be long. In a cycle, what is not known yet counts by its own time.
function latest(set: JobSet, runs: DayRuns, root: Instance, known: Map<string, Instant>): Instant {
  const stack = [{ run: root, key: instanceKey(root), entered: false }]
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const { run, key, entered } = top
    if (!entered && known.has(key)) {
      stack.pop()
      continue
    }
    const needs = dependencies(set, runs, run)
    const start = needs.reduce(
      (last, need) => Math.max(last, known.get(need.key) ?? -Infinity),
      runs.at.get(key) ?? -Infinity,
    )
    known.set(key, start)
    if (entered) stack.pop()
    else {
      top.entered = true
      for (const need of needs) if (!known.has(need.key)) stack.push({ ...need, entered: false })
    }
  }
  return known.get(instanceKey(root)) ?? -Infinity
}

function dependencies(
  set: JobSet,
  runs: DayRuns,
  { jobId, args }: Instance,
): readonly { readonly run: Instance; readonly key: string }[] {
  const job = set.jobs.get(jobId)
  if (job === undefined) return []
  return waitsOf(set, job, args)
    .map(({ on }) => ({ run: on, key: instanceKey(on) }))
    .filter(({ key }) => runs.at.has(key))
}

function lines(set: JobSet, runs: DayRuns, root: Instance & { readonly at: Instant }): readonly string[] {
  const shown = new Set<string>()
  const tree: string[] = []
  const stack: { readonly run: Instance; readonly depth: number }[] = [{ run: root, depth: 1 }]
  for (let top = stack.pop(); top !== undefined && tree.length < MAX_LINES; top = stack.pop()) {
    const key = instanceKey(top.run)
    const at = top.run === root ? root.at : runs.at.get(key)
    const again = shown.has(key)
    const time = at === undefined ? '' : ` at ${formatInstant(at)}`
    tree.push(`${'  '.repeat(top.depth)}${instanceText(top.run)}${time}${again ? ' (as above)' : ''}`)
    shown.add(key)
    const depth = top.depth + 1
    if (!again)
      stack.push(
        ...dependencies(set, runs, top.run)
          .toReversed()
          .map(({ run }) => ({ run, depth })),
      )
  }
  return tree
}

function firstWait(set: JobSet, { jobId, args }: Instance): number {
  const job = set.jobs.get(jobId)
  return job === undefined ? 0 : (waitsOf(set, job, args)[0]?.index ?? 0)
}
