import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { readKept } from '../edges/host/kept.ts'
import { temporaryFolder } from '../fixture/agent.ts'
import { readPart, readShort, stretches, stretchLength } from './output-parts.ts'

const DIGITS = '0123456789'
const FILE = { segment: 1, name: '0.1' }

test('the parts of an output that is pushed: what was not kept is counted, and its zeros are not sent', async (context) => {
  const path = join(await temporaryFolder(context), 'out')
  await writeFile(path, '012\x00\x00\x00\x00789')
  const both = { limit: 6, keep: 'both' } as const
  const part = async (start: number, most: number, ended: boolean, length: number | null) => {
    const {
      start: at,
      dropped,
      data,
      more,
    } = await readPart(path, { file: FILE, start, most, keep: both, ended, length })
    return [at, dropped, Buffer.from(data).toString(), more]
  }
  assert.deepEqual(await part(0, 100, false, null), [0, 0, '012', false])
  assert.deepEqual(await part(3, 100, false, null), [3, 0, '', false])
  assert.deepEqual(await part(0, 100, true, 10), [0, 0, '012', true])
  assert.deepEqual(await part(0, 2, true, 10), [0, 0, '01', true])
  assert.deepEqual(await part(3, 2, true, 10), [7, 4, '78', true])
  assert.deepEqual(await part(5, 100, true, null), [7, 2, '789', false])
  assert.deepEqual(await part(9, 100, true, 10), [9, 0, '9', false])
  await writeFile(path, '012345')
  const start = { limit: 6, keep: 'start' } as const
  const last = await readPart(path, { file: FILE, start: 6, most: 100, keep: start, ended: true, length: 50 })
  assert.deepEqual([last.start, last.dropped, last.data.length, last.more], [50, 44, 0, false])
})

test('a short output of a proc that has ended is read at once, and no other', async (context) => {
  const path = join(await temporaryFolder(context), 'out')
  await writeFile(path, DIGITS)
  const most = 256 * 1024
  const push = { file: FILE, start: 0, most, keep: { limit: null, keep: 'start' }, ended: true, length: 10 } as const
  const text = (given: Partial<Parameters<typeof readShort>[1]>, at = path): string | null => {
    const part = readShort(at, { ...push, ...given })
    return part === null ? null : `${part.start}:${Buffer.from(part.data).toString()}:${part.more}`
  }
  assert.equal(text({}), `0:${DIGITS}:false`)
  assert.equal(text({ start: 8 }), '8:89:false')
  assert.equal(text({ length: 4 }), `0:${DIGITS}:false`, 'what outlives the proc wrote more')
  assert.equal(text({ start: 10 }), '10::false')
  assert.equal(text({}, `${path}-none`), '0::false')
  assert.equal(text({ ended: false }), null)
  assert.equal(text({ length: null }), null)
  assert.equal(text({ length: 1e6 }), null)
  assert.equal(text({ most: 5 }), null)
  assert.equal(text({ keep: { limit: 6, keep: 'both' } }), null)
  assert.equal(text({ file: { ...FILE, path } }), null, "the user's, which may be a fifo")
  await writeFile(path, 'x'.repeat(10_000))
  assert.match(text({ length: 4 }) ?? '', /:true$/)
})

test('a range of an output has a mark in the place of what was not kept', () => {
  const shown = (start: number, stop: number): string =>
    stretches({ start: 3, stop: 7 }, start, stop)
      .map((one) => (one instanceof Uint8Array ? Buffer.from(one).toString() : DIGITS.slice(one.start, one.stop)))
      .join('')
  assert.equal(shown(0, 10), '012\n... 4 bytes dropped ...\n789')
  assert.equal(shown(0, 3), '012')
  assert.equal(shown(4, 6), '\n... 2 bytes dropped ...\n')
  assert.equal(shown(5, 9), '\n... 2 bytes dropped ...\n78')
  assert.equal(shown(8, 10), '89')
  assert.equal(stretchLength(stretches({ start: 3, stop: 7 }, 0, 10)), shown(0, 10).length)
  assert.equal(stretchLength(stretches(null, 2, 9)), 7)
})

test('what was kept of an output is read without its holes, and only when it is not too long', async (context) => {
  const path = join(await temporaryFolder(context), 'out')
  await writeFile(path, DIGITS)
  const cut = await readKept(path, { limit: 4, keep: 'end' }, 10, 100)
  assert.ok(cut !== null && typeof cut === 'object' && 'tail' in cut)
  assert.deepEqual([cut.length, cut.dropped, cut.head.length], [10, { start: 0, stop: 6 }, 0])
  assert.equal(Buffer.from(cut.tail).toString(), '6789')
  assert.equal(await readKept(path, { limit: 4, keep: 'end' }, 10, 3), null)
  assert.equal(await readKept(path, { limit: null, keep: 'start' }, null, 9), null)
  assert.ok((await readKept(path, { limit: 10, keep: 'start' }, 10, 100)) instanceof Uint8Array)
})
