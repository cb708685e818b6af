import { parseQuery } from '@apsis/core/query'
import { type ReactElement, useMemo } from 'react'
import { useSearch } from '../router/location.ts'
import { serverNow } from '../time/clock.ts'
import { queryZone } from '../time/query-zone.ts'
import { useZone } from '../time/zone.ts'
import { Empty } from '../ui/section.tsx'
import { addressOf, readAddress } from './address.ts'
import { Filters } from './filters.tsx'
import { RunList } from './run-list.tsx'

/** `/runs`: every run, live, with filters. */
export function RunsPage(): ReactElement {
  const search = useSearch()
  const zone = useZone()
  const asked = useMemo(() => readAddress(search), [search])
  const filter = useMemo(() => {
    const { jobText, states, query } = asked
    // What a query says of days is of the zone in which the page shows them.
    const read = parseQuery(query, { now: serverNow(), zone: queryZone(zone) })
    return read.ok ? { jobText, jobId: null, states, query: query === '' ? null : read.query } : null
  }, [asked, zone])
  return (
    <main className="page fill">
      <h1 className="visually-hidden">Runs</h1>
      <Filters asked={asked} />
      {filter === null ? (
        <Empty>Runs are shown once the query can be read.</Empty>
      ) : (
        <RunList key={`${filter.query === null ? '' : zone} ${addressOf(asked)}`} filter={filter} />
      )}
    </main>
  )
}
