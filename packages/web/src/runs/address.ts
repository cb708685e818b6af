import { STATES, type State } from '@apsis/core/run'

/** What the address of the list of runs says. */
export interface RunsAddress {
  readonly jobText: string
  readonly states: readonly State[]
  /** The text of a query (docs/reference/query.md), whether or not it can be read; empty for none. */
  readonly query: string
}

/** Reads the query of an address; what is no state is left out. */
export function readAddress(search: string): RunsAddress {
  const query = new URLSearchParams(search)
  const named = (query.get('states') ?? '').split(',')
  return {
    jobText: query.get('job') ?? '',
    states: STATES.filter((state) => named.includes(state)),
    query: (query.get('query') ?? '').trim(),
  }
}

/** The address of the list of runs with these filters. */
export function addressOf(address: RunsAddress): string {
  const query = new URLSearchParams()
  if (address.jobText !== '') query.set('job', address.jobText)
  if (address.states.length > 0) query.set('states', address.states.join(','))
  if (address.query !== '') query.set('query', address.query)
  // These may stand as they are, and are easier to read so.
  const text = query.toString().replaceAll('%2C', ',').replaceAll('%2F', '/').replaceAll('%3A', ':')
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
