import assert from 'node:assert/strict'
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { Arrivals } from '../../fixture/arrivals.ts'
import { temporaryFolder } from '../../fixture/agent.ts'
import { afterwards } from '../../fixture/cleanup.ts'
import { type JournalLine, journalText } from '../../machine/index.ts'
import { readConnId } from './identity.ts'
import { Spool } from './spool.ts'

interface Opened {
  readonly spool: Spool
  readonly records: Arrivals<readonly [number, JournalLine]>
  readonly troubles: readonly string[]
}

async function openSpool(context: TestContext, folder: string, boot = 'boot-1'): Promise<Opened> {
  const records = new Arrivals<readonly [number, JournalLine]>()
  const troubles: string[] = []
  const spool = await Spool.open(
    { folder, boot, segmentLength: 2000 },
    { record: (segment, line) => records.add([segment, line]), trouble: (text) => troubles.push(text) },
  )
  afterwards(context, () => spool.close())
  return { spool, records, troubles }
}

function asked(id: string): string {
  return journalText({ t: 'asked', id, n: 0, wall: 1n, spec: { argv: ['x'.repeat(500)] } })
}

const END = '\n{"t":"end","id":"a","pid":1,"status":0,"start":"1","stop":"2","elapsed":"1","rusage":{},"errors":[]}\n'

test('a new folder has one segment, which later starts use again', async (context) => {
  const folder = await temporaryFolder(context)
  const first = await openSpool(context, folder)
  assert.deepEqual(await first.spool.recover(), { current: 1, segments: [1] })
  await first.spool.append(1, asked('a'))
  await first.spool.close()
  const second = await openSpool(context, folder)
  assert.deepEqual(await second.spool.recover(), { current: 1, segments: [1] })
  assert.deepEqual(
    second.records.all.map(([segment, line]) => `${segment} ${line.t}`),
    ['1 segment', '1 asked'],
  )
  assert.equal((await stat(join(folder, 'segments', '000001', 'journal'))).mode & 0o777, 0o600)
})

test('a segment of an earlier run of the host takes nothing new', async (context) => {
  const folder = await temporaryFolder(context)
  const first = await openSpool(context, folder, 'boot-0')
  await first.spool.recover()
  await first.spool.close()
  assert.deepEqual(await (await openSpool(context, folder)).spool.recover(), { current: 2, segments: [1, 2] })
})

// It kept `procstar --print` from ending: its last procs are deleted as it ends.
test('a segment whose turn to be deleted did not come before the end is closed all the same', async (context) => {
  const watches = (): number => process.getActiveResourcesInfo().filter((name) => name === 'FSEventWrap').length
  const before = watches()
  const folder = await temporaryFolder(context)
  const first = await openSpool(context, folder, 'boot-0')
  await first.spool.recover()
  await first.spool.close()
  const { spool } = await openSpool(context, folder)
  await spool.recover()
  assert.equal(watches(), before + 2)
  spool.removeSegment(1)
  await spool.close()
  assert.equal(watches(), before)
})

test('records of monitors are told as they come, the own ones are not', async (context) => {
  const { spool, records } = await openSpool(context, await temporaryFolder(context))
  await spool.recover()
  const before = records.all.length
  await spool.append(1, asked('a'))
  await writeFile(spool.layout.journal(1), END, { flag: 'a' })
  await records.until((all) => all.length > before)
  await spool.catchUp()
  assert.deepEqual(
    records.all.slice(before).map(([, line]) => line.t),
    ['end'],
  )
})

test('a long journal is followed by a new segment; one that is not needed goes, its output too', async (context) => {
  const folder = await temporaryFolder(context)
  const { spool, troubles } = await openSpool(context, folder)
  await spool.recover()
  assert.equal(await spool.rotate(), null)
  for (const id of ['a', 'b', 'c', 'd']) await spool.append(1, asked(id))
  await spool.catchUp()
  assert.equal(await spool.rotate(), 2)
  for (let index = 0; index < 40; index++) await writeFile(spool.layout.output({ segment: 1, name: `${index}.1` }), 'x')
  const watched = Promise.withResolvers<void>()
  const look = async (): Promise<void> => {
    if ((await readdir(spool.layout.segments)).length > 1) setImmediate(() => void look())
    else watched.resolve()
  }
  spool.removeSegment(1)
  void look()
  await watched.promise
  assert.deepEqual(await readdir(spool.layout.segments), ['000002'])
  assert.deepEqual(troubles, [])
})

test('a folder without a journal, as a crash may leave it, is a segment without records', async (context) => {
  const folder = await temporaryFolder(context)
  await mkdir(join(folder, 'segments', '000007', 'out'), { recursive: true })
  const { spool, records } = await openSpool(context, folder)
  assert.deepEqual(await spool.recover(), { current: 8, segments: [7, 8] })
  assert.deepEqual(
    records.all.map(([segment, line]) => `${segment} ${line.t}`),
    ['8 segment'],
  )
})

test('a torn line is skipped, and said', async (context) => {
  const folder = await temporaryFolder(context)
  const first = await openSpool(context, folder)
  await first.spool.recover()
  await first.spool.append(1, '{"t":"asked","id":"a","n":')
  await first.spool.append(1, asked('b'))
  await first.spool.close()
  const second = await openSpool(context, folder)
  await second.spool.recover()
  assert.deepEqual(
    second.records.all.map(([, line]) => line.t),
    ['segment', 'asked'],
  )
  assert.equal(second.troubles.length, 1)
  assert.match(second.troubles[0] ?? '', /skipped a line that is no record/)
})

test('files asked about are those that are there', async (context) => {
  const { spool } = await openSpool(context, await temporaryFolder(context))
  await spool.recover()
  await writeFile(spool.layout.output({ segment: 1, name: '0.1' }), 'x')
  const files = [
    { segment: 1, name: '0.1' },
    { segment: 1, name: '1.1' },
    { segment: 9, name: '0.1' },
  ]
  assert.deepEqual(await spool.existing(files), files.slice(0, 1))
})

test('the connection id is made once, and a folder of another version is refused', async (context) => {
  const file = join(await temporaryFolder(context), 'agent.json')
  assert.equal(await readConnId(file, () => 'first'), 'first')
  assert.equal(await readConnId(file, () => 'second'), 'first')
  for (const [text, expected] of [
    ['{"version":2,"conn_id":"x"}', /version 2; this agent reads 1/],
    ['{"version":1}', /conn_id is undefined; expected a text/],
    ['nonsense', /not JSON/],
    ['null', /version undefined/],
  ] as const) {
    await writeFile(file, text)
    await assert.rejects(
      readConnId(file, () => 'x'),
      expected,
    )
  }
})

test('a state folder that cannot be made is refused at once, with its name and a way out', async (context) => {
  const file = join(await temporaryFolder(context), 'file')
  await writeFile(file, '')
  // In /proc the error is that a folder is not there, although its parent is.
  for (const folder of [file, join(file, 'below'), '/proc/procstar/state']) {
    await assert.rejects(openSpool(context, folder), (error: Error) => {
      assert.ok(error.message.includes(folder), error.message)
      assert.match(error.message, /--state DIR/)
      return true
    })
  }
})
