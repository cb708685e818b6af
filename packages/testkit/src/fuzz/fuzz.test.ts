import assert from 'node:assert/strict'
import { test } from 'node:test'
import { afterwards } from '../agent/index.ts'
import { PARTS } from './parts.ts'

/** The same in every run: what chance finds belongs to the long form. */
const SEED = 1

async function short(rule: string, context: Parameters<typeof afterwards>[0]): Promise<ReadonlyMap<string, number>> {
  const part = PARTS.find((one) => one.rule === rule)
  assert.ok(part !== undefined)
  const { inputs } = part
  const report = await part.run(afterwards(context), { seed: SEED, enough: (done) => done >= inputs })
  assert.ok(report.inputs >= inputs)
  context.diagnostic(JSON.stringify(Object.fromEntries(report.outcomes)))
  return report.outcomes
}

test('FUZZ1: a document of specs is read whole or refused with a text', async (context) => {
  const outcomes = await short('FUZZ1', context)
  // Mutants that are all refused would prove little.
  assert.ok((outcomes.get('taken') ?? 0) > 100 && (outcomes.get('impossible') ?? 0) > 10)
})

test('FUZZ2: what the agent is given as specs is refused or run', async (context) => {
  assert.ok(((await short('FUZZ2', context)).get('200') ?? 0) > 5)
})

test('FUZZ3: the HTTP service answers any bytes, or ends the connection', async (context) => {
  const outcomes = await short('FUZZ3', context)
  for (const status of ['200', '400', '403', '404', '431']) assert.ok((outcomes.get(status) ?? 0) > 0, status)
})

test('FUZZ4: messages in well-made frames cost an agent neither its connection nor its life', async (context) => {
  await short('FUZZ4', context)
})

test('FUZZ5: what is no frame of a server ends the connection, and the agent registers again', async (context) => {
  assert.ok((await short('FUZZ5', context)).size > 8)
})

test('FUZZ6: whatever answers its handshake or registration, the agent comes again', async (context) => {
  assert.equal((await short('FUZZ6', context)).size, 3)
})

test('FUZZ7: a message in many fragments is taken, one beyond 64 MiB is not', async (context) => {
  await short('FUZZ7', context)
})

test('FUZZ8: messages in well-made frames leave the listener of the server serving', async (context) => {
  assert.equal((await short('FUZZ8', context)).size, 2)
})

test('FUZZ9: what is no frame of an agent, or no handshake, ends the connection by the server', async (context) => {
  assert.ok((await short('FUZZ9', context)).size > 8)
})

test('FUZZ10: messages without an end are cut off, and the server is as it was', async (context) => {
  await short('FUZZ10', context)
})
