import { formatElapsed } from '@apsis/core/time'
import { table, type Terminal } from '../terminal/index.ts'

/** The table of procs, of the results as the agent gives them. */
export function procsTable(procs: Readonly<Record<string, unknown>>, { columns }: Pick<Terminal, 'columns'>): string {
  const rows = Object.entries(procs).map(([id, result]) => {
    const times = member(result, 'times')
    const elapsed = member(times, 'elapsed')
    return [
      { text: id },
      { text: text(member(result, 'state')) },
      { text: text(member(result, 'pid')) },
      { text: ending(member(result, 'status')) },
      { text: text(member(times, 'start')).slice(0, 19).replace('T', ' ') },
      { text: typeof elapsed === 'number' ? formatElapsed(elapsed * 1000) : '' },
    ]
  })
  const titles = [
    { title: 'proc_id', min: 8 },
    { title: 'state' },
    { title: 'pid', align: 'right' as const },
    { title: 'end' },
    { title: 'start (UTC)' },
    { title: 'elapsed', align: 'right' as const },
  ]
  return `${table(titles, rows, columns)}\n`
}

/** A member of a map, or undefined. */
export function member(value: unknown, key: string): unknown {
  return isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

/** Whether a value is a map. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

// What it exited with, or the signal that ended it.
function ending(status: unknown): string {
  return text(member(status, 'signal')) || text(member(status, 'exit_code'))
}
