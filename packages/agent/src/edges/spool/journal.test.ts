import assert from 'node:assert/strict'
import { appendFile, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { temporaryFolder } from '../../fixture/agent.ts'
import { JournalReader } from './journal-reader.ts'
import { JournalWriter } from './journal-writer.ts'

test('records appended at the same time are all there, whole and in order', async (context) => {
  const path = join(await temporaryFolder(context), 'journal')
  const writer = new JournalWriter(await open(path, 'a'), () => {})
  const lines = Array.from({ length: 500 }, (_, index) => `${index} ${'x'.repeat(index)}\n`)
  await Promise.all(lines.map((line) => writer.append(line)))
  await writer.close()
  assert.equal(await readFile(path, 'utf8'), lines.join(''))
})

test('a full disk fails the append, and a later one is tried anew', async () => {
  const writer = new JournalWriter(await open('/dev/full', 'a'), () => {})
  const results = await Promise.allSettled([writer.append('a\n'), writer.append('b\n')])
  assert.deepEqual(
    results.map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  await assert.rejects(writer.append('c\n'), /ENOSPC/)
  await writer.close()
})

test('lines are told when they are whole, however they come', async (context) => {
  const path = join(await temporaryFolder(context), 'journal')
  const long = 'ä'.repeat(200_000)
  await appendFile(path, 'one\n\ntw')
  const seen: string[] = []
  const reader = new JournalReader(await open(path), (line) => seen.push(line))
  await reader.catchUp()
  assert.deepEqual(seen, ['one'])
  await appendFile(path, `o\n${long}\nrest`)
  await Promise.all([reader.catchUp(), reader.catchUp()])
  assert.deepEqual(seen, ['one', 'two', long])
  await appendFile(path, '\n')
  await reader.catchUp()
  assert.deepEqual(seen.slice(3), ['rest'])
  await reader.close()
})
