import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { RunFilter, RunOrder } from '../port/index.ts'
import type { PagePlace } from '../row/index.ts'
import { filterValues } from './filter-values.ts'
import { migrate } from './migrate.ts'
import { RUNS_STEPS } from './migrations/steps.ts'
import { pageQuery } from './run-pages.ts'
import { Statements } from './statements.ts'

const PLACE: PagePlace = { number: 7, due: 100 }

test('SQLITE60: pages by schedule time are range scans of one index for each part, without a sort', () => {
  const ended = 'SEARCH runs USING COVERING INDEX runs_outcome_due (outcome=?'
  const job = 'SEARCH runs USING COVERING INDEX runs_job_due (job=? AND outcome=?'
  const live = 'SEARCH runs USING COVERING INDEX runs_live_due ('
  const coming = 'SEARCH runs USING INDEX runs_scheduled ('
  const each = (begin: string, count: number, end: string): string[] => Array.from({ length: count }, () => begin + end)
  const after = (begin: string, count: number, glue: string, than: string): string[] =>
    Array.from({ length: count }, () => [
      `${begin}${glue}t_schedule=? AND rowid${than}?)`,
      `${begin}${glue}t_schedule${than}?)`,
    ]).flat()

  const all = { filter: {}, order: 'latest' } as const
  const allComing = coming.replace('INDEX', 'COVERING INDEX')
  assert.deepEqual(scans(all, null), [
    ...each(ended, 4, ' AND t_schedule>?)'),
    ...each(live, 1, 't_schedule>?)'),
    ...each(allComing, 1, 't_schedule>?)'),
  ])
  assert.deepEqual(scans(all, PLACE), [
    ...after(ended, 4, ' AND ', '<'),
    ...after(live, 1, '', '<'),
    ...after(allComing, 1, '', '<'),
  ])

  // Of a job what has not ended is little, and sorted.
  const byJob = { filter: { jobId: 'a' }, order: 'latest' } as const
  const open = 'SEARCH runs USING INDEX runs_job (job=? AND outcome=?)'
  assert.deepEqual(scans(byJob, null), [...each(job, 4, ' AND t_schedule>?)'), open])
  assert.deepEqual(
    scans(byJob, PLACE).filter((scan) => scan !== open && !scan.includes('runs_job (')),
    after(job, 4, ' AND ', '<'),
  )

  const next = { filter: { states: ['scheduled'] }, order: 'earliest' } as const
  assert.deepEqual(scans(next, null), each(coming, 1, 't_schedule>?)'))
  assert.deepEqual(scans(next, PLACE), after(coming, 1, '', '>'))

  const failed = { filter: { states: ['failure'], scheduledBefore: 150, scheduledAfter: 50 }, order: 'latest' } as const
  assert.deepEqual(scans(failed, null), each(ended, 1, ' AND t_schedule>? AND t_schedule<?)'))
  assert.deepEqual(scans(failed, PLACE), [
    `${ended} AND t_schedule=? AND rowid<?)`,
    `${ended} AND t_schedule>? AND t_schedule<?)`,
  ])
})

test('SQLITE60: the nearer of the bound and the place is where a page begins', () => {
  const values = (filter: RunFilter, order: RunOrder): readonly unknown[] =>
    question({ filter: { states: ['failure'], ...filter }, order }, PLACE).values
  const failure = 7
  const here = [failure, 100, 7]
  assert.deepEqual(values({ scheduledBefore: 150 }, 'latest'), [...here, failure, 100])
  assert.deepEqual(values({ scheduledBefore: 90 }, 'latest'), [failure, 90])
  assert.deepEqual(values({ scheduledAfter: 50 }, 'earliest'), [...here, failure, 100])
  assert.deepEqual(values({ scheduledAfter: 110, scheduledBefore: 120 }, 'earliest'), [failure, 120, 110])
})

interface Asked {
  readonly filter: RunFilter
  readonly order: RunOrder
}

function question({ filter, order }: Asked, start: PagePlace | null): ReturnType<typeof pageQuery> {
  return pageQuery(new Statements(newDatabase()), filterValues(filter), order, start)
}

/** How SQLite reads the parts of a page. The parts are merged as they are read; only what is read by `runs_job` may be sorted. */
function scans(asked: Asked, start: PagePlace | null): readonly string[] {
  const { sql, values } = question(asked, start)
  const plan = newDatabase()
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .all(...values)
    .map(({ detail }) => String(detail))
  const found = plan.filter((step) => / runs\b/.test(step))
  assert.ok(found.length === 1 || plan.includes('MERGE (UNION ALL)'), plan.join('\n'))
  const sorts = plan.filter((step) => step.startsWith('USE TEMP B-TREE'))
  assert.ok(sorts.length <= plan.filter((step) => step.includes('runs_job (')).length, plan.join('\n'))
  return found
}

function newDatabase(): DatabaseSync {
  const db = new DatabaseSync(':memory:')
  migrate(db, RUNS_STEPS, 'file')
  db.function('alive', () => 1)
  db.exec("INSERT INTO job_names (id, name, folded) VALUES (1, 'a', 'a')")
  return db
}
