import { parentPort } from 'node:worker_threads'
import { checkGroup, type Group } from './check-group.ts'
import { checkZone, type ZoneCheck } from './check-zone.ts'
import { add, emptyReport, type Report } from './report.ts'

/** A piece of work of a worker thread. */
export type Task =
  | { readonly kind: 'zone'; readonly zone: string }
  | { readonly kind: 'groups'; readonly groups: readonly Group[] }

/** What it answers, of the same kind. */
export type Answer =
  | { readonly kind: 'zone'; readonly check: ZoneCheck }
  | { readonly kind: 'groups'; readonly report: Report }

parentPort?.on('message', (task: Task) => parentPort?.postMessage(perform(task)))

function perform(task: Task): Answer {
  if (task.kind === 'zone') return { kind: 'zone', check: checkZone(task.zone) }
  const report = emptyReport()
  for (const group of task.groups) add(report, checkGroup(group))
  return { kind: 'groups', report }
}
