import type { ReactElement } from 'react'
import { JobsInForce } from './jobs-in-force.tsx'
import { LedgerDay } from './ledger-day.tsx'
import { Sanity } from './sanity.tsx'

/** `/health`: whether schedules, ledger, runs, agents and the job folder fit together. */
export function HealthPage(): ReactElement {
  return (
    <main className="page">
      <h1 className="visually-hidden">Health</h1>
      <Sanity />
      <div className="columns">
        <LedgerDay />
        <JobsInForce />
      </div>
    </main>
  )
}
