import { type ReactElement, useMemo } from 'react'
import { useSearch } from '../router/location.ts'
import { addressOf, filterOf } from './address.ts'
import { Filters } from './filters.tsx'
import { RunList } from './run-list.tsx'

/** `/runs`: every run, live, with filters. */
export function RunsPage(): ReactElement {
  const search = useSearch()
  const filter = useMemo(() => filterOf(search), [search])
  return (
    <main className="page fill">
      <h1 className="visually-hidden">Runs</h1>
      <Filters filter={filter} />
      <RunList key={addressOf(filter)} filter={filter} />
    </main>
  )
}
