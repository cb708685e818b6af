import assert from 'node:assert/strict'
import test from 'node:test'
import { runNumber } from '@apsis/core/run'
import { registry } from '@apsis/kinds/builtin'
import { EngineWorld, job } from './engine-world.ts'

const UP = job('up', 'params: [x]\nprogram: {type: no-op}')
const FAILS = job('up', 'params: [x]\nprogram: {type: no-op, success: false}')
const SLOW = job('up', 'params: [x]\nprogram: {type: no-op, duration: 60}')
const MINUTE = 60_000

/** A world with a job `down` of this condition, and others. */
async function world(condition: string, jobs = [UP]): Promise<EngineWorld> {
  const made = new EngineWorld()
  await made.start([job('down', `params: [x, y]\ncondition: ${condition}\nprogram: {type: no-op}`), ...jobs])
  return made
}

async function because(made: EngineWorld, id: `r${number}`): Promise<string | undefined> {
  return made.engine.reason(id)?.because
}

test('WAIT1: a dependency is on the run of exactly its job and args, templates expanded, however it came about', async () => {
  const made = await world('{type: dependency, job_id: "{{ y }}", args: {x: "{{ x }}1"}}')
  const id = await made.ask('down', { x: 'a', y: 'up' })
  assert.equal(await because(made, id), 'up(x=a1) is not success: there is no such run yet')
  await made.ask('up', { x: 'a' })
  assert.equal(await made.state(id), 'waiting')
  await made.ask('up', { x: 'a1' })
  assert.equal(await made.state(id), 'success')
  // A run that ended long ago counts as well.
  await made.pass(24 * 60 * MINUTE)
  assert.equal(await made.state(await made.ask('down', { x: 'a', y: 'up' })), 'success')
})

test('WAIT2: a dependency can be on other states, those that a run only passes through included', async () => {
  const made = await world('{type: dependency, job_id: up, states: [running, failure]}', [SLOW])
  const id = await made.ask('down', { x: 'a', y: '' })
  assert.equal(await made.state(id), 'waiting')
  await made.ask('up', { x: 'a' })
  assert.equal(await made.state(id), 'success')
})

test('WAIT3: where a run has to exist, its absence is an error at once, and so is the loss of its last chance', async () => {
  const made = await world('{type: dependency, job_id: up, exist: true}', [FAILS])
  const none = await made.ask('down', { x: 'a', y: '' })
  const run = await made.store.read.run(none)
  assert.ok(run?.state === 'error')
  const states = 'new|scheduled|waiting|starting|running|stopping|success'
  assert.equal(run.message, `no dependency up(x=a) exists in ${states}`)
  const soon = { jobId: 'up', args: { x: 'b' }, time: made.clock.now() + MINUTE, stop: null, count: 1 }
  assert.ok((await made.answer(made.engine.schedule(soon))).ok)
  const waits = await made.ask('down', { x: 'b', y: '' })
  assert.equal(await made.state(waits), 'waiting')
  await made.pass(2 * MINUTE)
  assert.equal(await made.state(waits), 'error')
})

test('WAIT4: a mark of a finished run counts as its state does', async () => {
  const made = await world('{type: dependency, job_id: up}', [FAILS])
  const up = await made.ask('up', { x: 'a' })
  const id = await made.ask('down', { x: 'a', y: '' })
  assert.equal(await because(made, id), `up(x=a) is not success: ${up} is failure`)
  assert.ok((await made.answer(made.engine.operate(up, { type: 'mark', state: 'success' }))).ok)
  assert.equal(await made.state(id), 'success')
})

test('WAIT5: a dependency on an ad hoc job is met by its run', async () => {
  const made = await world('{type: dependency, job_id: "{{ y }}"}')
  const adHoc = job('adhoc-1', 'params: [x]\nprogram: {type: no-op, duration: 60}')
  await made.answer(made.engine.addJob({ ...adHoc, adHoc: true }))
  await made.ask('adhoc-1', { x: 'a' })
  const id = await made.ask('down', { x: 'a', y: 'adhoc-1' })
  assert.equal(await made.state(id), 'waiting')
  await made.pass(MINUTE)
  assert.equal(await made.state(id), 'success')
})

test('WAIT6: conditions are looked at in order, each no more once it held', async () => {
  const conditions = '[{type: dependency, job_id: up, states: running}, {type: dependency, job_id: up, args: {x: z}}]'
  const made = await world(conditions, [SLOW])
  await made.ask('up', { x: 'a' })
  const id = await made.ask('down', { x: 'a', y: '' })
  assert.deepEqual(made.engine.reason(id)?.index, 1)
  await made.pass(2 * MINUTE)
  assert.deepEqual(made.engine.reason(id)?.index, 1)
  const log = (await made.store.read.log(id)).map(({ fact }) => ('message' in fact ? fact.message : ''))
  const met = 'met: up(x=a) is running: r1'
  assert.deepEqual(log.slice(1), ['waiting', met, 'waiting until: dependency up(x=z) is success'])
})

test('WAIT7: after a restart all conditions are looked at from the first', async () => {
  const conditions = '[{type: dependency, job_id: up, states: running}, {type: dependency, job_id: up, args: {x: z}}]'
  const down = job('down', `params: [x, y]\ncondition: ${conditions}\nprogram: {type: no-op}`)
  const made = await world(conditions, [SLOW])
  await made.ask('up', { x: 'a' })
  const id = await made.ask('down', { x: 'a', y: '' })
  await made.pass(2 * MINUTE)
  made.kill()
  await made.start([down, SLOW])
  assert.deepEqual(made.engine.reason(id)?.index, 0)
})

test('WAIT8: max_running counts the runs of the job and args that it names', async () => {
  const made = await world('{type: max_running, count: "{{ y }}", job_id: up, args: {x: "{{ x }}"}}', [SLOW])
  await made.ask('up', { x: 'a' }, { count: 2 })
  const other = await made.ask('down', { x: 'b', y: '1' })
  const third = await made.ask('down', { x: 'a', y: '3' })
  const second = await made.ask('down', { x: 'a', y: '2' })
  assert.deepEqual([await made.state(other), await made.state(third)], ['success', 'success'])
  assert.equal(await made.state(second), 'waiting')
  await made.pass(MINUTE)
  assert.equal(await made.state(second), 'success')
})

test('WAIT9: a run with a double is skipped, and the double goes on; of several at once one runs', async () => {
  const made = new EngineWorld()
  const text = 'params: [x]\ncondition: {type: skip_duplicate}\nprogram: {type: no-op, duration: 60}'
  await made.start([job('once', text)])
  const first = await made.ask('once', { x: 'a' }, { count: 5 })
  const states = (await made.runs('once')).map(({ state }) => state)
  assert.deepEqual(states, ['running', 'skipped', 'skipped', 'skipped', 'skipped'])
  const other = await made.ask('once', { x: 'b' })
  const again = await made.ask('once', { x: 'a' })
  assert.deepEqual([await made.state(other), await made.state(again)], ['running', 'skipped'])
  const skipped = await made.store.read.run(again)
  assert.ok(skipped?.state === 'skipped')
  assert.equal(skipped.message, `transitioning to skipped because ${first} running`)
})

test('WAIT10: a condition that is off is not there', async () => {
  const made = await world('{type: const, value: false, enabled: "{{ y }}"}')
  assert.equal(await made.state(await made.ask('down', { x: 'a', y: 'False' })), 'success')
  assert.equal(await made.state(await made.ask('down', { x: 'a', y: 'no' })), 'waiting')
})

test('WAIT11: a run that a user starts waits for nothing, and counts for the others', async () => {
  const made = new EngineWorld()
  await made.start([job('one', 'condition: {type: max_running}\nprogram: {type: no-op, duration: 60}')])
  await made.ask('one', {}, { count: 3 })
  assert.ok((await made.answer(made.engine.operate('r3', { type: 'start' }))).ok)
  const states = async (): Promise<readonly string[]> => (await made.runs('one')).map(({ state }) => state)
  assert.deepEqual(await states(), ['running', 'waiting', 'running'])
  await made.pass(MINUTE + 1_000)
  assert.deepEqual(await states(), ['success', 'running', 'success'])
})

test('WAIT12: of 10,000 that wait for a limit of three no more start, in the order of their times, and a change asks few', async () => {
  let asked = 0
  const counted = registry.conditions.map((kind) => ({
    ...kind,
    revive: (bound: Parameters<typeof kind.revive>[0]) => {
      const condition = kind.revive(bound)
      return {
        ...condition,
        evaluate: (facts: Parameters<typeof condition.evaluate>[0]) => {
          asked++
          return condition.evaluate(facts)
        },
      }
    },
  }))
  const made = new EngineWorld()
  const text = 'condition: {type: max_running, count: 3}\nprogram: {type: no-op, duration: 10}'
  await made.start([job('three', text)], { conditions: counted })
  await made.ask('three', {}, { count: 10_000 })
  await made.pass(1_000)
  const running: number[] = []
  for (let round = 0; round < 20; round++) {
    const load = made.engine.load()
    assert.deepEqual([load.starting + load.running, load.waiting], [3, 9_997 - 3 * round])
    for (const { id, state } of await made.runs('three')) if (state === 'running') running.push(runNumber(id))
    asked = 0
    await made.pass(10_000)
    assert.ok(asked <= 3 * 4, `${asked} conditions were asked`)
  }
  assert.deepEqual(
    running,
    Array.from({ length: 60 }, (_, n) => n + 1),
  )
  assert.equal(made.engine.reason('r9000')?.because, '3 of at most 3 runs of three() running')
})

test('WAIT13: 10,000 that wait for one run are all started by its end, and cost it nothing before', async (t) => {
  const made = await world('{type: dependency, job_id: up, args: {x: one}}', [SLOW])
  const asked = made.engine.schedule({ jobId: 'down', args: { x: '', y: '' }, time: null, stop: null, count: 10_000 })
  assert.ok((await made.answer(asked)).ok)
  await made.pass(1_000)
  const began = performance.now()
  const up = await made.ask('up', { x: 'one' })
  t.diagnostic(`from its request to running: ${Math.round(performance.now() - began)} ms`)
  assert.equal(made.engine.reason('r9000')?.because, `up(x=one) is not success: ${up} is running`)
  const before = performance.now()
  await made.pass(MINUTE)
  t.diagnostic(`10,000 decided, started and ended after it: ${Math.round(performance.now() - before)} ms`)
  assert.equal(made.engine.load().waiting, 0)
  assert.ok((await made.runs('down')).every(({ state }) => state === 'success'))
})

test('WAIT14: a run that a schedule withdraws is one that no dependency can hope for', async () => {
  const made = new EngineWorld()
  const up = job('up', 'schedule: {type: daily, tz: UTC, daytime: "00:45:00"}\nprogram: {type: no-op}')
  const down = job('down', 'condition: {type: dependency, job_id: up, exist: true}\nprogram: {type: no-op}')
  await made.start([up, down])
  const id = await made.ask('down')
  assert.equal(await made.state(id), 'waiting')
  await made.answer(made.engine.applyJobs([job('up', 'program: {type: no-op}'), down]))
  await made.pass(1_000)
  assert.equal(await made.state(id), 'error')
})

test('WAIT15: a limit and a double before another condition are looked at again as the run starts', async () => {
  const made = new EngineWorld()
  const text = (first: string): string =>
    `condition: [${first}, {type: dependency, job_id: up}]\nprogram: {type: no-op, duration: 60}`
  const double = '{type: skip_duplicate, check_states: [starting, running]}'
  const jobs = [
    job('limited', text('{type: max_running}')),
    job('once', text(double)),
    job('first', text('{type: skip_duplicate}')),
  ]
  await made.start([job('up', 'program: {type: no-op}'), ...jobs])
  for (const { id } of jobs) await made.ask(id, {}, { count: 3 })
  const up = await made.ask('up')
  const states = async (jobId: string): Promise<string> => (await made.runs(jobId)).map(({ state }) => state).join(' ')
  assert.equal(await states('limited'), 'running waiting waiting')
  assert.equal(await states('once'), 'running skipped skipped')
  assert.equal(await states('first'), 'running skipped skipped')
  assert.equal(made.engine.reason('r3')?.because, '1 of at most 1 runs of limited() running')
  // What it depends on is not looked at again.
  assert.ok((await made.answer(made.engine.operate(up, { type: 'mark', state: 'failure' }))).ok)
  for (const expected of ['success running waiting', 'success success running', 'success success success']) {
    await made.pass(MINUTE + 1_000)
    assert.equal(await states('limited'), expected)
  }
})

test('WAIT16: a run that waited says what it found, after a restart too; one that never waited says nothing', async () => {
  const conditions = '[{type: max_running, job_id: up, args: {x: a}}, {type: dependency, job_id: up, args: {x: z}}]'
  const down = job('down', `params: [x, y]\ncondition: ${conditions}\nprogram: {type: no-op}`)
  const made = await world(conditions, [SLOW])
  const log = async (id: `r${number}`): Promise<readonly string[]> =>
    (await made.store.read.log(id)).flatMap(({ fact }) => ('message' in fact ? [fact.message] : [])).slice(1)
  await made.ask('up', { x: 'a' })
  const id = await made.ask('down', { x: 'q', y: '' })
  made.kill()
  await made.start([down, SLOW])
  await made.pass(MINUTE + 1_000)
  const first = ['waiting', 'waiting until: fewer than 1 runs of up(x=a) running']
  const free = 'met: 0 of at most 1 runs of up(x=a) running'
  const second = [...first, free, 'waiting until: dependency up(x=z) is success']
  assert.deepEqual(await log(id), second)
  const up = await made.ask('up', { x: 'z' })
  await made.pass(MINUTE + 1_000)
  assert.deepEqual((await log(id)).slice(0, 6), [...second, `met: up(x=z) is success: ${up}`, 'starting'])
  const at = await log(await made.ask('down', { x: 'r', y: '' }))
  assert.deepEqual(at, ['waiting', 'starting', 'running', 'success'])
})

test('WAIT16: what was said is not said again when the server starts again, unless the run goes back and waits for it', async () => {
  const limited = '{type: max_running, job_id: up, args: {x: b}}'
  const on = (x: string): string => `{type: dependency, job_id: up, args: {x: ${x}}}`
  const conditions = `[${on('a')}, ${limited}, ${on('z')}]`
  const down = job('down', `params: [x, y]\ncondition: ${conditions}\nprogram: {type: no-op}`)
  const made = await world(conditions, [SLOW])
  const up = await made.ask('up', { x: 'a' })
  await made.pass(MINUTE + 1_000)
  const id = await made.ask('down', { x: 'q', y: '' })
  const log = async (): Promise<readonly string[]> =>
    (await made.store.read.log(id)).map(({ fact }) => ('message' in fact ? fact.message : fact.type)).slice(1)
  const again = async (): Promise<void> => {
    made.kill()
    await made.start([down, SLOW])
    await made.pass(1_000)
  }
  const first = ['waiting', `met: up(x=a) is success: ${up}`, 'waiting until: dependency up(x=z) is success']
  for (const _ of [1, 2, 3]) {
    assert.deepEqual(await log(), first)
    await again()
  }
  // What it found holds no longer: after a restart it waits for that.
  assert.ok((await made.answer(made.engine.operate(up, { type: 'mark', state: 'failure' }))).ok)
  await again()
  const back = [...first, 'waiting until: dependency up(x=a) is success']
  assert.deepEqual(await log(), back)
  assert.ok((await made.answer(made.engine.operate(up, { type: 'mark', state: 'success' }))).ok)
  await made.pass(1_000)
  const forth = [...back, ...first.slice(1)]
  assert.deepEqual(await log(), forth)
  await again()
  assert.deepEqual(await log(), forth)
  const last = await made.ask('up', { x: 'z' })
  await made.pass(MINUTE + 1_000)
  const end = (await log()).filter((one) => one !== 'meta').slice(0, forth.length + 2)
  assert.deepEqual(end, [...forth, `met: up(x=z) is success: ${last}`, 'starting'])
})
