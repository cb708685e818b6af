import assert from 'node:assert/strict'
import { statSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { BUILDS, Fixture } from './fixture.ts'
import { field, OP, startFields } from './frames.ts'
import { untilText } from './until.ts'

/** What masking is to do: at each position the longest secret there. */
function masked(text: string, secrets: readonly string[]): { readonly text: string; readonly count: number } {
  const longestFirst = secrets.toSorted((a, b) => b.length - a.length)
  let result = ''
  let count = 0
  for (let at = 0; at < text.length; ) {
    const secret = longestFirst.find((one) => text.startsWith(one, at))
    result += secret === undefined ? text[at] : '***'
    at += secret?.length ?? 1
    if (secret !== undefined) count++
  }
  return { text: result, count }
}

/** A script that writes each piece by itself. Pieces have no quotes. */
const inPieces = (pieces: readonly string[]) => pieces.map((piece) => `printf %s '${piece}'`).join(';')

for (const build of BUILDS)
  describe(build.name, () => {
    test('LCH60: secrets are replaced across the borders of pieces, and counted', async (t) => {
      const f = new Fixture(t, build)
      const script = `printf 'a hun'; printf 'ter2'; printf ' b hunter2hunter2 hunter'; printf '3\\n'`
      const end = await f.run(await f.spawner(), f.shell('a', script, { masks: ['hunter2'] }))
      assert.equal(f.read('a.out'), 'a *** b ****** hunter3\n')
      assert.deepEqual(end.out, [{ fd: 1, len: 23, masked: 3 }])
    })

    test('LCH61: the longest secret at the first position, as a simple replacement has it', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const letters = (from: string, minLength: number, maxLength: number) =>
        fc.array(fc.constantFrom(...from.split('')), { minLength, maxLength }).map((all) => all.join(''))
      const alphabet = fc.constantFrom('a', 'ab', 'abc')
      const example = alphabet.chain((few) =>
        fc.record({
          secrets: fc.array(letters(few, 4, 9), { minLength: 1, maxLength: 6 }),
          pieces: fc.array(letters(`${few}x`, 1, 12), { minLength: 1, maxLength: 20 }),
        }),
      )
      let run = 0
      await fc.assert(
        fc.asyncProperty(example, async ({ secrets, pieces }) => {
          const id = `p${run++}`
          const end = await f.run(spawner, f.shell(id, inPieces(pieces), { masks: secrets }))
          const want = masked(pieces.join(''), secrets)
          assert.equal(f.read(`${id}.out`), want.text)
          assert.deepEqual(end.out, [{ fd: 1, len: want.text.length, masked: want.count }])
        }),
        { numRuns: 40 },
      )
    })

    test('LCH61: much output, large pieces', async (t) => {
      const f = new Fixture(t, build)
      const secrets = ['correct horse battery staple', 'horse', 'correct horse']
      const words = ['correct ', 'horse ', 'battery ', 'staple', 'x\n', 'correct horse battery staple']
      let seed = 7
      const text = Array.from(
        { length: 200_000 },
        () => words[(seed = (seed * 48271) % 2147483647) % words.length],
      ).join('')
      writeFileSync(f.path('text'), text)
      const end = await f.run(await f.spawner(), f.shell('a', 'cat text', { masks: secrets }))
      const want = masked(text, secrets)
      assert.equal(f.read('a.out'), want.text)
      assert.deepEqual(end.out, [{ fd: 1, len: want.text.length, masked: want.count }])
    })

    test('LCH62: every capture is masked by itself, bytes of any value', async (t) => {
      const f = new Fixture(t, build)
      const fds = [f.capture(1, 'one'), f.capture(2, 'two')]
      // Half of the secret goes to each: it is whole in neither.
      const script = `printf 'sec'; printf 'ret' >&2; printf '\\0\\377\\1\\200'; printf 'secret' >&2`
      const masks = ['secret', Buffer.from([0, 255, 1, 128])]
      const end = await f.run(await f.spawner(), f.shell('a', script, { fds, masks }))
      assert.equal(f.read('one'), 'sec***')
      assert.equal(f.read('two'), 'ret***')
      assert.deepEqual(end.out, [
        { fd: 1, len: 6, masked: 1 },
        { fd: 2, len: 6, masked: 1 },
      ])
    })

    test('LCH63: the start of a secret is held back while more may come, and goes out at the end', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const [more, last] = [f.gate('more'), f.gate('last')]
      const script = `printf 'shown passw'; ${more.wait}; printf 'ord passwo'; ${last.wait}; printf ' passw'`
      await spawner.start(f.shell('a', script, { masks: ['password'] }))
      await untilText(f.path('a.out'), /^shown $/)
      await more.opened()
      await untilText(f.path('a.out'), /^shown \*\*\* $/)
      await last.opened()
      const end = await f.journal.end('a')
      assert.equal(f.read('a.out'), 'shown *** passwo passw')
      assert.deepEqual(end.out, [{ fd: 1, len: 22, masked: 1 }])
    })

    test('LCH63: what an orphan that has the pipe may go on with does not hold up the end line', async (t) => {
      const f = new Fixture(t, build)
      const more = f.gate('more')
      const script = `printf 'x passw'; (${more.wait}; printf 'ord!') &`
      const end = await f.run(await f.spawner(), f.shell('a', script, { masks: ['password'], orphans: 'keep' }))
      assert.deepEqual(end.out, [{ fd: 1, len: 2, masked: 0 }])
      assert.equal(f.read('a.out'), 'x ')
      await more.opened()
      await untilText(f.path('a.out'), /^x \*\*\*!$/)
    })

    test('LCH64: masks that are too short, too many or too long are refused', async (t) => {
      const f = new Fixture(t, build)
      const spawner = await f.spawner()
      const many = Array.from({ length: 256 }, (_, i) => `secret ${i}.`)
      const long = 'abcd'.repeat(16384)
      for (const masks of [['abc'], [''], [...many, 'more'], [long, 'abcd']]) {
        const reply = await spawner.ask(OP.start, Buffer.concat(startFields(f.shell('no', 'true', { masks }))))
        assert.deepEqual([reply.op, reply.op === 'failed' && reply.stage], ['failed', 0])
      }
      await f.run(spawner, f.shell('many', `echo 'secret 255. secret 256.'`, { masks: many }))
      assert.equal(f.read('many.out'), '*** secret 256.\n')
      writeFileSync(f.path('long'), `${long.slice(4)}${long}x${long.slice(1)}x`)
      const end = await f.run(spawner, f.shell('long', 'cat long', { masks: [long] }))
      // Found where it begins first, which is before the second copy.
      assert.deepEqual(masked(`${long.slice(4)}${long}x${long.slice(1)}x`, [long]).text, f.read('long.out'))
      assert.equal(end.out[0]?.masked, 1)
      assert.equal(statSync(f.path('long.out')).size, end.out[0]?.len)
      const twice = await spawner.ask(
        OP.start,
        Buffer.concat([...startFields(f.shell('no', 'true')), field(22, 'times'), field(22, 'times')]),
      )
      assert.equal(twice.op, 'failed')
    })
  })
