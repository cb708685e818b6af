import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { type AgentCandidate, agentChoiceOf, agentChoiceText, chooseAgent } from './agent-choice.ts'
import { after, due, fresh, HANDLE, SCHEDULE, UNASSIGNED } from './fixture.test.ts'

const name = fc
  .string({ minLength: 1, maxLength: 200, unit: 'grapheme' })
  .map((text) => text.replaceAll(/\p{Cc}/gu, '-'))
const some = fc.uniqueArray(fc.record({ agent: name, load: fc.nat(20), chosen: fc.nat(9) }), {
  maxLength: 12,
  selector: ({ agent }) => agent,
})

function sorted(candidates: readonly AgentCandidate[]): readonly AgentCandidate[] {
  return candidates.toSorted((left, right) => left.load - right.load || left.chosen - right.chosen)
}

test('RUN19: the agent with the least load is chosen, of several the one that was chosen the longest ago; the next four are named', () => {
  assert.equal(chooseAgent('g', []), null)
  fc.assert(
    fc.property(some, (candidates) => {
      const choice = chooseAgent('g', candidates)
      const [best, ...others] = sorted(candidates)
      assert.equal(choice?.agent, best?.agent)
      const named = others.slice(0, 4).map(({ agent, load }) => ({ agent, load }))
      assert.deepEqual(choice?.others, best === undefined ? undefined : named)
      if (choice !== null) assert.equal(choice.more, candidates.length - 1 - named.length)
    }),
  )
})

test('RUN19: a choice among several is a line that can be read back, whatever the names; with one agent there is none', () => {
  const choice = chooseAgent(
    'default',
    ['b', 'a', 'c d', 'e', 'f', 'g', 'h'].map((agent, load) => ({ agent, load: load + 1, chosen: 0 })),
  )
  assert.ok(choice !== null)
  assert.equal(agentChoiceText(choice), 'agent b of group default: 1 run; others: a 2, "c d" 3, e 4, f 5, 2 more')
  fc.assert(
    fc.property(name, some, (group, candidates) => {
      const made = chooseAgent(group, candidates)
      const text = made === null ? null : agentChoiceText(made)
      assert.equal(text === null, candidates.length < 2)
      if (text !== null) assert.deepEqual(agentChoiceOf(text), made)
    }),
  )
  const names = [
    'a \\',
    'a \\\\',
    'a\\"',
    'x "y\\',
    'a" of group "b',
    'a" 1, "b',
    '3 more',
    ' : ',
    '"',
    '\\',
    'a\u2028b',
    'g',
  ]
  for (const agent of names) {
    for (const group of names) {
      const made = { group, agent, load: 1, others: names.map((other) => ({ agent: other, load: 2 })), more: 2 }
      assert.deepEqual(agentChoiceOf(agentChoiceText(made) ?? ''), made)
    }
  }
  for (const other of ['starting', 'agent connected again', 'agent a of group g: 1 run; others: x']) {
    assert.equal(agentChoiceOf(other), null)
  }
})

test('RUN19: the line comes with the write that gives the run to the agent', () => {
  const starting = { type: 'state', state: 'starting', message: 'starting' } as const
  const line = { type: 'log', message: 'how' } as const
  const now = due()
  assert.ok(now.type === 'due')
  assert.deepEqual(after(fresh(), SCHEDULE, { ...now, choice: 'how' }).facts, [starting, line])
  assert.deepEqual(after(fresh(), SCHEDULE, { ...now, choice: null }).facts, [starting])
  const none = after(fresh(), SCHEDULE, due(0, UNASSIGNED)).run
  assert.deepEqual(after(none, { type: 'assigned', agent: 'b', choice: 'how' }).facts, [line])
  assert.deepEqual(after(none, { type: 'assigned', agent: 'b' }).facts, [])
  const waits = after(fresh(), SCHEDULE, due(1)).run
  const ready = { type: 'evaluated', outcome: { type: 'ready' }, handle: HANDLE, choice: 'how' } as const
  assert.deepEqual(after(waits, ready).facts, [starting, line])
})
