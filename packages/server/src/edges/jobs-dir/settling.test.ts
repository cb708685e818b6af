import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LONGEST, Settling } from './settling.ts'

test('the first look is told once it was the same twice', () => {
  const settling = new Settling()
  assert.equal(settling.look({ stamp: 'a', lock: null }, 0, false), 'wait')
  assert.equal(settling.look({ stamp: 'a', lock: null }, 1, false), 'tell')
  assert.equal(settling.look({ stamp: 'a', lock: null }, 2, false), 'idle')
})

test('what goes on changing is put off, but not for ever', () => {
  const settling = new Settling()
  settling.look({ stamp: 'a', lock: null }, 0, true)
  for (let at = 1; at < LONGEST; at += 1_000) {
    assert.equal(settling.look({ stamp: String(at), lock: null }, at, false), 'wait')
  }
  assert.equal(settling.look({ stamp: 'last', lock: null }, 1 + LONGEST, false), 'tell')
})

test('a lock puts off whatever there is; what is undone meanwhile is not told', () => {
  const settling = new Settling()
  assert.equal(settling.look({ stamp: 'a', lock: null }, 0, true), 'tell')
  for (const at of [1, LONGEST * 2]) assert.equal(settling.look({ stamp: 'b', lock: 'x.lock' }, at, true), 'wait')
  assert.equal(settling.look({ stamp: 'a', lock: null }, LONGEST * 3, false), 'idle')
  assert.equal(settling.look({ stamp: 'b', lock: null }, LONGEST * 3 + 1, false), 'wait')
  assert.equal(settling.look({ stamp: 'b', lock: null }, LONGEST * 3 + 2, false), 'tell')
})
