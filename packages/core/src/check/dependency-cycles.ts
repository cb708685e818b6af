import type { Severity } from '../document/index.ts'
import { cycleText, type Instance, instanceKey, instanceText, turned } from './instance.ts'
import type { JobProblem, JobSet } from './jobs.ts'
import { type Wait, waitsOf } from './waits.ts'

/**
 * Runs of one job on a path, with different args: a chain back through dates has no end, and a cycle closes soon or never.
 */
const MAX_VISITS = 3

interface Step {
  readonly instance: Instance
  readonly key: string
  readonly waits: Iterator<Wait>
  via: Wait | null
}

/**
 * Runs that wait for each other: from `roots` on, what they wait for is followed through the jobs. One cycle is told for the same jobs.
 * `within`: only those instances are followed.
 */
export function dependencyCycles(
  set: JobSet,
  roots: Iterable<Instance>,
  { severity, within }: { readonly severity: Severity; readonly within?: (key: string) => boolean },
): readonly JobProblem[] {
  const done = new Set<string>()
  const told = new Set<string>()
  const found: JobProblem[] = []
  for (const root of roots) {
    const path: Step[] = []
    const onPath = new Map<string, number>()
    const visits = new Map<string, number>()
    const enter = (instance: Instance): void => {
      const { jobId, args } = instance
      const job = set.jobs.get(jobId)
      const key = instanceKey(instance)
      const count = visits.get(jobId) ?? 0
      if (job === undefined || done.has(key) || count >= MAX_VISITS || within?.(key) === false) return
      visits.set(jobId, count + 1)
      onPath.set(key, path.length)
      const waits = waitsOf(set, job, args).filter(({ started }) => started)
      path.push({ instance, key, waits: waits.values(), via: null })
    }
    enter(root)
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.waits.next()
      if (next.done === true) {
        done.add(top.key)
        onPath.delete(top.key)
        visits.set(top.instance.jobId, (visits.get(top.instance.jobId) ?? 1) - 1)
        path.pop()
        continue
      }
      top.via = next.value
      const start = onPath.get(instanceKey(next.value.on))
      if (start === undefined) {
        enter(next.value.on)
        continue
      }
      const cycle = turned(path.slice(start), ({ instance }) => instance.jobId)
      const jobs = JSON.stringify(cycle.map(({ instance }) => instance.jobId))
      if (!told.has(jobs)) found.push(...problem(cycle, severity))
      told.add(jobs)
    }
  }
  return found
}

function problem(cycle: readonly Step[], severity: Severity): readonly JobProblem[] {
  const [first] = cycle
  if (first === undefined) return []
  const message = `dependency cycle detected: ${cycleText(cycle.map(({ instance }) => instanceText(instance)))}`
  const hint = 'each of these runs waits for the next, and none can start'
  const path = ['condition', first.via?.index ?? 0]
  return [
    {
      jobId: first.instance.jobId,
      problem: { code: 'JOB_CYCLE', severity, path, at: 'value', message, hint },
    },
  ]
}
