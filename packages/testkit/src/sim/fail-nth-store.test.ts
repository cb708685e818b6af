import assert from 'node:assert/strict'
import test from 'node:test'
import { failNthOfStore, STORE_FAULTS } from './fail-nth-store.ts'

for (const fault of STORE_FAULTS) {
  test(`SIM20: on the real store, each ${fault} fails once`, async (t) => {
    const { count, problems } = await failNthOfStore(fault, 0)
    assert.deepEqual(problems, [], 'undisturbed')
    assert.ok(count > 1, `there was no ${fault} to fail`)
    t.diagnostic(`${count} of them`)
    const each = await Promise.all(Array.from({ length: count }, (_, index) => failNthOfStore(fault, index + 1)))
    each.forEach(({ problems: found }, index) => assert.deepEqual(found, [], `number ${index + 1}`))
  })
}
