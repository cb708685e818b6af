import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { calendarFolders, readCalendarFiles } from './index.ts'

test('calendar files are named by their files; the first folder and the first path of a name count', async (t) => {
  const [first, second] = [await tempFolder(t), await tempFolder(t)]
  await mkdir(join(first, 'sub'))
  await writeFile(join(first, 'sub', 'b.cal'), 'one')
  await writeFile(join(first, 'a.cal'), 'two')
  await writeFile(join(first, 'note.txt'), 'no calendar')
  await writeFile(join(second, 'a.cal'), 'not this one')
  await writeFile(join(second, 'c.cal'), 'three')
  assert.deepEqual(await readCalendarFiles([first, second]), {
    files: [
      { name: 'a', path: join(first, 'a.cal'), text: 'two' },
      { name: 'b', path: join(first, 'sub', 'b.cal'), text: 'one' },
      { name: 'c', path: join(second, 'c.cal'), text: 'three' },
    ],
    diagnostics: [],
  })
  await writeFile(join(first, 'sub', 'a.cal'), 'again')
  const { files, diagnostics } = await readCalendarFiles([first])
  assert.equal(files[0]?.text, 'two')
  assert.deepEqual(
    diagnostics.map(({ severity, file }) => [severity, file]),
    [['warning', join(first, 'sub', 'a.cal')]],
  )
})

test('what cannot be read is a warning, and is not waited for', async (t) => {
  const folder = await tempFolder(t)
  execFileSync('mkfifo', [join(folder, 'pipe.cal')])
  await writeFile(join(folder, 'good.cal'), 'x')
  const { files, diagnostics } = await readCalendarFiles([folder, join(folder, 'gone')])
  assert.deepEqual(
    files.map(({ name }) => name),
    ['good'],
  )
  assert.deepEqual(
    diagnostics.map(({ code, severity, file }) => [code, severity, file]),
    [
      ['CALENDAR_UNREADABLE', 'warning', join(folder, 'pipe.cal')],
      ['CALENDAR_UNREADABLE', 'warning', join(folder, 'gone')],
    ],
  )
})

test('the folder of the environment comes last', () => {
  assert.deepEqual(calendarFolders(['/a', '/b'], '/c'), ['/a', '/b', '/c'])
  assert.deepEqual(calendarFolders(['/a'], ''), ['/a'])
  assert.deepEqual(calendarFolders([], undefined), [])
})

async function tempFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'apsis-calendars-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}
