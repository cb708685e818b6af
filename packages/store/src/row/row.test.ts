import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Run, runId, STATES } from '@apsis/core/run'
import { BOUND, run, stateFact, T0, write } from '../conformance/fixture.ts'
import { StoreError } from '../port/index.ts'
import {
  argsText,
  BoundTexts,
  boundText,
  decodeCursor,
  decodeFact,
  decodeInstant,
  decodeJob,
  decodeMeta,
  decodeRun,
  FACT_CODES,
  fixedValues,
  movingValues,
  placeCursor,
  placeOf,
  pageStart,
  readArgs,
  RUN_ROW_LENGTH,
  type RunRow,
  rowOf,
  runOp,
  STATE_CODES,
  VERDICT_CODES,
} from './index.ts'

const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'constructor', ''))
const instants = fc.double({ min: 0, max: 4e12, noNaN: true, noDefaultInfinity: true }).map((time) => time + 0)
const args = fc.dictionary(text, text, { noNullPrototype: true })

const anyRun: fc.Arbitrary<Run> = fc
  .record({
    number: fc.integer({ min: 1, max: 1e9 }),
    state: fc.constantFrom(...STATES),
    version: fc.nat(),
    args,
    labels: fc.array(text, { maxLength: 3 }),
    jobId: text,
    time: instants,
  })
  .map(({ number, state, labels, time, ...parts }) => ({ ...run(number, state, { ...parts, time }), labels }))

test('ROW1: any run is read back as it was written', () => {
  fc.assert(fc.property(anyRun, (written) => assert.deepEqual(decodeRun(rowOfRun(written), new BoundTexts()), written)))
})

test('ROW2: a row with a wrong value is read as a run, or refused by name', () => {
  const wrong = fc.oneof(
    fc.constant(null),
    fc.double(),
    fc.string(),
    fc.jsonValue().map((value) => JSON.stringify(value)),
  )
  let refused = 0
  fc.assert(
    fc.property(anyRun, fc.integer({ min: 1, max: RUN_ROW_LENGTH - 1 }), wrong, (written, at, value) => {
      const row = rowOfRun(written).with(at, value)
      try {
        assert.equal(decodeRun(row, new BoundTexts()).id, written.id)
      } catch (error) {
        assert.ok(error instanceof StoreError && error.code === 'STORE_DAMAGED', String(error))
        assert.ok(error.message.includes(`run ${written.id} `), error.message)
        refused++
      }
    }),
    { numRuns: 500 },
  )
  assert.ok(refused > 100)
})

test('ROW3: the numbers on disk are these for ever', () => {
  assert.deepEqual(STATE_CODES, {
    new: 0,
    scheduled: 1,
    waiting: 2,
    starting: 3,
    running: 4,
    stopping: 5,
    success: 6,
    failure: 7,
    error: 8,
    skipped: 9,
  })
  assert.deepEqual(VERDICT_CODES, { started: 0, skipped: 1, missed: 2, held: 3, superseded: 4 })
  assert.deepEqual(FACT_CODES, {
    state: 0,
    log: 1,
    meta: 2,
    deleted: 3,
    job: 4,
    agent: 5,
    pause: 6,
    backfill: 7,
    removed: 8,
  })
})

test('ROW4: the cursor of a page is read back, and other texts are refused', () => {
  const request = { filter: {}, limit: 1 }
  for (const order of ['newest', 'oldest'] as const) {
    const after = placeCursor(order, placeOf(run(123, 'success')))
    assert.deepEqual(pageStart({ ...request, order, after }), { number: 123, due: null })
  }
  for (const order of ['latest', 'earliest'] as const) {
    for (const due of [T0 + 0.125, 0, -1, 1e300]) {
      const after = placeCursor(order, placeOf(run(123, 'success', { due })))
      assert.deepEqual(pageStart({ ...request, order, after }), { number: 123, due })
    }
  }
  assert.equal(pageStart(request), null)
  for (const text of ['latest:1', 'latest::1', 'latest:x:1', 'latest:1.0:1', 'latest:Infinity:1', 'newest:1:1']) {
    const after = Buffer.from(text).toString('base64url')
    assert.throws(() => pageStart({ ...request, order: 'latest', after }), refused('STORE_REQUEST', /cursor/), text)
  }
  fc.assert(
    fc.property(fc.string(), (after) =>
      assert.throws(() => pageStart({ ...request, after }), refused('STORE_REQUEST', /cursor/)),
    ),
  )
})

test('ROW5: equal args are equal text, and any name is kept', () => {
  assert.equal(argsText({ b: '1', a: '2' }), argsText({ a: '2', b: '1' }))
  fc.assert(fc.property(args, (given) => assert.deepEqual(readArgs(argsText(given)), given)))
})

test('ROW6: other damaged rows are refused by name', () => {
  const time = T0
  assert.throws(() => decodeFact([5, null, time, 9, null, '']), refused('STORE_DAMAGED', /fact 5 /))
  assert.throws(() => decodeFact([5, 1, time, FACT_CODES.state, 77, '']), refused('STORE_DAMAGED', /fact 5 /))
  assert.throws(() => decodeFact([5, null, time, FACT_CODES.job, null, '{}']), refused('STORE_DAMAGED', /fact 5 /))
  assert.throws(
    () => decodeFact([5, null, time, FACT_CODES.agent, null, '{"change":"x"}']),
    refused('STORE_DAMAGED', /fact 5 /),
  )
  assert.throws(
    () => decodeInstant(['j', time, 'k', '{}', 1, 77, null, null]),
    refused('STORE_DAMAGED', /instant .* of job j /),
  )
  assert.throws(
    () => decodeInstant(['j', time, null, '{}', 1, 0, null, null]),
    refused('STORE_DAMAGED', /instant .* of job j /),
  )
  assert.throws(() => decodeJob(['j', 'h', null, 0]), refused('STORE_DAMAGED', /job j /))
  assert.throws(() => decodeCursor(['j', 'k', null]), refused('STORE_DAMAGED', /job j /))
  assert.throws(() => decodeMeta('r3', '[]'), refused('STORE_DAMAGED', /r3/))
})

test('ROW7: the time of the last change is the latest of states and facts', () => {
  const changed = (written: Run, facts: number[]): unknown =>
    runOp(write(written, { facts: facts.map((time) => ({ ...stateFact('running'), time })) }), false).moving[2]
  const running: Run = {
    ...run(1, 'scheduled'),
    state: 'scheduled',
    held: null,
    times: { new: 5, scheduled: 7, schedule: 90, stop: 99 },
  }
  assert.equal(changed(running, []), 7)
  assert.equal(changed(running, [6]), 7)
  assert.equal(changed(running, [8, 6]), 8)
})

test('ROW8: what a run is bound to is encoded only where it is not known to be stored', () => {
  assert.equal(runOp(write(run(1, 'running')), false).bound, JSON.stringify(BOUND))
  assert.equal(runOp(write(run(1, 'running')), true).bound, null)
  assert.equal(runOp(write(run(1, 'scheduled')), false).bound, null)
})

function rowOfRun(written: Run): RunRow {
  const number = Number(written.id.slice(1))
  assert.equal(runId(number), written.id)
  return rowOf(number, fixedValues(written), movingValues(written, -Infinity), boundText(written))
}

function refused(code: string, message: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof StoreError && error.code === code && message.test(error.message)
}
