import { keyText } from '@apsis/core/document'
import type { RunPair, Sorted } from '@apsis/core/forecast'
import { formatInstant } from '@apsis/core/time'
import { runJson } from './forecast-show.ts'
import type { Plan } from './plan-make.ts'

/** A plan for programs. */
export function planJson({ window, jobs, runs, oddDays, orphans, problems, oldProblems }: Plan): object {
  return {
    from: formatInstant(window.from),
    to: formatInstant(window.to),
    jobs: {
      added: jobs.added.map(({ id }) => id),
      removed: jobs.removed.map(({ id }) => id),
      moved: jobs.moved.map(({ from, to }) => ({ from: from.id, to: to.id })),
      changed: jobs.changed.map(({ to, edits, calendars }) => ({
        job_id: to.id,
        edits: edits.map((edit) => ({ ...edit, path: keyText(edit.path) })),
        calendars,
      })),
    },
    runs: {
      added: sortedJson(runs.added, runJson),
      removed: sortedJson(runs.removed, runJson),
      moved: sortedJson(runs.moved, pairJson),
      changed: sortedJson(runs.changed, pairJson),
      complete: runs.cut.length === 0,
      cut: runs.cut.map(({ jobId, until }) => ({ job_id: jobId, until: formatInstant(until) })),
      broken: runs.broken.map(({ jobId, index, message }) => ({ job_id: jobId, schedule: index, message })),
    },
    odd_days: oddDays.map(({ jobId, index, message }) => ({ job_id: jobId, schedule: index, message })),
    orphans: orphans.map(({ jobId, names, place, index }) => ({ job_id: jobId, names, place, index })),
    problems: problems.flatMap(({ jobId, diagnostics }) => diagnostics.map((one) => ({ job_id: jobId, ...one }))),
    old_problems: oldProblems,
  }
}

function sortedJson<T>({ count, more, first }: Sorted<T>, json: (item: T) => object): object {
  return { count, complete: !more, first: first.map(json) }
}

function pairJson({ from, to }: RunPair): object {
  return { from: runJson(from), to: runJson(to) }
}
