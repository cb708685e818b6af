import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FINISHED, type FinishedState, newRun, type Run, type RunId, runId } from '@apsis/core/run'
import { type RetentionRule, rulesOfJob } from '@apsis/core/config'
import { openMemoryStore } from '@apsis/store/memory'
import type { InstantRow, Store } from '@apsis/store/port'
import type { Clock } from '../../engine/index.ts'
import { AgeClock, type KeptAge } from './age-clock.ts'
import { instantBounds } from './instant-bounds.ts'
import { Retention } from './retention.ts'
import { Turns } from './turns.ts'

const DAY = 86_400_000
const NOW = 1_764_000_000_000
const ANY: RetentionRule = { job: '**', states: FINISHED, age: null, count: null, archive: null }

function world(
  rules: readonly RetentionRule[],
  archiving: (path: string) => readonly RunId[] = () => [],
  sweep: Store['maintenance']['sweep'] = async () => 0,
  stepped = 0,
  kept: KeptAge | null = null,
) {
  let passed = 0
  const gone: RunId[] = []
  const store = openMemoryStore()
  const said: string[] = []
  const note = (message: string): void => void said.push(message)
  let wake = (): void => {}
  const maintenance = {
    jobIds: () => store.maintenance.jobIds(),
    due: (...asked: Parameters<Store['maintenance']['due']>) => store.maintenance.due(...asked),
    countFinished: async () => 0,
    remove: (...asked: Parameters<Store['maintenance']['remove']>) => store.maintenance.remove(...asked),
    archive: async (path: string) => {
      return { runs: 0, facts: 0, outputs: 0, refused: archiving(path) }
    },
    vacuum: async () => ({ freed: 0, left: 0 }),
    removeInstants: (...asked: Parameters<Store['maintenance']['removeInstants']>) =>
      store.maintenance.removeInstants(...asked),
    sweep,
  }
  // Sleeps of a slice end at once, those between passes when the test says so.
  const clock: Pick<Clock, 'now' | 'monotonic' | 'after'> = {
    now: () => NOW + stepped + passed,
    monotonic: () => passed,
    after: (delay, callback) => {
      if (delay < 1_000) queueMicrotask(callback)
      else wake = callback
      return () => {}
    },
  }
  const retention = new Retention({
    rules,
    maintenance,
    dataFolder: '/data',
    clock,
    ages: new AgeClock(clock, kept),
    log: { info: note, warn: note, error: note },
    turns: new Turns(),
    gone: ({ runIds }) => void gone.push(...runIds),
  })
  const pass = (ms: number): void => {
    passed += ms
    wake()
  }
  return { store, retention, said, gone, wake: () => wake(), pass, step: (ms: number) => void (stepped += ms) }
}

async function add(store: Store, number: number, jobId: string, state: FinishedState, age: number): Promise<void> {
  const time = NOW - age
  const fresh = newRun(
    { id: runId(number), jobId, args: {}, labels: [], origin: { type: 'request' }, schedule: time, stop: null },
    time,
  )
  const { held: _, ...base } = { held: null, ...fresh }
  const run: Run = { ...base, state, times: { [state]: time }, bound: null, handle: null, message: null, elapsed: null }
  await store.commit({ runs: [{ run, expect: null, facts: [{ type: 'log', message: '', time }] }] })
}

async function left(store: Store): Promise<string> {
  return (await store.read.runs({ filter: {}, limit: 1_000, order: 'oldest' })).runs.map(({ id }) => id).join(' ')
}

test('the first rule that is about job and state counts, by age and by count', async () => {
  const { store, retention } = world([
    { ...ANY, job: 'keep/' },
    { ...ANY, states: ['error'], age: 10 * DAY },
    { ...ANY, age: 2 * DAY, count: 2 },
  ])
  await add(store, 1, 'keep/a', 'success', 99 * DAY)
  await add(store, 2, 'a', 'error', 11 * DAY)
  await add(store, 3, 'a', 'error', 9 * DAY)
  await add(store, 4, 'a', 'success', 3 * DAY)
  for (const number of [5, 6, 7]) await add(store, number, 'a', 'success', DAY)
  await retention.pass()
  assert.equal(await left(store), 'r1 r3 r6 r7')
  assert.deepEqual([retention.removed, retention.lag()], [3, 0])
})

test('where the clock is ahead of what ages counted by last, the start says what is held back; without rules it says nothing', async () => {
  for (const rules of [[{ ...ANY, age: DAY }], []]) {
    const { store, retention, said } = world(rules, undefined, undefined, 0, { time: NOW - 9 * DAY, ahead: 0 })
    await add(store, 1, 'a', 'success', 3 * DAY)
    await add(store, 2, 'a', 'success', 11 * DAY)
    await retention.pass()
    retention.start()
    await retention.stop()
    assert.equal(
      said.filter((text) => text.startsWith('retention: the clock is 9:00:00:00 ahead of where')).length,
      rules.length,
    )
    if (rules.length > 0) assert.equal(await left(store), 'r1')
  }
})

test('what cannot be archived stays, is said, and is the lag; other rules go on', async () => {
  const { store, retention, said } = world(
    [
      { ...ANY, job: 'a', age: DAY, archive: 'old.db' },
      { ...ANY, age: DAY },
    ],
    (path) => {
      assert.equal(path, '/data/old.db')
      throw new Error('the disk is full')
    },
  )
  await add(store, 1, 'a', 'success', 3 * DAY)
  await add(store, 2, 'b', 'success', 3 * DAY)
  await retention.pass()
  assert.equal(await left(store), 'r1')
  assert.equal(retention.lag(), 2 * DAY)
  assert.ok(said.includes('retention: runs that are due stay'))
  assert.equal(said.filter((line) => line.startsWith('retention is behind')).length, 1)
})

test('it goes on until it is stopped; without rules it does nothing', async () => {
  const { store, retention, wake } = world([{ ...ANY, count: 0 }])
  for (let number = 1; number <= 450; number++) await add(store, number, 'a', 'success', 0)
  retention.start()
  while ((await left(store)) !== '') await new Promise((resolve) => setImmediate(resolve))
  await add(store, 500, 'a', 'success', 0)
  while ((await left(store)) !== '') {
    wake()
    await new Promise((resolve) => setImmediate(resolve))
  }
  await retention.stop()
  const idle = world([])
  await add(idle.store, 1, 'a', 'success', 99 * DAY)
  idle.retention.start()
  await idle.retention.stop()
  assert.equal(await left(idle.store), 'r1')
  assert.equal(idle.retention.lag(), null)
})

test('a run that the archive refuses stays and is said, however many there are; those after it go', async () => {
  const refused = Array.from({ length: 250 }, (_, index) => runId(index + 1))
  const { store, retention, said, gone } = world([{ ...ANY, age: DAY, archive: 'old.db' }], () => refused)
  for (let number = 1; number <= 260; number++) await add(store, number, 'a', 'success', 3 * DAY)
  await retention.pass()
  assert.equal(await left(store), refused.join(' '))
  assert.equal(retention.lag(), 2 * DAY)
  assert.equal(said.filter((line) => line.includes('has other runs of these ids')).length, 1)
  assert.deepEqual(
    gone,
    Array.from({ length: 10 }, (_, index) => runId(index + 251)),
  )
})

test('stopping ends the sweep of the day, too', async () => {
  const sweeping = Promise.withResolvers<void>()
  const { store, retention, pass } = world(
    [{ ...ANY, count: 0 }],
    () => [],
    async (wanted = () => true) => {
      sweeping.resolve()
      while (wanted()) await new Promise((resolve) => setImmediate(resolve))
      return 0
    },
  )
  await add(store, 1, 'a', 'success', 0)
  retention.start()
  while ((await left(store)) !== '') await new Promise((resolve) => setImmediate(resolve))
  await new Promise((resolve) => setImmediate(resolve))
  pass(2 * DAY)
  await sweeping.promise
  await retention.stop()
})

test('a clock that is set forward while it runs makes no run older, and one that is set back makes each younger', async () => {
  const { store, retention, said, step, pass } = world([{ ...ANY, age: 30 * DAY }])
  await add(store, 1, 'a', 'success', DAY)
  await add(store, 2, 'a', 'success', 29.5 * DAY)
  step(365 * DAY)
  await retention.pass()
  assert.equal(await left(store), 'r1 r2')
  // That it waits is told: by the wall clock it is late.
  assert.equal(retention.lag(), 364.5 * DAY)
  assert.match(
    said.join(),
    /a run should have gone .* ago; the clock went forward by .*, which counts when it has lasted a day/,
  )
  pass(DAY - 1)
  await retention.pass()
  assert.equal(await left(store), 'r1')
  step(-367 * DAY)
  pass(29.5 * DAY)
  await retention.pass()
  assert.equal(await left(store), 'r1')
})

test('a server that started with an old clock removes what is due a day after the clock is right', async () => {
  const { store, retention, step, pass } = world([{ ...ANY, age: 30 * DAY }], undefined, undefined, -NOW)
  await add(store, 1, 'a', 'success', 40 * DAY)
  await retention.pass()
  step(NOW)
  await retention.pass()
  assert.deepEqual([await left(store), retention.lag()], ['r1', 10 * DAY])
  pass(DAY / 24)
  await retention.pass()
  pass(DAY)
  await retention.pass()
  assert.deepEqual([await left(store), retention.lag()], ['', 0])
})

test('decided instants without a run go as runs that were skipped do; those that began, as the runs that are kept longest', async () => {
  const { store, retention } = world([
    { ...ANY, job: 'keep/' },
    { ...ANY, states: ['error'], age: 9 * DAY },
    { ...ANY, age: 3 * DAY },
  ])
  const instant = (jobId: string, verdict: 'missed' | 'started' | null, age: number): InstantRow => {
    const [due, decidedAt] = [NOW - age, verdict === null ? null : NOW - age]
    return { jobId, scheduleKey: 'key', due, args: {}, runId: null, verdict, reason: null, decidedAt }
  }
  const rows = (jobId: string): readonly InstantRow[] => [
    ...[10, 4, 2].map((days) => instant(jobId, 'missed', days * DAY)),
    ...[11, 5].map((days) => instant(jobId, 'started', days * DAY)),
    instant(jobId, null, 12 * DAY),
  ]
  // More than go in one piece.
  const many = Array.from({ length: 2_500 }, (_, index) => instant('many', 'missed', 5 * DAY + index))
  await store.commit({ instants: [...rows('a'), ...rows('keep/a'), ...many] })
  await retention.pass()
  const ages = async (jobId: string): Promise<readonly number[]> =>
    (await store.read.instants(jobId, 0, NOW, 9_999)).map(({ due }) => (NOW - due) / DAY)
  assert.deepEqual(await ages('a'), [12, 5, 2])
  assert.deepEqual(await ages('keep/a'), [12, 11, 10, 5, 4, 2])
  assert.deepEqual(await ages('many'), [])
})

test('where rules are by count, so many instants without a run stay; where some runs are kept for ever, those that began do', () => {
  const byCount = rulesOfJob(
    [
      { ...ANY, states: ['skipped'], count: 5 },
      { ...ANY, count: 7 },
    ],
    'a',
  )
  assert.deepEqual(instantBounds(byCount), [
    { verdicts: ['skipped', 'missed'], age: null, count: 5 },
    { verdicts: ['started', 'held', 'superseded'], age: null, count: 26 },
  ])
  const some = rulesOfJob([{ ...ANY, states: ['success', 'skipped'], age: DAY }], 'a')
  assert.deepEqual(instantBounds(some), [{ verdicts: ['skipped', 'missed'], age: DAY, count: null }])
  assert.deepEqual(instantBounds(rulesOfJob([ANY], 'a')), [])
})
