import { describe } from 'node:test'
import { testFacts } from './facts.suite.ts'
import { testInstants } from './instants.suite.ts'
import { testJobs } from './jobs.suite.ts'
import { testLife } from './life.suite.ts'
import { testMaintenance } from './maintenance.suite.ts'
import { testOutputs } from './outputs.suite.ts'
import { testPages } from './pages.suite.ts'
import type { Factory } from './place.ts'
import { testQueries } from './queries.suite.ts'
import { testRuns } from './runs.suite.ts'
import { testSearches } from './searches.suite.ts'
import { testWithdrawals } from './withdrawals.suite.ts'

/** Tests that a backend keeps every rule of `SPEC.md`. `factory` makes a new, empty place for each test. */
export function conformance(name: string, factory: Factory): void {
  describe(name, () => {
    testRuns(factory)
    testFacts(factory)
    testInstants(factory)
    testWithdrawals(factory)
    testPages(factory)
    testQueries(factory)
    testSearches(factory)
    testJobs(factory)
    testOutputs(factory)
    testMaintenance(factory)
    testLife(factory)
  })
}
