import assert from 'node:assert/strict'
import test from 'node:test'
import type { Log, SanityReport } from '@apsis/server/engine'
import type { InstantRow, LedgerRequest } from '@apsis/store/port'
import { EngineWorld, job, START } from './engine-world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const MINUTELY = job('job', 'schedule: {type: interval, interval: 60}\nprogram: {type: no-op}')
const NOTHING = { verdict: null, reason: null, decidedAt: null, args: {}, runId: null }

/** What the log says of findings: level, kind, count. */
function listening(): { readonly said: unknown[][]; readonly log: Log } {
  const said: unknown[][] = []
  const at =
    (level: string): Log['info'] =>
    (_message, data) => {
      if (data?.['kind'] !== undefined) said.push([level, data['kind'], data['count'] ?? 0])
    }
  return { said, log: { info: at('info'), warn: at('warn'), error: at('error') } }
}

function last(world: EngineWorld): SanityReport {
  const report = world.engine.lastSanity()
  assert.ok(report !== null)
  return report
}

test('SAN1: an instant without a row is unaccounted when it should have had its verdict, and until it has a row', async () => {
  const world = new EngineWorld()
  await world.start([MINUTELY])
  const [, victim] = await world.runs('job')
  const due = victim?.times.schedule
  assert.ok(victim !== undefined && due !== undefined)
  await world.store.commit({ withdrawals: [{ runId: victim.id, expect: victim.version, time: START }] })
  await world.pass(MINUTE)
  assert.deepEqual([last(world).unscheduled.total, last(world).unaccounted], [1, 0], 'it is still to come')
  await world.pass(due + 4 * MINUTE - world.clock.now())
  assert.deepEqual([last(world).unscheduled.total, last(world).unaccounted], [1, 1])
  assert.equal(world.engine.unaccounted(), 1)
  await world.pass(3 * HOUR)
  assert.equal(world.engine.unaccounted(), 1, 'it is not forgotten')
  const key = (await world.instants('job'))[0]?.scheduleKey ?? ''
  const row: InstantRow = { ...NOTHING, jobId: 'job', scheduleKey: key, due, verdict: 'missed', decidedAt: due }
  await world.store.commit({ instants: [row] })
  await world.pass(2 * MINUTE)
  assert.deepEqual([last(world).unscheduled.total, last(world).unaccounted], [0, 0])
})

test('SAN2: each finding is said when there is something of its kind, once, and when it is over', async () => {
  const world = new EngineWorld()
  const { said, log } = listening()
  await world.start([MINUTELY], { log })
  await world.pass(5 * MINUTE)
  assert.equal(said.length, 0)
  const lost = { ...NOTHING, jobId: 'job', scheduleKey: 'x', due: world.clock.now() - 3 * MINUTE }
  await world.store.commit({ instants: [lost] })
  await world.pass(5 * MINUTE)
  assert.deepEqual(said.splice(0), [
    ['error', 'unaccounted', 1],
    ['warn', 'orphaned', 1],
    ['warn', 'late', 1],
  ])
  world.kill()
  await world.pass(10 * MINUTE)
  await world.start([MINUTELY], { log })
  await world.pass(2 * MINUTE)
  assert.deepEqual(
    said.splice(0).filter(([, kind]) => kind === 'ran late'),
    [['warn', 'ran late', 9]],
  )
  await world.pass(2 * HOUR)
  assert.deepEqual(said, [['info', 'ran late', 0]])
})

test('SAN3: what began late is found though it was undecided when its time was looked at', async () => {
  const world = new EngineWorld()
  const slow = 'schedule: {type: interval, interval: 60, catchup: {policy: all, rate: 0.5}}\nprogram: {type: no-op}'
  const jobs = [job('job', slow)]
  await world.start(jobs)
  world.kill()
  await world.pass(20 * MINUTE)
  await world.start(jobs)
  await world.pass(30 * MINUTE)
  const rows = (await world.instants('job')).filter(({ due, decidedAt }) => (decidedAt ?? 0) - due > MINUTE)
  assert.ok(rows.length > 10)
  assert.deepEqual(
    last(world).ranLate.list.map(({ due, lateness }) => [due, lateness]),
    rows.map(({ due, decidedAt }) => [due, (decidedAt ?? 0) - due]),
  )
})

test('SAN4: no stretch of due times is read more than twice, but for who asks for all of it', async () => {
  const world = new EngineWorld()
  await world.start([MINUTELY])
  await world.pass(10 * MINUTE)
  const { read } = world.store
  const asked: LedgerRequest[] = []
  const ledger = read.ledger.bind(read)
  read.ledger = async (request) => {
    asked.push(request)
    return await ledger(request)
  }
  await world.pass(30 * MINUTE)
  const spanOf = (late: boolean): number =>
    asked.filter(({ later }) => (later !== undefined) === late).reduce((sum, { from, to }) => sum + to - from, 0)
  assert.equal(spanOf(false), 2 * 30 * MINUTE, 'when it is to come, and when it is past')
  assert.equal(spanOf(true), 30 * MINUTE)
  asked.length = 0
  const report = await world.answer(world.engine.sanity())
  assert.ok(spanOf(false) > HOUR && report.to - report.from > HOUR)
})
