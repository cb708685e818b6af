import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Diagnosis } from './diagnosis.ts'
import { GcWatch } from './gc-watch.ts'
import { LoopWatch } from './loop-watch.ts'

function spin(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

function recorded(): { readonly lines: string[]; readonly log: { warn(message: string, data?: object): void } } {
  const lines: string[] = []
  return { lines, log: { warn: (message, data) => void lines.push(`${message} ${JSON.stringify(data)}`) } }
}

test('a loop that stands still is seen, with for how long and how much of it was computed', async (t: TestContext) => {
  const blocked = Promise.withResolvers<readonly [number, number]>()
  const measured: number[] = []
  const watch = new LoopWatch({
    measured: (delay) => void measured.push(delay),
    blocked: (delay, cpu) => blocked.resolve([delay, cpu]),
  })
  const alive = setInterval(() => {}, 5)
  t.after(() => {
    clearInterval(alive)
    watch.stop()
  })
  watch.start()
  setImmediate(() => spin(400))
  const [delay, cpu] = await blocked.promise
  assert.ok(delay >= 300, `${delay} ms`)
  assert.ok(cpu > 0, `${cpu} ms`)
  assert.ok(measured.includes(delay))
  const { count, min, max, mean } = watch.take()
  assert.ok(count === measured.length && min <= mean && mean <= max && max >= delay)
  assert.deepEqual(watch.take(), { count: 0, min: 0, max: 0, mean: 0 })
})

test('collections of garbage are counted', async (t: TestContext) => {
  const gc = new GcWatch()
  t.after(() => gc.stop())
  assert.equal(gc.of('minor').count, 0)
  for (let round = 0; gc.of('minor').count === 0; round++) {
    assert.ok(round < 1_000, 'none in a long time')
    const garbage = Array.from({ length: 100_000 }, (_, index) => ({ index }))
    assert.equal(garbage.length, 100_000)
    await new Promise((resolve) => setImmediate(resolve))
  }
  const { elapsed, longest } = gc.of('minor')
  assert.ok(elapsed >= longest && longest > 0)
})

test('what holds a server up is told at once, and then in one line for ten seconds', () => {
  let due: (() => void)[] = []
  const pass = (): void => due.splice(0).forEach((then) => then())
  const { lines, log } = recorded()
  const diagnosis = new Diagnosis(log, (ms, then) => {
    assert.equal(ms, 10_000)
    due.push(then)
    return () => {
      due = due.filter((one) => one !== then)
    }
  })
  diagnosis.blocked(250.4, 249)
  diagnosis.blocked(900, 100)
  diagnosis.blocked(300, 299)
  diagnosis.slowCommit(1_200, null)
  diagnosis.slowCommit(5_000, 12)
  assert.deepEqual(lines.splice(0), [
    'the server stood still: one piece of work took too long {"event":"loop.blocked","ms":250,"cpu_ms":249}',
    'changes are not durable yet: is the disk slow? {"event":"commit.slow","ms":1200}',
  ])
  pass()
  assert.deepEqual(lines.splice(0), [
    'the server stood still: the machine gave it no time to compute {"event":"loop.blocked","times":2,"longest_ms":900,"cpu_ms":100}',
    'changes took long to be durable: is the disk slow? {"event":"commit.slow","times":1,"longest_ms":5000,"runs":12}',
  ])
  pass()
  diagnosis.blocked(201, 200)
  assert.equal(lines.length, 1)
  diagnosis.stop()
  assert.deepEqual(due, [])
})
