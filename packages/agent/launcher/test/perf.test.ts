import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { BUILDS, Fixture } from './fixture.ts'

const COUNTERS = /^(task-clock|context-switches|cpu-migrations|(page-faults|cycles|instructions|cache-misses)(:u)?)$/

for (const build of BUILDS)
  describe(build.name, () => {
    test('LCH98: counters of the proc and its descendants, as many as the kernel lets us have', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const spin = 'i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done'
      const one = await f.run(spawner, f.shell('a', spin, { perf: true }))
      const two = await f.run(spawner, f.shell('b', `sh -c '${spin}' & ${spin}; wait`, { perf: true }))
      for (const { perf } of [one, two]) {
        assert.ok(perf !== undefined)
        for (const [name, value] of Object.entries(perf)) {
          assert.match(name, COUNTERS)
          assert.ok(Number.isSafeInteger(value) && value >= 0, `${name} ${value}`)
        }
      }
      if (one.perf?.['task-clock'] === undefined) return t.skip('the kernel lets us count nothing')
      // ns: no more than was used, and that of the child too.
      const used = ({ rusage }: typeof one) => ((rusage['utime'] ?? 0) + (rusage['stime'] ?? 0)) * 1000
      assert.ok(one.perf['task-clock'] > used(one) / 4, JSON.stringify([one.perf, one.rusage]))
      assert.ok((two.perf?.['task-clock'] ?? 0) > one.perf['task-clock'] * 1.3, JSON.stringify([one.perf, two.perf]))
    })

    test('LCH99: not asked for, or nothing executed, there is nothing counted; it is never an error', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      assert.equal((await f.run(spawner, f.shell('a', 'true'))).perf, undefined)
      assert.equal((await f.run(spawner, f.shell('b', 'true', { perf: false }))).perf, undefined)
      const none = await f.run(spawner, { ...f.shell('c', ''), file: '/nowhere', perf: true })
      assert.deepEqual(none.perf, {})
      assert.deepEqual(
        none.errors.map(({ stage }) => stage),
        ['exec'],
      )
    })
  })
