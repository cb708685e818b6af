import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { describe, test } from 'node:test'
import { BUILDS, Fixture } from './fixture.ts'
import { type FdAction, field, i32, OP, type Start, startFields, u32 } from './frames.ts'
import type { Spawner } from './spawner.ts'

const [ENOENT, EMFILE, EBUSY, EBADMSG] = [2, 24, 16, 74]
const STAGE_PIPE = 3

function reads(fd: number, pipe: number): FdAction {
  return { fd, kind: 'pipe', pipe, side: 'read' }
}

function writes(fd: number, pipe: number): FdAction {
  return { fd, kind: 'pipe', pipe, side: 'write' }
}

async function unpipe(spawner: Spawner, pipe: number): Promise<number> {
  const reply = await spawner.ask(OP.unpipe, u32(pipe))
  assert.equal(reply.op, 'done')
  return reply.op === 'done' ? reply.errno : -1
}

async function refusal(spawner: Spawner, start: Start): Promise<readonly number[]> {
  const reply = await spawner.ask(OP.start, Buffer.concat(startFields(start)))
  return reply.op === 'failed' ? [reply.stage, reply.errno] : []
}

/** How many descriptors the process has. */
function descriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

for (const build of BUILDS)
  describe(build.name, () => {
    test('LCH54: data', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const data = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => i * 7 + (i >> 8)))
      const end = await f.run(
        spawner,
        f.shell(
          'a',
          'cat; head -c 5 <&9 >&2; cat <&8 >&2; cat <&8 >&2; (echo x >&9) 2> /dev/null && echo written >&2',
          {
            fds: [
              { fd: 0, kind: 'data', data },
              f.capture(1, 'a.out'),
              f.capture(2, 'b.out'),
              { fd: 9, kind: 'data', data: 'nine\0\n' },
              { fd: 8, kind: 'dup', from: 9 },
            ],
          },
        ),
      )
      assert.deepEqual(end.errors, [])
      assert.deepEqual(end.out, [
        { fd: 1, len: data.length },
        { fd: 2, len: 6 },
      ])
      assert.equal(Buffer.from(f.read('b.out')).toString('latin1'), 'nine\0\n')
      const same = await f.run(
        spawner,
        f.shell('b', `cmp - ${f.path('a.out')}`, { fds: [{ fd: 0, kind: 'data', data }] }),
      )
      assert.equal(same.status, 0)
    })

    test('LCH55: a pipeline', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      // The last first: no order is asked for.
      const last = f.run(spawner, f.shell('last', 'wc -c; echo done', { fds: [reads(0, 8), f.capture(1, 'last.out')] }))
      const first = f.run(spawner, f.shell('first', 'head -c 10000000 /dev/zero', { fds: [writes(1, 0xffffffff)] }))
      const middle = f.run(spawner, f.shell('middle', 'cat', { fds: [reads(0, 0xffffffff), writes(1, 8)] }))
      for (const end of await Promise.all([first, middle, last])) assert.deepEqual([end.status, end.errors], [0, []])
      assert.equal(f.read('last.out').trim(), '10000000\ndone')
      // Both ids are free again.
      assert.equal(await unpipe(spawner, 8), ENOENT)
      assert.equal(await unpipe(spawner, 0xffffffff), ENOENT)
    })

    test('LCH55: ends come in the order of the actions, on any number', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const numbers = [3, 4, 5, 66, 68, 69, 70, 71, 99, 100]
      const script = [...numbers.map((fd) => `echo ${fd} > /proc/self/fd/${fd}`), 'exec ls -l /proc/self/fd'].join(';')
      const writer = f.run(
        spawner,
        f.shell('w', script, { fds: [f.capture(1, 'w.out'), ...numbers.map((fd, i) => writes(fd, i))] }),
      )
      const swapped = numbers.map((fd, i) => reads(fd, numbers.length - 1 - i))
      const read = numbers.map((fd) => `cat /proc/self/fd/${fd}`).join(';')
      const end = await f.run(spawner, f.shell('r', read, { fds: [f.capture(1, 'r.out'), ...swapped] }))
      assert.deepEqual([(await writer).errors, end.errors], [[], []])
      assert.equal(f.read('r.out'), `${numbers.toReversed().join('\n')}\n`)
      const own = [...f.read('w.out').matchAll(/ (\d+) -> (?!\/proc)/g)].map((line) => Number(line[1]))
      assert.deepEqual(
        own.sort((a, b) => a - b),
        [0, 1, 2, ...numbers],
      )
    })

    test('LCH55: both ends in one proc, one end on two numbers', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const fds = [f.capture(1, 'a.out'), writes(3, 1), writes(4, 1), reads(5, 1)]
      const end = await f.run(spawner, f.shell('a', 'echo one >&3; echo two >&4; exec 3>&- 4>&-; cat <&5', { fds }))
      assert.deepEqual(end.errors, [])
      assert.equal(f.read('a.out'), 'one\ntwo\n')
      assert.equal(await unpipe(spawner, 1), ENOENT)
    })

    test('LCH56: a pipe that is given up, and a spawner that ends', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const reader = f.run(spawner, f.shell('r', 'cat; echo end', { fds: [reads(0, 1), f.capture(1, 'r.out')] }))
      const writer = f.run(
        spawner,
        f.shell('w', 'exec 2> /dev/null; while echo x; do :; done', { fds: [writes(1, 2)] }),
      )
      await Promise.all([f.journal.start('r'), f.journal.start('w')])
      assert.equal(await unpipe(spawner, 1), 0)
      assert.equal(await unpipe(spawner, 2), 0)
      assert.equal(await unpipe(spawner, 2), ENOENT)
      assert.equal((await reader).status, 0)
      assert.equal((await writer).status, 13)
      assert.equal(f.read('r.out'), 'end\n')

      const left = f.run(spawner, f.shell('l', 'cat; echo end', { fds: [reads(0, 1), f.capture(1, 'l.out')] }))
      await f.journal.start('l')
      await spawner.close()
      assert.equal((await left).status, 0)
    })

    test('LCH56: monitors and procs hold no end but their own', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const reader = f.run(spawner, f.shell('r', 'cat', { fds: [reads(0, 1), f.capture(1, 'r.out')] }))
      const held = f.fifo('held')
      // This one is forked while the spawner has the writing end.
      const other = await spawner.start(f.shell('o', `exec sleep 1000 > ${held.path}`))
      const writer = await f.run(
        spawner,
        f.shell('w', 'echo through; sleep 1000 > /dev/null &', { fds: [writes(1, 1)] }),
      )
      assert.deepEqual(writer.errors, [])
      assert.equal((await reader).status, 0)
      assert.equal(f.read('r.out'), 'through\n')
      await held.held
      await spawner.stop(other, 9, 0)
      await held.released
      await spawner.stop(writer.monitor, 9, 0)
    })

    test('LCH57: pipes that cannot be had', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const none = descriptors(spawner.pid)
      await f.run(spawner, f.shell('a', '', { fds: [writes(1, 1)] }))
      // Its own new pipes are taken back with it.
      assert.deepEqual(await refusal(spawner, f.shell('b', '', { fds: [reads(5, 9), writes(1, 1)] })), [
        STAGE_PIPE,
        EBUSY,
      ])
      assert.equal(await unpipe(spawner, 9), ENOENT)
      assert.equal(await unpipe(spawner, 1), 0)
      assert.equal(descriptors(spawner.pid), none + 1) // and the journal

      const many = (first: number, count: number) => Array.from({ length: count }, (_, i) => writes(3 + i, first + i))
      for (let i = 0; i < 8; i++) await f.run(spawner, f.shell(`m${i}`, '', { fds: many(i * 32, 32) }))
      assert.deepEqual(await refusal(spawner, f.shell('c', '', { fds: [reads(4, 0), reads(3, 256)] })), [
        STAGE_PIPE,
        EMFILE,
      ])
      await f.run(spawner, f.shell('d', '', { fds: [reads(4, 0)] }))
      const end = await f.run(spawner, f.shell('e', '', { fds: [reads(3, 256)] }))
      assert.deepEqual([end.status, end.errors], [0, []])
      for (let pipe = 1; pipe <= 256; pipe++) assert.equal(await unpipe(spawner, pipe), 0)
      assert.equal(descriptors(spawner.pid), none + 1)
    })

    test('LCH57: a start whose journal cannot be opened makes no pipe', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const start = f.shell('a', '', { fds: [writes(1, 1)], journal: f.folder })
      assert.equal((await refusal(spawner, start))[0], 1)
      assert.equal(await unpipe(spawner, 1), ENOENT)
    })

    test('LCH58: a malformed pipe or unpipe is refused', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const action = (...rest: Buffer[]) => field(7, Buffer.concat([i32(3), Buffer.from([6]), ...rest]))
      const fields = Buffer.concat(startFields(f.shell('a', '')))
      const wrong = [
        action(),
        action(u32(1)),
        action(u32(1), Buffer.from([2])),
        action(u32(1), Buffer.from([1, 0])),
        Buffer.concat(Array.from({ length: 33 }, (_, i) => action(u32(i), Buffer.from([1])))),
      ]
      for (const more of wrong) {
        const reply = await spawner.ask(OP.start, Buffer.concat([fields, more]))
        assert.ok(reply.op === 'failed' && reply.stage === 0 && reply.errno === EBADMSG, JSON.stringify(reply))
      }
      for (const body of [Buffer.alloc(0), Buffer.alloc(3), Buffer.alloc(5)]) {
        const reply = await spawner.ask(OP.unpipe, body)
        assert.ok(reply.op === 'failed' && reply.stage === 0 && reply.errno === EBADMSG, JSON.stringify(reply))
      }
      assert.equal(await unpipe(spawner, 0), ENOENT)
    })
  })
