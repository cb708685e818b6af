import { STATES, type State } from '@apsis/core/run'
import type { RunFilter } from '../live/filter.ts'

/** The filter that the query of an address says; what is no state is left out. */
export function filterOf(search: string): RunFilter {
  const query = new URLSearchParams(search)
  const named = (query.get('states') ?? '').split(',')
  return { jobText: query.get('job') ?? '', jobId: null, states: STATES.filter((state) => named.includes(state)) }
}

/** The address of the list of runs with a filter. */
export function addressOf(filter: RunFilter): string {
  const query = new URLSearchParams()
  if (filter.jobText !== '') query.set('job', filter.jobText)
  if (filter.states.length > 0) query.set('states', filter.states.join(','))
  // Commas and slashes may stand as they are, and are easier to read so.
  const text = query.toString().replaceAll('%2C', ',').replaceAll('%2F', '/')
  return text === '' ? '/runs' : `/runs?${text}`
}

/** States that are chosen together. */
export const GROUPS: readonly { readonly name: string; readonly sign: State; readonly states: readonly State[] }[] = [
  { name: 'Coming', sign: 'scheduled', states: ['new', 'scheduled'] },
  { name: 'Waiting', sign: 'waiting', states: ['waiting'] },
  { name: 'Active', sign: 'running', states: ['starting', 'running', 'stopping'] },
  { name: 'Success', sign: 'success', states: ['success'] },
  { name: 'Failed', sign: 'failure', states: ['failure', 'error'] },
  { name: 'Skipped', sign: 'skipped', states: ['skipped'] },
]

/** The states after a group is switched on or off. */
export function toggled(chosen: readonly State[], group: readonly State[]): readonly State[] {
  const on = group.every((state) => chosen.includes(state))
  return STATES.filter((state) => (group.includes(state) ? !on : chosen.includes(state)))
}
