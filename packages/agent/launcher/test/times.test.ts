import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { BUILDS, Fixture } from './fixture.ts'
import { untilText } from './until.ts'

interface Time {
  readonly capture: number
  readonly offset: bigint
  readonly wall: bigint
}

function times(path: string): Time[] {
  const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0)
  return Array.from({ length: Math.floor(bytes.length / 17) }, (_, i) => ({
    capture: bytes.readUInt8(i * 17),
    offset: bytes.readBigUInt64LE(i * 17 + 1),
    wall: bytes.readBigUInt64LE(i * 17 + 9),
  }))
}

for (const build of BUILDS)
  describe(build.name, () => {
    test('LCH74: each piece has a record: capture, offset, time, in the order they came', async (t) => {
      const f = new Fixture(t, build)
      const [g1, g2, g3] = [f.gate('g1'), f.gate('g2'), f.gate('g3')]
      const script = `echo one; ${g1.wait}; echo two >&2; ${g2.wait}; echo three; ${g3.wait}; echo four >&2; echo five >&5`
      const fds = [f.capture(1, 'out'), f.capture(2, 'err'), f.capture(5, 'untimed')]
      const options = [
        { fd: 1, times: true },
        { fd: 2, times: true },
      ]
      const spawner = await f.spawner()
      await spawner.start(f.shell('a', script, { fds, options, times: f.path('times') }))
      await untilText(f.path('out'), /one\n/)
      await g1.opened()
      await untilText(f.path('err'), /two\n/)
      await g2.opened()
      await untilText(f.path('out'), /three\n/)
      await g3.opened()
      const end = await f.journal.end('a')
      const records = times(f.path('times'))
      assert.deepEqual(
        records.map(({ capture, offset }) => [capture, Number(offset)]),
        [
          [0, 0],
          [1, 0],
          [0, 4],
          [1, 4],
        ],
      )
      const walls = [BigInt(end.start), ...records.map(({ wall }) => wall)]
      assert.deepEqual(
        walls,
        walls.toSorted((a, b) => (a < b ? -1 : 1)),
      )
      assert.deepEqual(end.errors, [])
    })

    test('LCH75: offsets are those of the masked output, also beyond what is kept', async (t) => {
      const f = new Fixture(t, build)
      const [g1, g2] = [f.gate('g1'), f.gate('g2')]
      const script = `printf 'a secret b sec'; ${g1.wait}; printf 'ret c'; ${g2.wait}; printf 'd'`
      const options = [{ fd: 1, times: true, limit: 8, keep: 'start' }] as const
      const spawner = await f.spawner()
      await spawner.start(f.shell('a', script, { options, masks: ['secret'], times: f.path('times') }))
      await untilText(f.path('a.out'), /^a \*\*\* b $/)
      await g1.opened()
      await g2.opened()
      const end = await f.journal.end('a')
      assert.equal(f.read('a.out'), 'a *** b ')
      assert.deepEqual(end.out, [{ fd: 1, len: 14, masked: 2 }])
      assert.deepEqual(
        times(f.path('times')).map(({ offset }) => Number(offset)),
        [0],
      )
    })

    test('LCH76: times that cannot be written are an error without a descriptor, and the output is whole', async (t) => {
      const f = new Fixture(t, build)
      const options = [{ fd: 1, times: true }]
      const end = await f.run(await f.spawner(), f.shell('a', 'echo out', { options, times: '/no/such/times' }))
      assert.deepEqual(
        end.errors.map(({ stage, fd, errno }) => [stage, fd, errno]),
        [['output', null, 2]],
      )
      assert.equal(f.read('a.out'), 'out\n')
      assert.equal(end.status, 0)
    })

    test('LCH78: many records', async (t) => {
      const f = new Fixture(t, build)
      const options = [{ fd: 1, times: true, limit: 1, keep: 'end' }] as const
      const script = 'dd if=/dev/zero bs=1 count=300000 2>/dev/null'
      const end = await f.run(await f.spawner(), f.shell('a', script, { options, times: f.path('times') }))
      assert.equal(end.out[0]?.len, 300_000)
      const records = times(f.path('times'))
      const half = Math.floor(Math.floor(4_194_304 / 17) / 2)
      t.diagnostic(`${records.length} records of which ${half} may come at once`)
      assert.ok(records.length <= 2 * half)
      const offsets = records.map(({ offset }) => offset)
      assert.deepEqual(
        offsets,
        [...new Set(offsets)].toSorted((a, b) => (a < b ? -1 : 1)),
      )
      for (let i = half + 1; i < records.length; i++)
        assert.ok((records[i]?.wall ?? 0n) - (records[i - 1]?.wall ?? 0n) >= 10_000_000n)
    })

    test('LCH77: nothing is recorded of captures that did not ask', async (t) => {
      const f = new Fixture(t, build)
      await f.run(await f.spawner(), f.shell('a', 'echo out', { times: f.path('times') }))
      assert.equal(existsSync(f.path('times')), false)
    })
  })
