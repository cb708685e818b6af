import type { KeyPath } from '../document/index.ts'
import { isTemplate } from '../template/index.ts'
import type { Job } from '../job/job.ts'
import { cycleText, turned } from './instance.ts'
import type { JobProblem } from './jobs.ts'

interface Edge {
  readonly from: string
  readonly to: string
  readonly path: KeyPath
}

/**
 * Jobs that schedule each other for ever: each run that succeeds makes the next. One cycle is told of each job that closes one; those that
 * need a failure to go on are a way to try again, and are let be.
 */
export function actionCycles(jobs: ReadonlyMap<string, Job>): readonly JobProblem[] {
  const done = new Set<string>()
  const told = new Set<string>()
  const found: JobProblem[] = []
  for (const root of jobs.values()) {
    if (done.has(root.id)) continue
    const path: { readonly id: string; readonly edges: Iterator<Edge>; via: Edge | null }[] = []
    const onPath = new Map<string, number>()
    const enter = (job: Job): void => {
      onPath.set(job.id, path.length)
      path.push({ id: job.id, edges: edgesOf(job, jobs).values(), via: null })
    }
    enter(root)
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.edges.next()
      if (next.done === true) {
        done.add(top.id)
        onPath.delete(top.id)
        path.pop()
        continue
      }
      top.via = next.value
      const start = onPath.get(next.value.to)
      const target = jobs.get(next.value.to)
      if (start !== undefined) {
        const cycle = turned(
          path.slice(start).flatMap(({ via }) => via ?? []),
          ({ from }) => from,
        )
        const text = cycleText(cycle.map(({ from }) => from))
        if (!told.has(text)) found.push(...problem(cycle, text))
        told.add(text)
      } else if (target !== undefined && !done.has(target.id)) enter(target)
    }
  }
  return found
}

function problem(cycle: readonly Edge[], text: string): readonly JobProblem[] {
  const [first] = cycle
  if (first === undefined) return []
  const message = `these jobs schedule each other for ever: ${text}`
  const hint = 'let one of the actions go, or give the job a schedule; a chain of too many runs ends in an error'
  return [
    {
      jobId: first.from,
      problem: {
        code: 'JOB_ACTION_CYCLE',
        severity: 'warning',
        path: [...first.path, 'job_id'],
        at: 'value',
        message,
        hint,
      },
    },
  ]
}

function edgesOf(job: Job, jobs: ReadonlyMap<string, Job>): readonly Edge[] {
  return job.actions.flatMap((action, index) => {
    const { job_id: to } = action.json
    if (typeof to !== 'string' || isTemplate(to) || !jobs.has(to)) return []
    if (!action.applies({ runId: 'r0', jobId: job.id, args: {}, state: 'success' })) return []
    return [{ from: job.id, to, path: ['action', index] }]
  })
}
