import assert from 'node:assert/strict'
import test from 'node:test'
import type { CatchupDefaults } from '@apsis/core/catchup'
import type { Job } from '@apsis/core/job'
import type { InstantRow } from '@apsis/store/port'
import { EngineWorld, job, START } from './engine-world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const MIDNIGHT = START - 1_000

function minutely(catchup: string): Job {
  return job('job', `schedule: {type: interval, interval: 60, catchup: ${catchup}}\nprogram: {type: no-op}`)
}

const DEFAULTS: CatchupDefaults = {
  catchup: { policy: 'all', maxAge: null, maxCount: null, rate: null },
  maxAge: null,
  since: null,
}

/** What was due by now. */
async function due(world: EngineWorld): Promise<readonly InstantRow[]> {
  return world.store.read.instants('job', 0, world.clock.now(), 100_000)
}

/** Every minute since the first has exactly one row, and that a verdict; each that started has a run that succeeded, and nothing else ran. */
async function proven(world: EngineWorld): Promise<readonly InstantRow[]> {
  const rows = await due(world)
  assert.deepEqual(
    rows.map((row) => row.due),
    Array.from({ length: rows.length }, (_, n) => MIDNIGHT + (n + 1) * MINUTE),
  )
  assert.ok(rows.length >= Math.floor((world.clock.now() - MIDNIGHT) / MINUTE) - 1)
  assert.deepEqual(
    rows.filter(({ verdict }) => verdict === null),
    [],
  )
  const ran = (await world.store.read.runs({ filter: { states: ['success'] }, limit: 10_000, order: 'oldest' })).runs
  const started = rows.filter(({ verdict }) => verdict === 'started')
  assert.deepEqual(new Set(ran.map(({ id }) => id)), new Set(started.map(({ runId }) => runId)))
  assert.equal(ran.length, started.length)
  return rows
}

function verdicts(rows: readonly InstantRow[]): string {
  return rows.map(({ verdict }) => (verdict ?? '?').charAt(0)).join('')
}

/** A server that ran for two minutes, is away, and runs for five more. */
async function away(
  jobs: readonly Job[],
  time: number,
  defaults: CatchupDefaults = DEFAULTS,
  after: readonly Job[] = jobs,
): Promise<EngineWorld> {
  const world = new EngineWorld()
  await world.start(jobs, { catchup: defaults })
  await world.pass(2 * MINUTE)
  world.kill()
  await world.pass(time)
  await world.start(after, { catchup: defaults })
  await world.pass(5 * MINUTE)
  return world
}

test('CAT1: away for half an hour: all, the last, none, the newest', async () => {
  const of = async (catchup: string): Promise<string> => {
    const rows = await proven(await away([minutely(catchup)], 30 * MINUTE))
    return verdicts(rows)
  }
  assert.match(await of('all'), /^s+$/)
  // The last minute before the start is not overdue: it just runs late.
  assert.match(await of('last'), /^ssm{28}s{7}$/)
  assert.match(await of('none'), /^ssm{29}s{6}$/)
  assert.match(await of('{policy: all, max_count: 3}'), /^ssm{26}s{9}$/)
  assert.match(await of('{policy: all, max_age: 600}'), /^ssm{20}s{15}$/)
})

test('CAT2: what is missed has its reason, in the ledger and in the log of its run', async () => {
  const world = await away([minutely('none')], 30 * MINUTE)
  const row = (await due(world)).find(({ verdict }) => verdict === 'missed')
  const back = '2026-01-01T00:32:02+00:00'
  assert.match(
    row?.reason ?? '',
    /^the server was away until (\S+), last seen alive at 2026-01-01T00:02:01\S*; catchup is none$/,
  )
  assert.ok(row?.reason?.includes(back), row?.reason ?? '')
  const run = row?.runId ?? null
  assert.ok(run !== null)
  const log = await world.store.read.log(run)
  const last = log.at(-1)?.fact
  assert.equal(last?.type === 'state' ? last.message : '', `skipped: missed: ${row?.reason}`)
})

test('CAT3: away for a week, far beyond the rows there are', async () => {
  const rows = await proven(await away([minutely('last')], 7 * DAY))
  assert.equal(rows.length, 7 * 24 * 60 + 7)
  assert.match(verdicts(rows), /^ssm+s{7}$/)
  // Only what had rows has runs.
  const without = rows.filter(({ runId }) => runId === null)
  assert.ok(without.length > 7 * 24 * 60 - 70 && without.every(({ verdict }) => verdict === 'missed'))
  const few = await proven(await away([minutely('{policy: all, max_count: 100}')], 7 * DAY))
  assert.match(verdicts(few), /^ssm+s{106}$/)
  assert.match(verdicts(await proven(await away([minutely('none')], 7 * DAY))), /^ssm+s{6}$/)
})

test('CAT4: no missed one is made up for before all are decided, in slices that others come between', async () => {
  const world = new EngineWorld()
  await world.start([minutely('last')])
  world.kill()
  await world.pass(3 * DAY)
  const sizes: number[] = []
  const order: string[] = []
  world.commit = (batch, store) => {
    sizes.push(batch.instants?.length ?? 0)
    if (batch.instants?.some(({ verdict }) => verdict === 'missed')) order.push('m')
    for (const { verdict } of batch.runs ?? []) if (verdict !== undefined) order.push(verdict.verdict.charAt(0))
    return store.commit(batch)
  }
  await world.start([minutely('last')])
  await world.pass(MINUTE)
  await proven(world)
  assert.ok(sizes.length > 8 && Math.max(...sizes) <= 500, sizes.join())
  // The last minute is not overdue.
  assert.match(order.join(''), /^s?m+s+$/)
})

test('CAT5: a suspended machine, and a clock set forward', async () => {
  const world = new EngineWorld()
  await world.start([minutely('last')])
  await world.pass(2 * MINUTE)
  world.clock.stepBy(3 * HOUR)
  await world.pass(5 * MINUTE)
  const rows = await proven(world)
  assert.match(verdicts(rows), /^ssm+s{7}$/)
  assert.match(
    rows.find(({ verdict }) => verdict === 'missed')?.reason ?? '',
    /^the server stood still from \S+ to \S+; only/,
  )
})

test('CAT6: a clock set back makes nothing missed, and nothing twice', async () => {
  const world = new EngineWorld()
  await world.start([minutely('none')])
  await world.pass(5 * MINUTE)
  world.clock.stepBy(-3 * HOUR)
  await world.pass(3 * HOUR + 5 * MINUTE)
  const rows = await proven(world)
  assert.match(verdicts(rows), /^s+$/)
})

test('CAT7: killed at any commit of catching up, every instant gets one verdict, and no more run than may', async () => {
  for (let nth = 1; nth <= 9; nth++) {
    for (const when of ['beforeCommit', 'afterCommit'] as const) {
      const jobs = [minutely('{policy: all, max_count: 3}')]
      const world = new EngineWorld()
      await world.start(jobs)
      await world.pass(2 * MINUTE)
      world.kill()
      await world.pass(2 * DAY)
      let commits = 0
      world.hooks[when] = async () => {
        if (++commits === nth) world.kill()
      }
      await world.start(jobs)
      await world.pass(10_000)
      delete world.hooks[when]
      if (commits >= nth) await world.start(jobs)
      await world.pass(5 * MINUTE)
      const rows = await proven(world)
      assert.match(verdicts(rows), /^ssm+s{8,9}$/, `${when} ${nth}`)
    }
  }
})

test('CAT8: a rate spaces the starts, and what waits for its turn is not unaccounted', async () => {
  const jobs = [minutely('{policy: all, max_count: 4, rate: 0.5}')]
  const world = await away(jobs, 30 * MINUTE)
  await world.pass(10 * MINUTE)
  const rows = await proven(world)
  const made = rows.filter((row) => row.verdict === 'started' && (row.decidedAt ?? 0) - row.due > MINUTE)
  assert.equal(made.length, 4)
  const gaps = made.slice(1).map((row, n) => (row.decidedAt ?? 0) - (made[n]?.decidedAt ?? 0))
  assert.ok(
    gaps.every((gap) => gap >= 2 * MINUTE && gap < 2 * MINUTE + 1_000),
    gaps.join(),
  )
})

test('CAT9: a job, or a schedule, that went while no server ran', async () => {
  const other = job('other', 'program: {type: no-op}')
  const gone = await away([minutely('all'), other], 30 * MINUTE, DEFAULTS, [other])
  const rows = await due(gone)
  assert.match(verdicts(rows), /^ssm+$/)
  assert.ok(rows.slice(2, -1).every(({ reason }) => reason?.endsWith('; its schedule is no longer there')))
  const changed = job('job', 'schedule: {type: interval, interval: 3600}\nprogram: {type: no-op}')
  const next = await due(await away([minutely('all')], 30 * MINUTE, DEFAULTS, [changed]))
  assert.match(verdicts(next), /^ssm+s?$/)
})

test('CAT10: the config has a default, an age, and a time before which nothing runs', async () => {
  const plain = job('job', 'schedule: {type: interval, interval: 60}\nprogram: {type: no-op}')
  const none: CatchupDefaults = { ...DEFAULTS, catchup: { ...DEFAULTS.catchup, policy: 'none' } }
  assert.match(verdicts(await proven(await away([plain], 30 * MINUTE, none))), /^ssm{29}s{6}$/)
  assert.match(verdicts(await proven(await away([minutely('all')], 30 * MINUTE, none))), /^s+$/)
  const young = { ...DEFAULTS, maxAge: 10 * MINUTE }
  assert.match(verdicts(await proven(await away([plain], 30 * MINUTE, young))), /^ssm{20}s{15}$/)
  const since = { ...DEFAULTS, since: MIDNIGHT + 35 * MINUTE }
  const rows = await proven(await away([plain], 30 * MINUTE, since))
  assert.match(verdicts(rows), /^m{34}s{3}$/)
  assert.equal(rows[0]?.reason, 'before schedule.since 2026-01-01T00:35:00+00:00')
})

test('CAT11: a held run is held, whatever the policy; when released it begins', async () => {
  const world = new EngineWorld()
  const jobs = [minutely('none')]
  await world.start(jobs)
  const [first] = await world.runs('job')
  assert.ok(first !== undefined)
  await world.answer(world.engine.operate(first.id, { type: 'hold', until: null }))
  world.kill()
  await world.pass(10 * MINUTE)
  await world.start(jobs)
  await world.pass(1_000)
  const [row] = await due(world)
  assert.equal(row?.verdict, 'held')
  await world.answer(world.engine.operate(first.id, { type: 'release' }))
  await world.pass(1_000)
  assert.equal(await world.state(first.id), 'success')
})

test('CAT12: the check finds nothing where all is well, whatever was missed, and counts what is unaccounted', async () => {
  const world = await away([minutely('{policy: all, max_count: 20, rate: 1}')], 3 * HOUR)
  await world.pass(MINUTE)
  const report = await world.answer(world.engine.sanity())
  assert.equal(report.unaccounted, 0)
  assert.equal(world.engine.unaccounted(), 0)
  assert.ok(report.late.total > 10)
  assert.ok(report.late.list.every(({ because }) => because === 'made up for: waits for its turn'))
  assert.deepEqual([report.unscheduled.total, report.orphaned.total], [0, 0])
  assert.ok(report.ranLate.total > 0 && report.ranLate.list.every(({ lateness }) => lateness > MINUTE))
})

test('CAT13: the check finds an instant that has no row, one that has no verdict, and a run whose job is gone', async () => {
  const world = new EngineWorld()
  const slow = job('slow', 'program: {type: no-op, duration: 3600}')
  await world.start([minutely('all'), slow])
  const id = await world.ask('slow')
  // Behind the engine's back: a coming run and its instant go, and an instant comes that nothing decides.
  const [, victim] = await world.runs('job')
  assert.ok(victim !== undefined)
  await world.store.commit({ withdrawals: [{ runId: victim.id, expect: victim.version, time: START }] })
  const lost = { jobId: 'job', scheduleKey: 'x', due: START, args: {}, runId: null }
  await world.store.commit({ instants: [{ ...lost, verdict: null, reason: null, decidedAt: null }] })
  await world.answer(world.engine.applyJobs([minutely('all')]))
  await world.pass(3 * MINUTE)
  assert.equal(world.engine.unaccounted(), 1)
  const report = await world.answer(world.engine.sanity())
  assert.deepEqual(
    report.unscheduled.list.map(({ due: at }) => at),
    [victim.times.schedule],
  )
  assert.deepEqual(
    report.late.list.map(({ scheduleKey, because }) => [scheduleKey, because]),
    [['x', null]],
  )
  assert.deepEqual(
    report.orphaned.list.map(({ runId, jobId, because }) => [runId, jobId, because]),
    [
      [id, 'slow', 'running, and the job is gone'],
      [null, 'job', 'the instant has no verdict, and no run'],
    ],
  )
})

test('CAT14: what waits for its turn counts towards max_count when another gap is made up for', async () => {
  const jobs = [minutely('{policy: all, max_count: 4, rate: 0.1}')]
  const world = await away(jobs, 30 * MINUTE)
  world.clock.stepBy(20 * MINUTE)
  let most = 0
  for (let n = 0; n < 30; n++) {
    await world.pass(10_000)
    const waiting = (await due(world)).filter(
      ({ verdict, due: at }) => verdict === null && at < world.clock.now() - 2 * MINUTE,
    )
    most = Math.max(most, n < 3 ? 0 : waiting.length)
  }
  assert.ok(most > 0 && most <= 4, String(most))
})
