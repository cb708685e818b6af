import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Factory, newStore, refusal } from './place.ts'

const MIB = 1024 * 1024

/** Rules of outputs. */
export function testOutputs(factory: Factory): void {
  test('STORE50: output is appended at its offset', async (t) => {
    const store = await newStore(t, factory)
    const lengths = await store.appendOutput([
      chunk('output', 0, 'abc'),
      chunk('stderr', 0, 'x'),
      chunk('output', 3, 'defg'),
    ])
    assert.deepEqual(lengths, [3, 1, 7])
    assert.deepEqual(await store.appendOutput([chunk('output', 7, 'h')]), [8])
    assert.deepEqual(await store.appendOutput([]), [])
    assert.equal(await text(store.read.output('r1', 'output', 0, 100)), 'abcdefgh')
    assert.equal(await text(store.read.output('r1', 'stderr', 0, 100)), 'x')
  })

  test('STORE51: bytes below the stored length are ignored', async (t) => {
    const store = await newStore(t, factory)
    await store.appendOutput([chunk('output', 0, 'abcdef')])
    const again = [
      chunk('output', 0, 'XYZ'),
      chunk('output', 0, 'abcdef'),
      chunk('output', 4, 'XYghi'),
      chunk('output', 1, ''),
    ]
    assert.deepEqual(await store.appendOutput(again), [6, 6, 9, 9])
    assert.equal(await text(store.read.output('r1', 'output', 0, 100)), 'abcdefghi')
  })

  test('STORE52: a gap is refused with all of its call', async (t) => {
    const store = await newStore(t, factory)
    await store.appendOutput([chunk('output', 0, 'abc')])
    const wrong = store.appendOutput([chunk('other', 0, 'x'), chunk('output', 3, 'd'), chunk('output', 5, 'e')])
    const right = store.appendOutput([chunk('output', 3, 'D')])
    await assert.rejects(wrong, refusal('STORE_OUTPUT_GAP'))
    assert.deepEqual(await right, [4])
    assert.equal(await text(store.read.output('r1', 'output', 0, 100)), 'abcD')
    assert.equal(await store.read.output('r1', 'other', 0, 100), null)
  })

  test('STORE53: any range of an output of pieces of any size is read back', async (t) => {
    const store = await newStore(t, factory)
    const whole = Uint8Array.from({ length: 1_500_000 }, (_, index) => (index * 31 + (index >> 8)) & 255)
    const sizes = [1, 7, 4_000, 100, 300_000, 4_096, 1, 5, 262_144, 262_140, 10, 600_000, 3, 3]
    let length = 0
    for (const [index, size] of sizes.entries()) {
      const from = Math.max(0, length - (index % 3))
      const end = Math.min(whole.length, length + size)
      assert.deepEqual(await store.appendOutput([{ ...chunk('output', from, ''), data: whole.subarray(from, end) }]), [
        end,
      ])
      length = end
    }
    const edges = [0, 1, 4_095, 4_108, 262_144, 304_108, 308_204, 570_354, 832_494, length - 1, length, length + 5]
    for (const start of edges) {
      for (const end of edges) {
        const found = await store.read.output('r1', 'output', start, end)
        assert.ok(
          found !== null && Buffer.compare(found, whole.slice(start, Math.max(start, Math.min(end, length)))) === 0,
        )
      }
    }
  })

  test('STORE54: an output that does not exist is null, one without bytes is empty', async (t) => {
    const store = await newStore(t, factory)
    assert.equal(await store.read.output('r1', 'output', 0, 9), null)
    assert.deepEqual(await store.read.outputs('r1'), [])
    assert.deepEqual(await store.appendOutput([chunk('output', 0, '')]), [0])
    assert.equal(await text(store.read.output('r1', 'output', 0, 9)), '')
    assert.deepEqual(await store.read.outputs('r1'), [{ outputId: 'output', length: 0 }])
  })

  test('STORE55: one read gives at most 4 MiB, and no offset is refused', async (t) => {
    const store = await newStore(t, factory)
    const data = new Uint8Array(5 * MIB).fill(97)
    await store.appendOutput([{ runId: 'r1', outputId: 'output', offset: 0, data }])
    assert.equal((await store.read.output('r1', 'output', MIB / 2, 5 * MIB))?.length, 4 * MIB)
    for (const [start, end] of [
      [-1, 4],
      [0, 0.5],
      [0, Number.NaN],
    ] as const) {
      await assert.rejects(store.read.output('r1', 'output', start, end), refusal('STORE_REQUEST'))
    }
    await assert.rejects(store.appendOutput([chunk('output', -1, 'x')]), refusal('STORE_REQUEST'))
  })

  test('STORE56: the outputs of a run are listed by id', async (t) => {
    const store = await newStore(t, factory)
    await store.appendOutput([chunk('b', 0, 'bb'), chunk('a', 0, 'a'), { ...chunk('c', 0, 'c'), runId: 'r2' }])
    assert.deepEqual(await store.read.outputs('r1'), [
      { outputId: 'a', length: 1 },
      { outputId: 'b', length: 2 },
    ])
  })
}

function chunk(
  outputId: string,
  offset: number,
  bytes: string,
): { runId: 'r1'; outputId: string; offset: number; data: Uint8Array } {
  return { runId: 'r1', outputId, offset, data: new TextEncoder().encode(bytes) }
}

async function text(bytes: Promise<Uint8Array | null>): Promise<string | null> {
  const found = await bytes
  return found === null ? null : new TextDecoder().decode(found)
}
