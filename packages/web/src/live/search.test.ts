import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goOn, MAX_SHORT, phaseOf, type Search, searched, UNSEARCHED } from './search.ts'

const SHORT = { next: 'more', short: true, reached: 5 }

function after(short: number, from: Search = UNSEARCHED): Search {
  return Array.from({ length: short }).reduce<Search>((search) => searched(search, SHORT), from)
}

test('WEB16: short pages are a search, which stops until it is told to go on', () => {
  assert.equal(phaseOf(searched(UNSEARCHED, { next: 'more', short: false, reached: 9 })), 'more')
  assert.equal(phaseOf(after(1)), 'searching')
  assert.equal(phaseOf(after(MAX_SHORT - 1)), 'searching')
  const stopped = after(MAX_SHORT)
  assert.deepEqual([phaseOf(stopped), stopped.reached], ['stopped', 5])
  assert.equal(phaseOf(goOn(stopped)), 'searching')
  assert.equal(phaseOf(after(MAX_SHORT - 2, goOn(stopped))), 'searching')
  assert.equal(phaseOf(searched(after(3), { next: 'more', short: false, reached: 3 })), 'more')
  assert.equal(phaseOf(searched(after(3), { next: null, short: false, reached: null })), 'end')
})
