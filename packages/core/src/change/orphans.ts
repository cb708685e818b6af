import { isList, isMapping } from '../document/index.ts'
import type { Job } from '../job/index.ts'
import type { Json } from '../json/index.ts'
import { isTemplate } from '../template/index.ts'

/** A job that names one that is gone. */
export interface Orphan {
  readonly jobId: string
  /** The job that is gone. */
  readonly names: string
  readonly place: 'condition' | 'action'
  /** Among the conditions, or the actions, of the job. */
  readonly index: number
}

/** Jobs with a condition or an action that names one of the jobs that are gone. Names with templates in them are not known. */
export function orphans(jobs: readonly Job[], gone: ReadonlySet<string>): readonly Orphan[] {
  if (gone.size === 0) return []
  return jobs.flatMap((job) => {
    const find = (place: Orphan['place'], specs: readonly { readonly json: Json }[]): Orphan[] =>
      specs.flatMap(({ json }, index) =>
        [...new Set(named(json))].filter((id) => gone.has(id)).map((names) => ({ jobId: job.id, names, place, index })),
      )
    return [...find('condition', job.conditions), ...find('action', job.actions)]
  })
}

function named(json: Json): readonly string[] {
  if (isList(json)) return json.flatMap(named)
  if (!isMapping(json)) return []
  const id = json['job_id']
  const own = typeof id === 'string' && !isTemplate(id) ? [id] : []
  return [...own, ...Object.entries(json).flatMap(([key, value]) => (key === 'args' ? [] : named(value)))]
}
