import type { SanityJson } from '@apsis/api/json'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { client } from '../net/client.ts'
import { Time } from '../time/time.tsx'
import { Loaded } from '../ui/query-state.tsx'
import { Section } from '../ui/section.tsx'
import { Findings } from './findings.tsx'
import { REFRESH } from './refresh.ts'

/** What does not fit together, or did not go as promised. */
export function Sanity(): ReactElement {
  const query = useQuery({ queryKey: ['sanity'], queryFn: () => client.sanity(), refetchInterval: REFRESH })
  return (
    <>
      {query.data !== undefined && <Verdict report={query.data} />}
      <Section
        title="Schedules, ledger, runs and agents"
        aside={
          query.data !== undefined && (
            <span className="faint num">
              looked at <Time at={query.data.when} short />
            </span>
          )
        }
      >
        <Loaded query={query}>{(report) => <Report report={report} />}</Loaded>
      </Section>
    </>
  )
}

/** All of it in a sentence. */
function Verdict({ report }: { readonly report: SanityJson }): ReactElement {
  const { unaccounted, unscheduled, orphaned, late, ran_late: ranLate } = report
  const bad = unaccounted + unscheduled.total + orphaned.total
  const odd = late.total + ranLate.total
  const level = bad > 0 ? 'bad' : odd > 0 ? 'odd' : 'good'
  return (
    <p className="verdict" role="status" aria-label="Health" data-level={level}>
      {bad > 0
        ? 'Something does not fit together: see below.'
        : odd > 0
          ? 'Everything is accounted for. Some of it is late.'
          : 'All is well: every due time is accounted for, and nothing is late.'}
    </p>
  )
}

function Report({ report }: { readonly report: SanityJson }): ReactElement {
  const { unaccounted, unscheduled, orphaned, late, ran_late: ranLate } = report
  return (
    <>
      <section className="findings" aria-label="Unaccounted">
        <header className="finding-head" data-level={unaccounted === 0 ? 'good' : 'bad'}>
          <span className="finding-sign" aria-hidden="true">
            {unaccounted === 0 ? '✓' : '!'}
          </span>
          <h3>Unaccounted</h3>
          <span className="num">{unaccounted === 0 ? 'none' : unaccounted.toLocaleString('en')}</span>
          <span className="faint">overdue, without a verdict, and nothing explains it</span>
        </header>
      </section>
      <Findings
        name="Unscheduled"
        means="a schedule implies it, and the ledger has no row"
        level="bad"
        found={unscheduled}
        words={() => null}
      />
      <Findings
        name="Orphaned"
        means="its job, agent or run is not there"
        level="bad"
        found={orphaned}
        words={({ because }) => because}
      />
      <Findings
        name="Late"
        means="due, and not decided yet"
        level="odd"
        found={late}
        words={({ because }) => because ?? 'nothing explains it'}
      />
      <Findings
        name="Ran late"
        means="began more than a minute after its time, in the last hour"
        level="odd"
        found={ranLate}
        words={({ lateness }) => `${lateness.toLocaleString('en')} s late`}
      />
      <p className="finding-foot faint">
        Schedules and ledger were compared <Time at={report.compared} short />, for <Time at={report.from} short /> to{' '}
        <Time at={report.to} short />. The server looks by itself every minute.
      </p>
    </>
  )
}
