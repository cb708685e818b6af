/** What may stand before a colon, and what may follow it. */
export const KEYS = {
  job: 'job IDs, folders (dir/) or patterns (load-*)',
  state: 'states',
  label: 'labels',
  id: 'run ids (r12)',
  origin: 'schedule, request, rerun, action, backfill or import',
  since: 'the earliest schedule time',
  before: 'the schedule time that all are before',
  changed: 'since when the run has changed, or FROM..TO',
  elapsed: 'how long it ran: >10m, <=30s',
  message: 'texts that the message of an ended run contains',
} as const

export type Key = keyof typeof KEYS

export function isKey(name: string): name is Key {
  return Object.hasOwn(KEYS, name)
}
