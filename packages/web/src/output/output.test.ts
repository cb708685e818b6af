import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { appendText, cutLine, MAX_LINE, NO_LINES } from './text.ts'
import { OutputWindow } from './window.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

function windowOf(...pieces: readonly Uint8Array[]): OutputWindow {
  const window = new OutputWindow(0)
  for (const piece of pieces) window.append(piece, window.end)
  return window
}
const linesOf = (text: string): readonly string[] => appendText(NO_LINES, text, true).lines

test('WOUT1: UTF-8 across pieces', () => {
  const all = bytes('aß→😀\nb')
  for (let cut = 0; cut <= all.length; cut++) {
    assert.deepEqual(windowOf(all.subarray(0, cut), all.subarray(cut)).lines, ['aß→😀', 'b'])
  }
  assert.deepEqual(windowOf(Uint8Array.of(0x61, 0xff, 0x62)).lines, ['a\ufffdb'])
})

test('WOUT2: a window that begins within a character', () => {
  const all = bytes('😀b')
  for (const start of [1, 2, 3]) {
    const window = new OutputWindow(start)
    window.append(all.subarray(start), start)
    assert.deepEqual(window.lines, ['b'])
  }
})

test('WOUT3: escape codes are left out', () => {
  const text = 'a\x1b[1;31mred\x1b[0m \x1b]8;;http://x\x07link\x1b]8;;\x1b\\ \x1b(Bz\x1bM'
  assert.deepEqual(linesOf(text), ['ared link z'])
  for (let cut = 0; cut <= text.length; cut++) {
    assert.deepEqual(
      appendText(appendText(NO_LINES, text.slice(0, cut)), text.slice(cut)).lines,
      ['ared link z'],
      String(cut),
    )
  }
  assert.deepEqual(linesOf('a\x1b[3'), ['a␛[3'])
  assert.deepEqual(appendText(NO_LINES, `\x1b]${'x'.repeat(5000)}`).lines[0]?.slice(0, 3), '␛]x')
})

test('WOUT4: ends of lines', () => {
  assert.deepEqual(linesOf('a\nb\r\nc\n'), ['a', 'b', 'c', ''])
  assert.deepEqual(linesOf('10%\r20%\rdone\n'), ['done', ''])
  const cut = appendText(appendText(NO_LINES, 'a\r'), '\nb')
  assert.deepEqual(cut.lines, ['a', 'b'])
})

test('WOUT5: control characters have pictures', () => {
  assert.deepEqual(linesOf('a\0b\x08\tc\x7f'), ['a␀b␈\tc␡'])
})

test('WOUT6: a window is bounded', () => {
  const window = new OutputWindow(0, 40)
  for (let index = 0; index < 10; index++) window.append(bytes(`line ${index}....\n`), window.end)
  assert.ok(window.end - window.start <= 40)
  assert.equal(window.end, 110)
  assert.deepEqual(
    window.lines,
    ['line 8....', 'line 9....', ''].slice(-Math.ceil((window.end - window.start) / 11) - 1),
  )
  window.append(bytes('x'.repeat(100)), window.end)
  assert.deepEqual([window.end - window.start, window.isFull, window.lines], [40, true, ['x'.repeat(40)]])
})

test('WOUT7: bytes put in front, and in whatever pieces, give the same text', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'ß', '😀', '\n', '\r', '\x1b', '[', '3', 'm', ']', '\x07'),
    maxLength: 40,
  })
  fc.assert(
    fc.property(text, fc.nat(), fc.nat(), (given, one, two) => {
      const all = bytes(given)
      const [a, b] = [one % (all.length + 1), two % (all.length + 1)].sort((x, y) => x - y)
      const window = new OutputWindow(a ?? 0)
      window.append(all.subarray(a, b), a ?? 0)
      window.append(all.subarray(b), b ?? 0)
      window.prepend(all.subarray(0, a), 0)
      assert.deepEqual(window.lines, windowOf(all).lines)
    }),
    // Once failed: a CR, an escape code cut in two, and the LF that belongs to the CR.
    { numRuns: 2_000, examples: [['a\r\x1ba\n', 0, 1_226_450_433]] },
  )
})

test('WOUT8: a long line is cut', () => {
  assert.equal(cutLine('a'.repeat(MAX_LINE)).length, MAX_LINE)
  assert.equal(cutLine('a'.repeat(MAX_LINE + 7)), `${'a'.repeat(MAX_LINE)} … 7 more characters`)
})

test('WOUT9: bytes must join on', () => {
  const window = new OutputWindow(10)
  assert.throws(() => window.append(bytes('a'), 11), RangeError)
  assert.throws(() => window.prepend(bytes('a'), 8), RangeError)
})
