import type { LedgerSummaryJson } from '@apsis/api/json'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { client } from '../net/client.ts'
import { serverNow } from '../time/clock.ts'
import { Time } from '../time/time.tsx'
import { Loaded } from '../ui/query-state.tsx'
import { Section } from '../ui/section.tsx'
import { REFRESH } from './refresh.ts'

const DAY = 86_400_000

const WORDS: readonly (readonly [keyof LedgerSummaryJson['counts'], string])[] = [
  ['started', 'Started'],
  ['skipped', 'Skipped'],
  ['missed', 'Missed'],
  ['held', 'Held'],
  ['superseded', 'Superseded'],
  ['undecided', 'Undecided'],
]

/** What became of the due times of the last 24 hours. */
export function LedgerDay(): ReactElement {
  const query = useQuery({
    queryKey: ['ledger-day'],
    queryFn: () => client.ledgerSummary({ from: serverNow() - DAY, to: serverNow() }),
    refetchInterval: REFRESH,
  })
  return (
    <Section title="Due times of the last 24 hours">
      <Loaded query={query}>
        {({ counts, from, to }) => (
          <>
            <dl className="facts">
              {WORDS.map(([verdict, name]) => (
                <div key={verdict} className="fact" data-none={counts[verdict] === 0}>
                  <dt>{name}</dt>
                  <dd className="num">{counts[verdict].toLocaleString('en')}</dd>
                </div>
              ))}
            </dl>
            <p className="finding-foot faint">
              <Time at={from} short /> to <Time at={to} short />
            </p>
          </>
        )}
      </Loaded>
    </Section>
  )
}
